#include "rig.h"
#include "state.h"

static const struct station_facts healthy = {.started = true, .commissioned = true, .online = true};

static void test_the_way_up(void **state) {
    (void)state;
    struct station_facts facts = {0};
    assert_int_equal(station_state_of(&facts), STATION_STATE_BOOT);
    facts.started = true;
    assert_int_equal(station_state_of(&facts), STATION_STATE_INIT);
    facts.commissioned = true;
    assert_int_equal(station_state_of(&facts), STATION_STATE_CONNECTING);
    facts.online = true;
    assert_int_equal(station_state_of(&facts), STATION_STATE_NORMAL);
}

static void test_an_alarm_outranks_everything(void **state) {
    (void)state;
    struct station_facts facts = {
        .alarm = true, .storage_failed = true, .testing = true, .sensor_failed = true};
    assert_int_equal(station_state_of(&facts), STATION_STATE_ALARM);
}

static void test_storage_that_cannot_keep_alarms_is_critical(void **state) {
    (void)state;
    struct station_facts facts = healthy;
    facts.storage_failed = true;
    facts.testing = true;
    assert_int_equal(station_state_of(&facts), STATION_STATE_CRITICAL);
}

static void test_test_mode_is_maintenance_and_a_sensor_an_error(void **state) {
    (void)state;
    struct station_facts facts = healthy;
    facts.sensor_failed = true;
    assert_int_equal(station_state_of(&facts), STATION_STATE_ERROR);
    facts.testing = true;
    assert_int_equal(station_state_of(&facts), STATION_STATE_MAINTENANCE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_way_up),
        cmocka_unit_test(test_an_alarm_outranks_everything),
        cmocka_unit_test(test_storage_that_cannot_keep_alarms_is_critical),
        cmocka_unit_test(test_test_mode_is_maintenance_and_a_sensor_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
