#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static esg_alarm_StatusMessage status_of(const struct rig_letter *letter) {
    esg_alarm_StatusMessage status = esg_alarm_StatusMessage_init_zero;
    rig_decode(letter, esg_alarm_StatusMessage_fields, &status);
    return status;
}

static esg_alarm_Heartbeat last_heartbeat(void) {
    esg_alarm_Heartbeat beat = esg_alarm_Heartbeat_init_zero;
    rig_decode(rig_letter(&rig, STATION_LEAF_HB, 0), esg_alarm_Heartbeat_fields, &beat);
    return beat;
}

static void test_heartbeats_keep_their_interval_without_drift(void **state) {
    (void)state;
    uint64_t first = rig_letter(&rig, STATION_LEAF_HB, 0)->at_ms;
    rig_wait(&rig, 3600000);
    assert_int_equal(rig_count(&rig, STATION_LEAF_HB), 121);
    assert_int_equal(rig_letter(&rig, STATION_LEAF_HB, 0)->at_ms - first, 3600000);
}

static void test_after_a_pause_nothing_is_made_up_for(void **state) {
    (void)state;
    rig.bench.now_ms += 600000;
    station_unit_tick(&rig.unit, rig.bench.now_ms);
    assert_int_equal(rig_count(&rig, STATION_LEAF_HB), 2);
    rig_wait(&rig, 29999);
    assert_int_equal(rig_count(&rig, STATION_LEAF_HB), 2);
}

static void test_heartbeats_can_be_switched_off(void **state) {
    (void)state;
    rig.unit.settings.device.heartbeat = false;
    rig_wait(&rig, 120000);
    assert_int_equal(rig_count(&rig, STATION_LEAF_HB), 1);
}

static void test_a_status_comes_every_300_s(void **state) {
    (void)state;
    rig_wait(&rig, 900000);
    assert_int_equal(rig_count(&rig, STATION_LEAF_STATUS), 3);
}

static void test_changes_are_told_at_most_every_5_s(void **state) {
    (void)state;
    for (int i = 0; i < 40; i++) {
        rig_input(&rig, STATION_PANIC1, i % 2 == 0);
        rig_wait(&rig, 200);
    }
    // 10 s of changes: at once, after 5 s, after 10 s
    rig_wait(&rig, 6000);
    size_t count = rig_count(&rig, STATION_LEAF_STATUS);
    assert_true(count >= 2 && count <= 4);
    for (size_t i = 1; i < count; i++) {
        assert_true(rig_letter(&rig, STATION_LEAF_STATUS, i - 1)->at_ms -
                        rig_letter(&rig, STATION_LEAF_STATUS, i)->at_ms >=
                    5000);
    }
    assert_int_equal(status_of(rig_letter(&rig, STATION_LEAF_STATUS, 0)).panic1_count, 20);
}

static void test_an_alarm_is_the_state(void **state) {
    (void)state;
    rig_input(&rig, STATION_TAMPER, true);
    rig_wait(&rig, 100);
    esg_alarm_StatusMessage status = status_of(rig_letter(&rig, STATION_LEAF_STATUS, 0));
    assert_int_equal(status.state, esg_alarm_DeviceState_STATE_ALARM);
    assert_true(status.box_sw);
    rig_input(&rig, STATION_TAMPER, false);
    rig_wait(&rig, 6000);
    status = status_of(rig_letter(&rig, STATION_LEAF_STATUS, 0));
    assert_int_equal(status.state, esg_alarm_DeviceState_STATE_NORMAL);
    assert_true(status.state_duration >= 4);
}

static void test_a_heartbeat_carries_flags_and_extensions(void **state) {
    (void)state;
    rig_input(&rig, STATION_PANIC2, true);
    rig_wait(&rig, 30000);
    esg_alarm_Heartbeat beat = last_heartbeat();
    assert_true(beat.panic2);
    assert_int_equal(beat.boot_id, rig.unit.boot_id);
    assert_int_equal(beat.alarm_sequence, 1);
    assert_string_equal(beat.firmware, "2.1.0");
    assert_true(beat.temperature > 21 && beat.humidity > 47);
}

static void test_a_failed_sensor_is_no_reading_and_an_error_bit(void **state) {
    (void)state;
    rig.bench.sensor_works = false;
    rig_wait(&rig, 60000);
    assert_true(last_heartbeat().temperature == 0 && last_heartbeat().humidity == 0);
    esg_alarm_StatusMessage status = status_of(rig_letter(&rig, STATION_LEAF_STATUS, 0));
    assert_int_equal(status.error_flags, STATION_ERROR_SENSOR);
    assert_int_equal(status.error_count, 1);
    assert_int_equal(status.state, esg_alarm_DeviceState_STATE_ERROR);
}

static void test_each_trouble_has_its_bit(void **state) {
    (void)state;
    assert_int_equal(station_telemetry_errors(&rig.unit), 0);
    rig.bench.clock_set = false;
    assert_int_equal(station_telemetry_errors(&rig.unit), STATION_ERROR_TIME);
    rig.bench.clock_set = true;
    rig.unit.settings.mqtt.tls = true;
    assert_int_equal(station_telemetry_errors(&rig.unit), STATION_ERROR_CERTIFICATE);
    rig.unit.settings.mqtt.tls = false;
    rig.unit.key.weak = true;
    assert_int_equal(station_telemetry_errors(&rig.unit), STATION_ERROR_KEY);
    rig.unit.key.weak = false;
    rig.unit.outbox.count = 48;
    assert_int_equal(station_telemetry_errors(&rig.unit), 0);
    rig.unit.outbox.count = 49;
    assert_int_equal(station_telemetry_errors(&rig.unit), STATION_ERROR_OUTBOX_FULL);
    rig.unit.outbox.count = 0;
    rig.unit.storage_failed = true;
    assert_int_equal(station_telemetry_errors(&rig.unit), STATION_ERROR_STORAGE);
    struct station_board board = bench_board;
    board.reset = STATION_RESET_FAULT;
    rig.unit.storage_failed = false;
    rig.unit.board = &board;
    assert_int_equal(station_telemetry_errors(&rig.unit), STATION_ERROR_RESET);
    rig.unit.board = &bench_board;
}

static void test_the_will_tells_the_moment_of_the_connect(void **state) {
    (void)state;
    struct station_letter letter;
    esg_alarm_LastWillMessage will = esg_alarm_LastWillMessage_init_zero;
    rig.unit.settings.device.device_id = 42;
    rig_wait(&rig, 15000);
    assert_true(station_telemetry_will(&rig.unit, &letter));
    pb_istream_t stream =
        pb_istream_from_buffer(letter.bytes + STATION_FRAME_HEAD, letter.length - 14);
    assert_true(pb_decode(&stream, esg_alarm_LastWillMessage_fields, &will));
    assert_int_equal(will.sequence, letter.sequence);
    assert_int_equal(will.device_db_id, 42);
    assert_int_equal(will.uptime_at_connect, 15);
    assert_int_equal(will.rssi, -61);
    assert_string_equal(will.hostname, "ESG_ALARM_02E500000001");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_heartbeats_keep_their_interval_without_drift, start),
        cmocka_unit_test_setup(test_after_a_pause_nothing_is_made_up_for, start),
        cmocka_unit_test_setup(test_heartbeats_can_be_switched_off, start),
        cmocka_unit_test_setup(test_a_status_comes_every_300_s, start),
        cmocka_unit_test_setup(test_changes_are_told_at_most_every_5_s, start),
        cmocka_unit_test_setup(test_an_alarm_is_the_state, start),
        cmocka_unit_test_setup(test_a_heartbeat_carries_flags_and_extensions, start),
        cmocka_unit_test_setup(test_a_failed_sensor_is_no_reading_and_an_error_bit, start),
        cmocka_unit_test_setup(test_each_trouble_has_its_bit, start),
        cmocka_unit_test_setup(test_the_will_tells_the_moment_of_the_connect, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
