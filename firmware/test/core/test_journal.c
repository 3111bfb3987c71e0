#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static void test_lines_carry_the_uptime_and_the_newest_is_last(void **state) {
    (void)state;
    rig_wait(&rig, 12000);
    station_journal_clear(&rig.unit.journal);
    station_journal_add(&rig.unit, STATION_LOG_INFO, "one %d", 1);
    station_journal_add(&rig.unit, STATION_LOG_INFO, "two");
    assert_int_equal(station_journal_count(&rig.unit.journal), 2);
    assert_string_equal(station_journal_line(&rig.unit.journal, 0), "12 one 1");
    assert_string_equal(station_journal_line(&rig.unit.journal, 1), "12 two");
}

static void test_the_oldest_lines_give_way_and_long_ones_are_cut(void **state) {
    (void)state;
    for (int i = 0; i < 100; i++) {
        station_journal_add(&rig.unit, STATION_LOG_INFO, "%d %0100d", i, 0);
    }
    assert_int_equal(station_journal_count(&rig.unit.journal), STATION_JOURNAL_LINES);
    const char *oldest = station_journal_line(&rig.unit.journal, 0);
    assert_non_null(strstr(oldest, " 68 000"));
    assert_int_equal(strlen(oldest), STATION_JOURNAL_LINE - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_lines_carry_the_uptime_and_the_newest_is_last, start),
        cmocka_unit_test_setup(test_the_oldest_lines_give_way_and_long_ones_are_cut, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
