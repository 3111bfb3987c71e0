#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static void change_broker(void) {
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    envelope.which_command = esg_alarm_CommandEnvelope_config_tag;
    envelope.command.config.type = esg_alarm_ConfigType_CFG_MQTT;
    envelope.command.config.which_settings = esg_alarm_ConfigCommand_mqtt_tag;
    esg_alarm_MqttConfig *mqtt = &envelope.command.config.settings.mqtt;
    mqtt->has_broker_url = true;
    snprintf(mqtt->broker_url, sizeof mqtt->broker_url, "elsewhere");
    assert_true(rig_ask(&rig, &envelope).success);
}

static void test_settings_without_a_session_are_given_up_after_180_s(void **state) {
    (void)state;
    change_broker();
    rig.reachable = false;
    rig_wait(&rig, 1000);
    assert_int_not_equal(rig.unit.connection.phase, STATION_ONLINE);
    rig_wait(&rig, 179999);
    assert_string_equal(rig.unit.settings.mqtt.broker, "elsewhere");
    rig_wait(&rig, 1);
    assert_string_equal(rig.unit.settings.mqtt.broker, "broker");
    rig.reachable = true;
    rig_wait(&rig, 61000);
    assert_int_equal(rig.unit.connection.phase, STATION_ONLINE);
    rig_boot(&rig);
    assert_string_equal(rig.unit.settings.mqtt.broker, "broker");
}

static void test_a_session_proves_them(void **state) {
    (void)state;
    change_broker();
    rig_wait(&rig, 2000);
    assert_int_equal(rig_count(&rig, STATION_LEAF_LOGIN), 2);
    rig_drop(&rig);
    rig_wait(&rig, 1000000);
    assert_string_equal(rig.unit.settings.mqtt.broker, "elsewhere");
}

static void test_a_second_change_on_trial_returns_to_the_proven_settings(void **state) {
    (void)state;
    change_broker();
    rig.unit.settings.mqtt.broker[0] = 'E'; // so that the next change is one
    change_broker();
    rig.reachable = false;
    rig_wait(&rig, 181001);
    assert_string_equal(rig.unit.settings.mqtt.broker, "broker");
}

static void test_a_trial_goes_on_after_a_restart(void **state) {
    (void)state;
    change_broker();
    rig.reachable = false;
    rig_wait(&rig, 100000);
    rig_boot(&rig);
    assert_string_equal(rig.unit.settings.mqtt.broker, "elsewhere");
    rig_wait(&rig, 181000);
    assert_string_equal(rig.unit.settings.mqtt.broker, "broker");
}

static void test_wherever_the_power_is_cut_the_proven_settings_come_back(void **state) {
    (void)state;
    for (uint64_t cut = 1; cut <= 14; cut++) {
        rig_start(&rig);
        rig.bench.cut = BENCH_CUT_PREFIX;
        rig.bench.cut_bytes = 9;
        rig.bench.cut_at = rig.bench.writes + cut;
        esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
        envelope.which_command = esg_alarm_CommandEnvelope_config_tag;
        envelope.command.config.type = esg_alarm_ConfigType_CFG_WIFI;
        envelope.command.config.which_settings = esg_alarm_ConfigCommand_wifi_tag;
        envelope.command.config.settings.wifi.has_ssid = true;
        snprintf(envelope.command.config.settings.wifi.ssid, 16, "elsewhere");
        rig_send(&rig, &envelope);
        rig.reachable = false;
        rig_wait(&rig, 182000);
        rig_boot(&rig);
        rig_wait(&rig, 182000);
        assert_string_equal(rig.unit.settings.wifi.ssid, "site");
    }
}

static void test_settings_made_by_serial_stay(void **state) {
    (void)state;
    rig.reachable = false;
    rig_at(&rig, "AT+MQTTSERVER=elsewhere");
    rig_at(&rig, "AT+MQTTSAVE");
    rig_at(&rig, "AT+MQTTCONNECT");
    rig_wait(&rig, 1000000);
    assert_string_equal(rig.unit.settings.mqtt.broker, "elsewhere");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_settings_without_a_session_are_given_up_after_180_s, start),
        cmocka_unit_test_setup(test_a_session_proves_them, start),
        cmocka_unit_test_setup(test_a_second_change_on_trial_returns_to_the_proven_settings, start),
        cmocka_unit_test_setup(test_a_trial_goes_on_after_a_restart, start),
        cmocka_unit_test_setup(test_wherever_the_power_is_cut_the_proven_settings_come_back, start),
        cmocka_unit_test_setup(test_settings_made_by_serial_stay, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
