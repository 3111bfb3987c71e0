#include "rig.h"
#include "sequence.h"

static struct bench bench;

static int start(void **state) {
    (void)state;
    bench_init(&bench, 1);
    return 0;
}

static struct station_sequence sequence;
static struct station_window window;

static uint32_t take_next(void) {
    uint32_t number = 0;
    bool stored = false;
    assert_true(station_sequence_take(&sequence, &bench.hal, &number, &stored));
    return number;
}

static void test_numbers_rise_by_one_and_a_restart_jumps_ahead(void **state) {
    (void)state;
    station_sequence_load(&sequence, &bench.hal, 1, true);
    assert_int_equal(take_next(), 1);
    assert_int_equal(take_next(), 2);
    station_sequence_load(&sequence, &bench.hal, 1, true);
    assert_int_equal(take_next(), 1 + STATION_SEQUENCE_BLOCK);
}

static void test_a_block_is_reserved_before_its_first_number(void **state) {
    (void)state;
    station_sequence_load(&sequence, &bench.hal, 1, true);
    for (uint32_t i = 1; i <= STATION_SEQUENCE_BLOCK; i++) {
        assert_int_equal(take_next(), i);
    }
    assert_int_equal(bench.writes, 1);
    (void)take_next();
    assert_int_equal(bench.writes, 2);
}

static void test_a_new_key_begins_again(void **state) {
    (void)state;
    station_sequence_load(&sequence, &bench.hal, 1, true);
    (void)take_next();
    station_sequence_load(&sequence, &bench.hal, 2, true);
    assert_int_equal(take_next(), 1);
}

static void test_without_storage_numbers_go_on(void **state) {
    (void)state;
    uint32_t number = 0;
    bool stored = true;
    station_sequence_load(&sequence, &bench.hal, 1, true);
    bench.storage_broken = true;
    assert_true(station_sequence_take(&sequence, &bench.hal, &number, &stored));
    assert_false(stored);
}

static void test_the_last_number_is_never_passed(void **state) {
    (void)state;
    uint32_t number = 0;
    bool stored = false;
    station_sequence_load(&sequence, &bench.hal, 1, true);
    sequence.next = sequence.reserved = UINT32_MAX - 1;
    assert_int_equal(take_next(), UINT32_MAX - 1);
    assert_false(station_sequence_take(&sequence, &bench.hal, &number, &stored));
    station_sequence_load(&sequence, &bench.hal, 1, true);
    assert_false(station_sequence_take(&sequence, &bench.hal, &number, &stored));
}

static void test_a_field_device_starts_at_one_and_stores_nothing(void **state) {
    (void)state;
    station_sequence_load(&sequence, &bench.hal, 1, false);
    assert_int_equal(take_next(), 1);
    station_sequence_load(&sequence, &bench.hal, 1, false);
    assert_int_equal(take_next(), 1);
    assert_int_equal(bench.writes, 0);
}

static void test_each_number_is_accepted_once(void **state) {
    (void)state;
    station_window_load(&window, &bench.hal, 1);
    assert_true(station_window_accept(&window, 100));
    assert_false(station_window_accept(&window, 100));
    assert_true(station_window_accept(&window, 99));
    assert_false(station_window_accept(&window, 99));
    assert_true(station_window_accept(&window, 37)); // 63 behind
    assert_false(station_window_accept(&window, 36));
    assert_true(station_window_accept(&window, 200));
    assert_false(station_window_accept(&window, 100));
    assert_true(station_window_accept(&window, 199));
}

static void test_the_window_agrees_with_a_list_of_all_numbers(void **state) {
    (void)state;
    static bool seen[400];
    uint32_t highest = 0;
    memset(seen, 0, sizeof seen);
    station_window_load(&window, &bench.hal, 1);
    for (int i = 0; i < 20000; i++) {
        uint32_t centre = (uint32_t)i / 60;
        uint32_t number = centre + bench.hal.random32(&bench) % 66;
        bool expected = number > highest || (highest - number < 64 && !seen[number]);
        assert_int_equal(station_window_accept(&window, number), expected);
        seen[number] = seen[number] || expected;
        highest = number > highest ? number : highest;
    }
}

static void test_the_window_survives_a_restart_and_not_a_new_key(void **state) {
    (void)state;
    station_window_load(&window, &bench.hal, 1);
    (void)station_window_accept(&window, 5000000);
    assert_true(station_window_save(&window, &bench.hal));
    station_window_load(&window, &bench.hal, 1);
    assert_false(station_window_accept(&window, 5000000));
    station_window_load(&window, &bench.hal, 2);
    assert_true(station_window_accept(&window, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_numbers_rise_by_one_and_a_restart_jumps_ahead, start),
        cmocka_unit_test_setup(test_a_block_is_reserved_before_its_first_number, start),
        cmocka_unit_test_setup(test_a_new_key_begins_again, start),
        cmocka_unit_test_setup(test_without_storage_numbers_go_on, start),
        cmocka_unit_test_setup(test_the_last_number_is_never_passed, start),
        cmocka_unit_test_setup(test_a_field_device_starts_at_one_and_stores_nothing, start),
        cmocka_unit_test_setup(test_each_number_is_accepted_once, start),
        cmocka_unit_test_setup(test_the_window_agrees_with_a_list_of_all_numbers, start),
        cmocka_unit_test_setup(test_the_window_survives_a_restart_and_not_a_new_key, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
