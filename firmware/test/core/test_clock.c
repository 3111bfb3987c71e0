#include "clock.h"
#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static void test_the_stamp_is_unix_time_once_the_clock_was_set(void **state) {
    (void)state;
    uint64_t unix_ms = 0;
    assert_true(station_clock_is_set(&rig.unit));
    assert_true(station_clock_now(&rig.unit, &unix_ms));
    assert_int_equal(station_clock_stamp(&rig.unit), unix_ms / 1000);
}

static void test_a_clock_before_2020_is_not_set(void **state) {
    (void)state;
    rig.bench.hal.clock_set(&rig.bench, (uint64_t)1577836799 * 1000 + 999);
    assert_false(station_clock_is_set(&rig.unit));
    rig.bench.hal.clock_set(&rig.bench, (uint64_t)1577836800 * 1000);
    assert_true(station_clock_is_set(&rig.unit));
    rig.bench.hal.clock_set(&rig.bench, ((uint64_t)UINT32_MAX + 1) * 1000);
    assert_false(station_clock_is_set(&rig.unit)); // the wire could not tell it
}

static void test_without_a_clock_the_stamp_is_the_uptime(void **state) {
    (void)state;
    rig.bench.clock_set = false;
    rig_wait(&rig, 40000);
    assert_int_equal(station_clock_stamp(&rig.unit), station_clock_uptime(&rig.unit));
    assert_int_equal(station_clock_uptime(&rig.unit), 40);
}

static void test_time_never_goes_back_for_the_unit(void **state) {
    (void)state;
    rig_wait(&rig, 5000);
    uint32_t uptime = station_clock_uptime(&rig.unit);
    station_unit_tick(&rig.unit, rig.bench.now_ms - 3000);
    assert_int_equal(station_clock_uptime(&rig.unit), uptime);
}

static void test_the_last_synchronisation_is_told(void **state) {
    (void)state;
    station_unit_on_time_synced(&rig.unit, rig.bench.now_ms);
    station_telemetry_status(&rig.unit);
    esg_alarm_StatusMessage status = esg_alarm_StatusMessage_init_zero;
    rig_decode(rig_letter(&rig, STATION_LEAF_STATUS, 0), esg_alarm_StatusMessage_fields, &status);
    assert_true(status.ntp_synced);
    assert_int_equal(status.last_ntp_sync, status.timestamp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_stamp_is_unix_time_once_the_clock_was_set, start),
        cmocka_unit_test_setup(test_a_clock_before_2020_is_not_set, start),
        cmocka_unit_test_setup(test_without_a_clock_the_stamp_is_the_uptime, start),
        cmocka_unit_test_setup(test_time_never_goes_back_for_the_unit, start),
        cmocka_unit_test_setup(test_the_last_synchronisation_is_told, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
