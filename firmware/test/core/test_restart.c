#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static void test_a_reset_cut_anywhere_is_finished_at_boot(void **state) {
    (void)state;
    for (uint64_t cut = 2; cut < 110; cut += 9) {
        rig_start(&rig);
        rig_input(&rig, STATION_PANIC1, true);
        rig.bench.cut = BENCH_CUT_OLD;
        rig.bench.cut_at = rig.bench.writes + cut;
        station_restart_erase_all(&rig.bench.hal);
        assert_true(rig.bench.dead);
        rig_boot(&rig);
        assert_string_equal(rig.unit.settings.mqtt.broker, "");
        assert_false(rig.unit.key.present);
        assert_int_equal(rig.unit.outbox.count, 0);
    }
}

static void test_a_reset_leaves_no_record(void **state) {
    (void)state;
    rig_at(&rig, "AT+ZONE=3");
    rig_at(&rig, "AT+NTPSAVE");
    rig_at(&rig, "AT+TLSCERTRAW");
    rig_at(&rig, "-----BEGIN CERTIFICATE-----");
    rig_at(&rig, "-----END CERTIFICATE-----");
    rig_input(&rig, STATION_PANIC1, true);
    rig_wait(&rig, 100);
    station_restart_erase_all(&rig.bench.hal);
    for (size_t i = 0; i < BENCH_RECORDS; i++) {
        assert_false(rig.bench.records[i].there);
    }
}

static void test_a_restart_ends_the_outputs_and_says_so(void **state) {
    (void)state;
    rig_at(&rig, "AT+SIRENA=1");
    rig_wait(&rig, 3000);
    rig_at(&rig, "AT+RESET");
    rig_wait(&rig, 1000);
    size_t alarms = rig_count(&rig, STATION_LEAF_ALARM);
    assert_int_equal(alarms, 2);
    assert_int_equal(rig_event(&rig, 0).state, esg_alarm_EventState_EVENT_STOPPING);
    assert_int_equal(rig_event(&rig, 0).elapsed_seconds, 4);
    assert_int_equal(rig.unit.boot_count, 3);
}

static void test_a_reconnection_for_wifi_takes_the_link_down(void **state) {
    (void)state;
    station_restart_plan_reconnect(&rig.unit, true);
    rig_wait(&rig, 1500);
    assert_int_equal(rig_count(&rig, STATION_LEAF_LOGIN), 2);
    assert_int_equal(rig.unit.connection.phase, STATION_ONLINE);
    assert_int_equal(rig.unit.counters.mqtt_disconnects, 0); // it was ours
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_reset_cut_anywhere_is_finished_at_boot, start),
        cmocka_unit_test_setup(test_a_reset_leaves_no_record, start),
        cmocka_unit_test_setup(test_a_restart_ends_the_outputs_and_says_so, start),
        cmocka_unit_test_setup(test_a_reconnection_for_wifi_takes_the_link_down, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
