#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static esg_alarm_CommandEnvelope siren_on(void) {
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    envelope.which_command = esg_alarm_CommandEnvelope_output_tag;
    envelope.command.output =
        (esg_alarm_OutputCommand){.output = esg_alarm_OutputType_OUT_SIREN,
                                  .pattern = esg_alarm_PatternType_PAT_CONSTANT,
                                  .state = true,
                                  .total_duration = 60};
    return envelope;
}

static esg_alarm_CommandResponse system_answer(esg_alarm_SystemCommand command) {
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    envelope.which_command = esg_alarm_CommandEnvelope_system_tag;
    envelope.command.system = command;
    return rig_ask(&rig, &envelope);
}

static void test_get_status_answers_and_publishes_a_status(void **state) {
    (void)state;
    esg_alarm_CommandResponse answer =
        system_answer((esg_alarm_SystemCommand){.action = esg_alarm_SystemAction_SYS_GET_STATUS});
    assert_int_equal(rig_count(&rig, STATION_LEAF_STATUS), 1);
    assert_non_null(strstr(rig_json(&answer), "\"device_id\":0,\"hostname\":\"ESG_ALARM_"));
    assert_non_null(strstr(rig_json(&answer), "\"ip\":\"192.0.2.7\",\"rssi\":-61}"));
}

static void test_unknown_actions_are_error_7(void **state) {
    (void)state;
    assert_int_equal(system_answer((esg_alarm_SystemCommand){0, 0, 0}).error_code, 7);
    assert_int_equal(
        system_answer((esg_alarm_SystemCommand){(esg_alarm_SystemAction)6, 0, 0}).error_code, 7);
}

static void test_a_reboot_has_a_longest_delay_and_comes_once(void **state) {
    (void)state;
    esg_alarm_SystemCommand reboot = {.action = esg_alarm_SystemAction_SYS_REBOOT,
                                      .delay_seconds = 3601};
    assert_int_equal(system_answer(reboot).error_code, 3);
    reboot.delay_seconds = 3600;
    esg_alarm_CommandResponse answer = system_answer(reboot);
    assert_true(answer.success);
    assert_string_equal(answer.message, "reboot in 3600 s");
    assert_int_equal(system_answer(reboot).error_code, 5);
}

static void test_a_time_before_2020_is_no_time(void **state) {
    (void)state;
    esg_alarm_SystemCommand command = {.action = esg_alarm_SystemAction_SYS_SET_TIME,
                                       .unix_time = 1577836799};
    assert_int_equal(system_answer(command).error_code, 3);
}

static void test_clearing_counters_clears_all_and_leaves_the_outbox(void **state) {
    (void)state;
    rig_input(&rig, STATION_PANIC1, true);
    rig_input(&rig, STATION_TAMPER, true);
    assert_int_equal(rig.unit.counters.activations[STATION_PANIC1], 1);
    esg_alarm_SystemCommand command = {.action = esg_alarm_SystemAction_SYS_CLEAR_COUNTERS};
    esg_alarm_CommandResponse answer = system_answer(command);
    assert_int_equal(answer.stage, esg_alarm_CommandResponse_Stage_EXECUTED);
    assert_int_equal(rig.unit.counters.activations[STATION_PANIC1], 0);
    assert_int_equal(rig.unit.counters.activations[STATION_TAMPER], 0);
    assert_int_equal(rig.unit.outbox.count, 2);
    assert_int_equal(rig.unit.alarms.last, 2);
}

static void test_a_factory_reset_says_accepted_and_leaves_nothing(void **state) {
    (void)state;
    esg_alarm_SystemCommand command = {.action = esg_alarm_SystemAction_SYS_FACTORY_RESET};
    rig_input(&rig, STATION_PANIC1, true);
    esg_alarm_CommandResponse answer = system_answer(command);
    assert_int_equal(answer.stage, esg_alarm_CommandResponse_Stage_ACCEPTED);
    size_t before = rig.count;
    rig_input(&rig, STATION_PANIC1, false);
    rig_wait(&rig, 5000);
    assert_int_equal(rig.unit.connection.phase, STATION_OFF);
    assert_false(rig.unit.key.present);
    assert_int_equal(rig.unit.outbox.count, 0);
    assert_string_equal(rig.unit.settings.mqtt.broker, "");
    assert_int_equal(rig_count(&rig, STATION_LEAF_RESPONSE), 1); // accepted is final
    assert_true(rig.count <= before + 2);                        // the release, and a status
}

static void test_an_output_command_outside_its_limits_changes_nothing(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = siren_on();
    envelope.command.output.total_duration = 86401;
    assert_int_equal(rig_ask(&rig, &envelope).error_code, 3);
    assert_int_equal(rig_count(&rig, STATION_LEAF_ALARM), 0);
}

static void test_all_outputs_are_told_one_by_one(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = siren_on();
    envelope.command.output.output = esg_alarm_OutputType_OUT_ALL;
    assert_true(rig_ask(&rig, &envelope).success);
    assert_int_equal(rig_count(&rig, STATION_LEAF_ALARM), 4);
    assert_int_equal(rig_event(&rig, 0).output_type, esg_alarm_OutputType_OUT_RELAY2);
    assert_int_equal(rig_event(&rig, 0).priority, esg_alarm_Priority_PRIORITY_MEDIUM);
    assert_int_equal(rig_event(&rig, 3).priority, esg_alarm_Priority_PRIORITY_HIGH);
    assert_int_equal(rig_event(&rig, 0).sequence, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_get_status_answers_and_publishes_a_status, start),
        cmocka_unit_test_setup(test_unknown_actions_are_error_7, start),
        cmocka_unit_test_setup(test_a_reboot_has_a_longest_delay_and_comes_once, start),
        cmocka_unit_test_setup(test_a_time_before_2020_is_no_time, start),
        cmocka_unit_test_setup(test_clearing_counters_clears_all_and_leaves_the_outbox, start),
        cmocka_unit_test_setup(test_a_factory_reset_says_accepted_and_leaves_nothing, start),
        cmocka_unit_test_setup(test_an_output_command_outside_its_limits_changes_nothing, start),
        cmocka_unit_test_setup(test_all_outputs_are_told_one_by_one, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
