#include "answers.h"
#include "rig.h"

static struct bench bench;

static int start(void **state) {
    (void)state;
    bench_init(&bench, 1);
    return 0;
}

static struct station_answers answers;

static char *id_of(unsigned number) {
    static char id[STATION_REQUEST_ID];
    snprintf(id, sizeof id, "00000000-0000-4000-8000-%012u", number);
    return id;
}

static void keep(unsigned number, enum station_stage stage, enum station_debt debt) {
    struct station_answer *answer = station_answers_place(&answers, id_of(number));
    answer->success = true;
    answer->stage = (uint8_t)stage;
    answer->debt = (uint8_t)debt;
    answer->payload_length = 2;
    memcpy(answer->payload, "{}", 2);
    (void)station_answers_keep(&answers, &bench.hal, answer);
}

static bool knows(unsigned number) {
    return station_answers_find(&answers, &bench.hal, id_of(number)) != NULL;
}

static void test_the_last_32_are_known(void **state) {
    (void)state;
    station_answers_load(&answers, &bench.hal);
    for (unsigned i = 0; i < 40; i++) {
        (void)station_answers_place(&answers, id_of(i));
    }
    for (unsigned i = 0; i < 40; i++) {
        assert_int_equal(knows(i), i >= 8);
    }
}

static void test_a_newer_answer_takes_the_place_of_the_older(void **state) {
    (void)state;
    station_answers_load(&answers, &bench.hal);
    (void)station_answers_place(&answers, id_of(0));
    for (unsigned i = 1; i < 32; i++) {
        (void)station_answers_place(&answers, id_of(i));
    }
    (void)station_answers_place(&answers, id_of(0)); // its latest answer
    (void)station_answers_place(&answers, id_of(99));
    assert_true(knows(0));
    assert_false(knows(1));
}

static void test_an_empty_id_is_never_known(void **state) {
    (void)state;
    station_answers_load(&answers, &bench.hal);
    assert_null(station_answers_find(&answers, &bench.hal, ""));
}

static void test_the_last_8_kept_survive_a_restart(void **state) {
    (void)state;
    station_answers_load(&answers, &bench.hal);
    for (unsigned i = 0; i < 20; i++) {
        keep(i, STATION_STAGE_ACCEPTED, STATION_DEBT_REBOOT);
        keep(i, STATION_STAGE_EXECUTED, STATION_DEBT_REBOOT);
    }
    station_answers_load(&answers, &bench.hal);
    for (unsigned i = 12; i < 20; i++) {
        const struct station_answer *answer = station_answers_find(&answers, &bench.hal, id_of(i));
        assert_non_null(answer);
        assert_int_equal(answer->stage, STATION_STAGE_EXECUTED);
        assert_int_equal(answer->payload_length, 2);
    }
    assert_false(knows(5));
    assert_null(station_answers_unfinished(&answers, &bench.hal));
}

static void test_kept_ones_are_known_however_many_came_since(void **state) {
    (void)state;
    station_answers_load(&answers, &bench.hal);
    keep(1000, STATION_STAGE_EXECUTED, STATION_DEBT_COUNTERS);
    for (unsigned i = 0; i < 100; i++) {
        (void)station_answers_place(&answers, id_of(i));
    }
    assert_true(knows(1000));
}

static void test_a_cut_write_forgets_none_of_the_others(void **state) {
    (void)state;
    for (uint32_t bytes = 0; bytes < 60; bytes += 7) {
        bench_init(&bench, 1);
        station_answers_load(&answers, &bench.hal);
        for (unsigned i = 0; i < 12; i++) {
            keep(i, STATION_STAGE_EXECUTED, STATION_DEBT_REBOOT);
        }
        bench.cut = BENCH_CUT_OVERLAID;
        bench.cut_bytes = bytes;
        bench.cut_at = bench.writes + 1;
        keep(12, STATION_STAGE_ACCEPTED, STATION_DEBT_REBOOT);
        bench_restart(&bench, false);
        station_answers_load(&answers, &bench.hal);
        for (unsigned i = 4; i < 12; i++) {
            assert_true(knows(i));
        }
        assert_false(knows(12));
    }
}

static void test_what_a_former_boot_left_unfinished_is_found(void **state) {
    (void)state;
    station_answers_load(&answers, &bench.hal);
    keep(1, STATION_STAGE_ACCEPTED, STATION_DEBT_UPDATE);
    assert_null(station_answers_unfinished(&answers, &bench.hal)); // it is still under way
    station_answers_load(&answers, &bench.hal);
    const struct station_answer *owed = station_answers_unfinished(&answers, &bench.hal);
    assert_non_null(owed);
    assert_string_equal(owed->request_id, id_of(1));
    assert_int_equal(owed->debt, STATION_DEBT_UPDATE);
    keep(1, STATION_STAGE_EXECUTED, STATION_DEBT_UPDATE);
    assert_null(station_answers_unfinished(&answers, &bench.hal));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_last_32_are_known, start),
        cmocka_unit_test_setup(test_a_newer_answer_takes_the_place_of_the_older, start),
        cmocka_unit_test_setup(test_an_empty_id_is_never_known, start),
        cmocka_unit_test_setup(test_the_last_8_kept_survive_a_restart, start),
        cmocka_unit_test_setup(test_kept_ones_are_known_however_many_came_since, start),
        cmocka_unit_test_setup(test_a_cut_write_forgets_none_of_the_others, start),
        cmocka_unit_test_setup(test_what_a_former_boot_left_unfinished_is_found, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
