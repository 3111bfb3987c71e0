#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static esg_alarm_CommandResponse answer;

static const char *diagnose(esg_alarm_DiagnosticCommand command) {
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    envelope.which_command = esg_alarm_CommandEnvelope_diagnostic_tag;
    envelope.command.diagnostic = command;
    answer = rig_ask(&rig, &envelope);
    return rig_json(&answer);
}

static const char *run(esg_alarm_DiagnosticAction action) {
    return diagnose((esg_alarm_DiagnosticCommand){.action = action});
}

static void test_memory_and_network(void **state) {
    (void)state;
    assert_string_equal(run(esg_alarm_DiagnosticAction_DIAG_MEMORY_INFO),
                        "{\"free_heap\":180000,\"min_heap\":170000,\"largest_block\":110000,"
                        "\"psram_free\":0,\"psram_size\":0}");
    assert_string_equal(run(esg_alarm_DiagnosticAction_DIAG_NETWORK_INFO),
                        "{\"wifi\":true,\"ssid\":\"site\",\"rssi\":-61,\"channel\":6,"
                        "\"ip\":\"192.0.2.7\",\"netmask\":\"255.255.255.0\","
                        "\"gateway\":\"192.0.2.1\",\"dns1\":\"192.0.2.1\",\"dns2\":\"\","
                        "\"mac\":\"02:E5:00:00:00:01\",\"auth_mode\":\"WPA2\"}");
}

static void test_the_sensor_is_read_now(void **state) {
    (void)state;
    rig.bench.celsius = 30.25F;
    assert_string_equal(run(esg_alarm_DiagnosticAction_DIAG_SENSOR_READ),
                        "{\"temperature\":30.25,\"humidity\":48.00,\"sensor\":\"HDC1080\","
                        "\"status\":\"ok\"}");
    rig.bench.sensor_works = false;
    assert_non_null(strstr(run(esg_alarm_DiagnosticAction_DIAG_SENSOR_READ), "no valid answer"));
}

static void test_inputs_and_outputs(void **state) {
    (void)state;
    rig_input(&rig, STATION_AUX1, true);
    assert_string_equal(run(esg_alarm_DiagnosticAction_DIAG_INOUT_READ),
                        "{\"inputs\":{\"panic1\":false,\"panic2\":false,\"box_sw\":false,"
                        "\"aux1\":true,\"aux2\":false},\"outputs\":{\"siren\":false,"
                        "\"turret\":false,\"relay1\":false,\"relay2\":false},"
                        "\"fan\":{\"running\":false,\"duty_percent\":0,\"frequency\":25000}}");
}

static void test_a_self_test_names_what_failed_of_what_was_asked(void **state) {
    (void)state;
    assert_string_equal(run(esg_alarm_DiagnosticAction_DIAG_SELF_TEST),
                        "{\"mask\":127,\"failed\":0}");
    rig.bench.sensor_works = false;
    rig.bench.clock_set = false;
    esg_alarm_DiagnosticCommand command = {.action = esg_alarm_DiagnosticAction_DIAG_SELF_TEST,
                                           .test_mask = 0xC8};
    assert_string_equal(diagnose(command), "{\"mask\":72,\"failed\":72}");
    assert_string_equal(answer.message, "failed");
    command.test_mask = 1;
    assert_string_equal(diagnose(command), "{\"mask\":1,\"failed\":0}");
}

static void test_a_log_dump_gives_the_newest_lines_that_fit(void **state) {
    (void)state;
    for (int i = 0; i < 40; i++) {
        station_journal_add(&rig.unit, STATION_LOG_INFO, "line %d of the journal", i);
    }
    const char *json = run(esg_alarm_DiagnosticAction_DIAG_LOG_DUMP);
    assert_true(answer.success);
    assert_true(answer.payload.size <= 512);
    assert_non_null(strstr(json, "line 39 of the journal\"],\"more\":true}"));
    assert_null(strstr(json, "line 2 of"));
    esg_alarm_DiagnosticCommand command = {.action = esg_alarm_DiagnosticAction_DIAG_LOG_DUMP,
                                           .log_lines = 1};
    assert_string_equal(diagnose(command),
                        "{\"lines\":[\"0 line 39 of the journal\"],\"more\":true}");
}

static void test_unknown_actions_are_error_7(void **state) {
    (void)state;
    (void)run(esg_alarm_DiagnosticAction_DIAG_UNKNOWN);
    assert_int_equal(answer.error_code, 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_memory_and_network, start),
        cmocka_unit_test_setup(test_the_sensor_is_read_now, start),
        cmocka_unit_test_setup(test_inputs_and_outputs, start),
        cmocka_unit_test_setup(test_a_self_test_names_what_failed_of_what_was_asked, start),
        cmocka_unit_test_setup(test_a_log_dump_gives_the_newest_lines_that_fit, start),
        cmocka_unit_test_setup(test_unknown_actions_are_error_7, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
