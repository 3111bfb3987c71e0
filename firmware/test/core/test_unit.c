#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static void test_a_session_begins_with_a_login_and_one_heartbeat(void **state) {
    (void)state;
    assert_int_equal(rig.letters[0].leaf, STATION_LEAF_LOGIN);
    assert_int_equal(rig.letters[1].leaf, STATION_LEAF_HB);
    assert_int_equal(rig.count, 2);
    esg_alarm_StatusMessage login = esg_alarm_StatusMessage_init_zero;
    rig_decode(&rig.letters[0], esg_alarm_StatusMessage_fields, &login);
    assert_memory_equal(login.mac_address, bench_board.mac, 6);
    assert_int_equal(login.sequence, rig.letters[0].sequence);
    assert_int_equal(login.boot_count, 2);
    assert_int_equal(login.timestamp, RIG_UNIX);
}

static void test_a_press_is_told_once_it_has_lasted(void **state) {
    (void)state;
    rig_input(&rig, STATION_PANIC1, true);
    esg_alarm_AlarmEvent event = rig_event(&rig, 0);
    assert_int_equal(event.type, esg_alarm_AlarmType_ALARM_PANIC1);
    assert_int_equal(event.state, esg_alarm_EventState_EVENT_ACTIVE);
    assert_int_equal(event.priority, esg_alarm_Priority_PRIORITY_CRITICAL);
    assert_int_equal(event.sequence, 1);
    assert_true(event.physical_state);
    assert_int_equal(event.boot_id, rig.unit.boot_id);
    assert_int_equal(event.millis / 1000, event.timestamp);
    assert_int_equal(rig.unit.outbox.count, 1);
    rig_receipt(&rig, event.sequence, event.timestamp);
    assert_int_equal(rig.unit.outbox.count, 0);
}

static void test_an_input_held_at_boot_is_an_alarm(void **state) {
    (void)state;
    bench_restart(&rig.bench, true);
    station_unit_init(&rig.unit, &rig.bench.hal, &bench_board, NULL, rig.bench.now_ms);
    station_unit_on_input(&rig.unit, STATION_TAMPER, true, rig.bench.now_ms);
    rig_wait(&rig, 100);
    assert_int_equal(rig_event(&rig, 0).type, esg_alarm_AlarmType_ALARM_TAMPER);
    assert_int_equal(rig_event(&rig, 0).state, esg_alarm_EventState_EVENT_ACTIVE);
}

static void test_a_siren_runs_for_its_time_and_tells_both_ends(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    envelope.which_command = esg_alarm_CommandEnvelope_output_tag;
    envelope.command.output =
        (esg_alarm_OutputCommand){.output = esg_alarm_OutputType_OUT_SIREN,
                                  .pattern = esg_alarm_PatternType_PAT_CONSTANT,
                                  .state = true,
                                  .total_duration = 30};
    esg_alarm_CommandResponse answer = rig_ask(&rig, &envelope);
    assert_true(answer.success);
    assert_int_equal(answer.stage, esg_alarm_CommandResponse_Stage_EXECUTED);
    assert_string_equal(answer.request_id, envelope.request_id);
    assert_true(rig.bench.outputs[STATION_SIREN]);
    assert_int_equal(rig_event(&rig, 0).state, esg_alarm_EventState_EVENT_STARTING);
    rig_wait(&rig, 29999);
    assert_true(rig.bench.outputs[STATION_SIREN]);
    rig_wait(&rig, 1);
    assert_false(rig.bench.outputs[STATION_SIREN]);
    esg_alarm_AlarmEvent stopped = rig_event(&rig, 0);
    assert_int_equal(stopped.state, esg_alarm_EventState_EVENT_STOPPING);
    assert_int_equal(stopped.elapsed_seconds, 30);
    assert_int_equal(stopped.priority, esg_alarm_Priority_PRIORITY_HIGH);
    assert_int_equal(rig.unit.outbox.count, 0); // telemetry, not an alarm
}

static void test_a_frame_number_is_never_used_twice_over_restarts(void **state) {
    (void)state;
    uint32_t before = rig.letters[rig.count - 1].sequence;
    rig_boot(&rig);
    assert_true(rig.letters[rig.count - 1].sequence > before + 1000);
}

static void test_a_unit_without_settings_waits_for_its_commissioning(void **state) {
    (void)state;
    bench_init(&rig.bench, 3);
    station_unit_init(&rig.unit, &rig.bench.hal, &bench_board, NULL, 5);
    assert_false(rig.bench.wants_session);
    station_unit_tick(&rig.unit, 100);
    assert_int_equal(rig.unit.telemetry.state, STATION_STATE_INIT);
    assert_string_equal(station_unit_hostname(&rig.unit), "ESG_ALARM_02E500000001");
}

static void test_nothing_happens_after_a_restart_was_asked_for(void **state) {
    (void)state;
    rig_at(&rig, "AT+RESET");
    rig.bench.now_ms += 2000;
    station_unit_tick(&rig.unit, rig.bench.now_ms);
    assert_true(rig.bench.wants_reboot);
    size_t count = rig.count;
    rig.bench.online = true;
    station_unit_on_input(&rig.unit, STATION_PANIC1, true, rig.bench.now_ms);
    station_unit_tick(&rig.unit, rig.bench.now_ms + 1000);
    assert_int_equal(rig.count, count);
}

static void test_aux_inputs_raise_nothing_and_show_in_the_heartbeat(void **state) {
    (void)state;
    rig_input(&rig, STATION_AUX2, true);
    assert_int_equal(rig_count(&rig, STATION_LEAF_ALARM), 0);
    rig_wait(&rig, 30000);
    esg_alarm_Heartbeat beat = esg_alarm_Heartbeat_init_zero;
    rig_decode(rig_letter(&rig, STATION_LEAF_HB, 0), esg_alarm_Heartbeat_fields, &beat);
    assert_true(beat.aux2);
    assert_false(beat.aux1);
}

static void test_a_field_device_counts_from_its_boot_and_keeps_nothing(void **state) {
    (void)state;
    rig_start_as(&rig, &station_field_device);
    uint32_t login = rig_letter(&rig, STATION_LEAF_LOGIN, 0)->sequence;
    rig_input(&rig, STATION_PANIC1, true);
    esg_alarm_AlarmEvent event = rig_event(&rig, 0);
    assert_int_equal(event.boot_id, 0);
    assert_int_equal(event.sequence, 1);
    rig_wait(&rig, 20000);
    assert_int_equal(rig_count(&rig, STATION_LEAF_ALARM), 1); // never again
    rig_input(&rig, STATION_PANIC1, false);
    rig_boot(&rig);
    assert_int_equal(rig_letter(&rig, STATION_LEAF_LOGIN, 0)->sequence, login);
    rig_input(&rig, STATION_PANIC2, true);
    assert_int_equal(rig_event(&rig, 0).sequence, 1);
    rig_wait(&rig, 60000);
    esg_alarm_Heartbeat beat = esg_alarm_Heartbeat_init_zero;
    rig_decode(rig_letter(&rig, STATION_LEAF_HB, 0), esg_alarm_Heartbeat_fields, &beat);
    assert_int_equal(beat.boot_id, 0);
}

static void test_a_field_device_answers_on_the_other_leaf_without_stages(void **state) {
    (void)state;
    rig_start_as(&rig, &station_field_device);
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    envelope.which_command = esg_alarm_CommandEnvelope_config_read_tag;
    envelope.command.config_read.type = esg_alarm_ReadType_READ_ALL;
    rig_send(&rig, &envelope);
    esg_alarm_CommandResponse response = esg_alarm_CommandResponse_init_zero;
    rig_decode(rig_letter(&rig, STATION_LEAF_RESP, 0), esg_alarm_CommandResponse_fields, &response);
    assert_true(response.success);
    assert_int_equal(response.stage, 0);
    assert_int_equal(response.payload.size, 256); // cut
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_session_begins_with_a_login_and_one_heartbeat, start),
        cmocka_unit_test_setup(test_a_press_is_told_once_it_has_lasted, start),
        cmocka_unit_test_setup(test_an_input_held_at_boot_is_an_alarm, start),
        cmocka_unit_test_setup(test_a_siren_runs_for_its_time_and_tells_both_ends, start),
        cmocka_unit_test_setup(test_a_frame_number_is_never_used_twice_over_restarts, start),
        cmocka_unit_test_setup(test_a_unit_without_settings_waits_for_its_commissioning, start),
        cmocka_unit_test_setup(test_nothing_happens_after_a_restart_was_asked_for, start),
        cmocka_unit_test_setup(test_aux_inputs_raise_nothing_and_show_in_the_heartbeat, start),
        cmocka_unit_test_setup(test_a_field_device_counts_from_its_boot_and_keeps_nothing, start),
        cmocka_unit_test_setup(test_a_field_device_answers_on_the_other_leaf_without_stages, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
