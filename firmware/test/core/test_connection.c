#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static void test_attempts_come_after_1_2_4_and_at_most_60_s_for_ever(void **state) {
    (void)state;
    static const uint64_t waits[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};
    rig_drop(&rig);
    uint64_t at = rig.bench.now_ms;
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        assert_int_equal(station_connection_next_due(&rig.unit), at + waits[i]);
        at += waits[i];
        rig_wait(&rig, at - rig.bench.now_ms);
    }
    rig_wait(&rig, 86400000);
    rig.reachable = true;
    rig_wait(&rig, 60000);
    assert_int_equal(rig.unit.connection.phase, STATION_ONLINE);
    rig_drop(&rig); // and from the beginning
    assert_int_equal(station_connection_next_due(&rig.unit), rig.bench.now_ms + 1000);
}

static void test_an_attempt_ends_after_30_s(void **state) {
    (void)state;
    rig_drop(&rig);
    rig.bench.now_ms += 1000;
    station_unit_tick(&rig.unit, rig.bench.now_ms);
    assert_true(rig.bench.wants_session);
    rig.bench.now_ms += 29999; // nobody answers
    station_unit_tick(&rig.unit, rig.bench.now_ms);
    assert_int_equal(rig.unit.connection.phase, STATION_CONNECTING);
    rig.bench.now_ms += 1;
    station_unit_tick(&rig.unit, rig.bench.now_ms);
    assert_int_equal(rig.unit.connection.phase, STATION_WAITING);
    assert_false(rig.bench.wants_session);
}

static void test_a_late_report_of_an_attempt_is_ignored(void **state) {
    (void)state;
    rig_drop(&rig);
    station_unit_on_connected(&rig.unit, rig.bench.now_ms);
    assert_int_equal(rig.unit.connection.phase, STATION_WAITING);
    station_unit_on_disconnected(&rig.unit, rig.bench.now_ms);
    assert_int_equal(rig.unit.counters.mqtt_disconnects, 1);
}

static void test_a_lost_link_ends_the_session_and_is_brought_up_again(void **state) {
    (void)state;
    station_unit_on_link(&rig.unit, false, rig.bench.now_ms);
    assert_int_equal(rig.unit.connection.phase, STATION_NO_LINK);
    assert_int_equal(rig.unit.counters.wifi_disconnects, 1);
    assert_int_equal(rig.unit.counters.mqtt_disconnects, 1);
    rig.bench.wants_link = false;
    rig_wait(&rig, 5000);
    assert_true(rig.bench.wants_link);
    assert_int_equal(rig.unit.connection.phase, STATION_ONLINE);
}

static void test_there_is_no_tls_without_a_certificate(void **state) {
    (void)state;
    rig.unit.settings.mqtt.tls = true;
    rig_drop(&rig);
    rig.reachable = true;
    rig_wait(&rig, 200000);
    assert_int_equal(rig_count(&rig, STATION_LEAF_LOGIN), 1);
    rig_at(&rig, "AT+TLSCERTRAW");
    rig_at(&rig, "-----BEGIN CERTIFICATE-----");
    rig_at(&rig, "-----END CERTIFICATE-----");
    rig_wait(&rig, 61000);
    assert_int_equal(rig_count(&rig, STATION_LEAF_LOGIN), 2);
}

static void test_a_unit_told_to_disconnect_stays_away(void **state) {
    (void)state;
    rig_at(&rig, "AT+MQTTDISCONNECT");
    rig_wait(&rig, 600000);
    assert_int_equal(rig_count(&rig, STATION_LEAF_LOGIN), 1);
    station_unit_on_link(&rig.unit, true, rig.bench.now_ms);
    assert_int_equal(rig.unit.connection.phase, STATION_OFF);
    rig_at(&rig, "AT+MQTTCONNECT");
    rig_wait(&rig, 10);
    assert_int_equal(rig_count(&rig, STATION_LEAF_LOGIN), 2);
}

static void test_every_session_has_one_login(void **state) {
    (void)state;
    for (int i = 0; i < 5; i++) {
        rig_drop(&rig);
        rig.reachable = true;
        rig_wait(&rig, 2000);
    }
    assert_int_equal(rig_count(&rig, STATION_LEAF_LOGIN), 6);
    assert_int_equal(rig.unit.counters.mqtt_disconnects, 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_attempts_come_after_1_2_4_and_at_most_60_s_for_ever, start),
        cmocka_unit_test_setup(test_an_attempt_ends_after_30_s, start),
        cmocka_unit_test_setup(test_a_late_report_of_an_attempt_is_ignored, start),
        cmocka_unit_test_setup(test_a_lost_link_ends_the_session_and_is_brought_up_again, start),
        cmocka_unit_test_setup(test_there_is_no_tls_without_a_certificate, start),
        cmocka_unit_test_setup(test_a_unit_told_to_disconnect_stays_away, start),
        cmocka_unit_test_setup(test_every_session_has_one_login, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
