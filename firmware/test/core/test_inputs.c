#include "inputs.h"
#include "rig.h"

static struct station_inputs inputs;

static int start(void **state) {
    (void)state;
    memset(&inputs, 0, sizeof inputs);
    return 0;
}

static void test_a_level_counts_after_50_ms(void **state) {
    (void)state;
    station_inputs_level(&inputs, STATION_PANIC1, true, 1000);
    assert_int_equal(station_inputs_next_due(&inputs), 1050);
    assert_int_equal(station_inputs_step(&inputs, 1049), 0);
    assert_int_equal(station_inputs_step(&inputs, 1050), 1U << STATION_PANIC1);
    assert_true(inputs.pins[STATION_PANIC1].active);
    assert_int_equal(station_inputs_step(&inputs, 1100), 0);
    assert_true(station_inputs_next_due(&inputs) == UINT64_MAX);
}

static void test_bouncing_is_one_edge(void **state) {
    (void)state;
    for (uint64_t now = 0; now < 200; now += 7) {
        station_inputs_level(&inputs, STATION_TAMPER, (now / 7) % 2 == 0, now);
        assert_int_equal(station_inputs_step(&inputs, now), 0);
    }
    station_inputs_level(&inputs, STATION_TAMPER, true, 200);
    assert_int_equal(station_inputs_step(&inputs, 300), 1U << STATION_TAMPER);
}

static void test_a_short_glitch_is_nothing(void **state) {
    (void)state;
    station_inputs_level(&inputs, STATION_PANIC2, true, 100);
    station_inputs_level(&inputs, STATION_PANIC2, false, 149);
    assert_int_equal(station_inputs_step(&inputs, 1000), 0);
}

static void test_telling_a_level_again_does_not_delay_it(void **state) {
    (void)state;
    for (uint64_t now = 0; now <= 40; now += 10) {
        station_inputs_level(&inputs, STATION_AUX1, true, now);
    }
    assert_int_equal(station_inputs_step(&inputs, 50), 1U << STATION_AUX1);
}

static void test_inputs_do_not_disturb_each_other(void **state) {
    (void)state;
    station_inputs_level(&inputs, STATION_PANIC1, true, 0);
    station_inputs_level(&inputs, STATION_AUX2, true, 30);
    assert_int_equal(station_inputs_step(&inputs, 50), 1U << STATION_PANIC1);
    assert_int_equal(station_inputs_next_due(&inputs), 80);
    assert_int_equal(station_inputs_step(&inputs, 80), 1U << STATION_AUX2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_level_counts_after_50_ms, start),
        cmocka_unit_test_setup(test_bouncing_is_one_edge, start),
        cmocka_unit_test_setup(test_a_short_glitch_is_nothing, start),
        cmocka_unit_test_setup(test_telling_a_level_again_does_not_delay_it, start),
        cmocka_unit_test_setup(test_inputs_do_not_disturb_each_other, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
