#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static const char *read_of(esg_alarm_ReadType type) {
    static esg_alarm_CommandResponse answer;
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    envelope.which_command = esg_alarm_CommandEnvelope_config_read_tag;
    envelope.command.config_read.type = type;
    envelope.command.config_read.include_sensitive = true;
    answer = rig_ask(&rig, &envelope);
    if (!answer.success) {
        assert_int_equal(answer.payload.size, 0);
        snprintf(answer.message, sizeof answer.message, "error %u", (unsigned)answer.error_code);
        return answer.message;
    }
    return rig_json(&answer);
}

static void test_secrets_are_masked_whatever_was_asked(void **state) {
    (void)state;
    snprintf(rig.unit.settings.wifi.password, 16, "open sesame");
    snprintf(rig.unit.settings.mqtt.password, 16, "open sesame");
    rig.unit.settings.ble.spp_key.length = 32;
    assert_non_null(strstr(read_of(esg_alarm_ReadType_READ_WIFI), "\"password\":\"********\""));
    assert_non_null(strstr(read_of(esg_alarm_ReadType_READ_MQTT), "\"password\":\"********\""));
    const char *ble = read_of(esg_alarm_ReadType_READ_BLE);
    assert_non_null(strstr(ble, "\"adv_key\":\"\",\"spp_key\":\"********\""));
}

static void test_each_group_has_its_keys(void **state) {
    (void)state;
    assert_string_equal(read_of(esg_alarm_ReadType_READ_DEVICE),
                        "{\"hostname\":\"ESG_ALARM_02E500000001\",\"device_id\":0,"
                        "\"hb_enable\":true,\"hb_interval\":30}");
    assert_string_equal(read_of(esg_alarm_ReadType_READ_LOCATION),
                        "{\"country\":\"\",\"zone\":1,\"lat\":0.000000,\"lon\":0.000000}");
    assert_string_equal(read_of(esg_alarm_ReadType_READ_NTP),
                        "{\"srv1\":\"pool.ntp.org\",\"srv2\":\"\",\"srv3\":\"\",\"sync\":true,"
                        "\"interval\":3600,\"tz_offset\":0,\"tz\":\"UTC\"}");
    assert_string_equal(read_of(esg_alarm_ReadType_READ_MQTT),
                        "{\"broker\":\"broker\",\"port\":1883,\"user\":\"\",\"password\":\"\","
                        "\"keepalive\":60,\"qos\":1,\"tls\":false,\"connected\":true}");
    assert_string_equal(read_of(esg_alarm_ReadType_READ_WIFI),
                        "{\"ssid\":\"site\",\"password\":\"\",\"dhcp\":true,\"ip\":\"192.0.2.7\","
                        "\"netmask\":\"255.255.255.0\",\"gateway\":\"192.0.2.1\","
                        "\"mac\":\"02:E5:00:00:00:01\",\"rssi\":-61,\"connected\":true}");
}

static void test_read_all_has_the_reduced_keys(void **state) {
    (void)state;
    assert_string_equal(read_of(esg_alarm_ReadType_READ_ALL),
                        "{\"wifi\":{\"ssid\":\"site\",\"dhcp\":true,\"ip\":\"192.0.2.7\"},"
                        "\"mqtt\":{\"broker\":\"broker\",\"port\":1883,\"tls\":false},"
                        "\"device\":{\"hostname\":\"ESG_ALARM_02E500000001\",\"device_id\":0,"
                        "\"hb_interval\":30},\"location\":{\"country\":\"\",\"zone\":1},"
                        "\"ntp\":{\"srv1\":\"pool.ntp.org\",\"sync\":true},"
                        "\"ble\":{\"enable\":false}}");
}

static void test_an_answer_that_does_not_fit_is_error_500_without_payload(void **state) {
    (void)state;
    memset(rig.unit.settings.mqtt.broker, '"', 127); // each takes two characters
    memset(rig.unit.settings.ntp.servers[0], '\n', 63);
    assert_string_equal(read_of(esg_alarm_ReadType_READ_ALL), "error 500");
}

static void test_unknown_groups_are_error_7(void **state) {
    (void)state;
    assert_string_equal(read_of(esg_alarm_ReadType_READ_UNKNOWN), "error 7");
    assert_string_equal(read_of((esg_alarm_ReadType)8), "error 7");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_secrets_are_masked_whatever_was_asked, start),
        cmocka_unit_test_setup(test_each_group_has_its_keys, start),
        cmocka_unit_test_setup(test_read_all_has_the_reduced_keys, start),
        cmocka_unit_test_setup(test_an_answer_that_does_not_fit_is_error_500_without_payload,
                               start),
        cmocka_unit_test_setup(test_unknown_groups_are_error_7, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
