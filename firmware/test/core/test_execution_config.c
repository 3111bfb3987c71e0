#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static esg_alarm_CommandEnvelope config_of(esg_alarm_ConfigType type) {
    static const pb_size_t tags[] = {0, 10, 11, 12, 13, 14, 15};
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    envelope.which_command = esg_alarm_CommandEnvelope_config_tag;
    envelope.command.config.type = type;
    envelope.command.config.which_settings = tags[type];
    return envelope;
}

static uint32_t error_of(const esg_alarm_CommandEnvelope *envelope) {
    return rig_ask(&rig, envelope).error_code;
}

static void test_type_and_settings_must_agree(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = config_of(esg_alarm_ConfigType_CFG_WIFI);
    envelope.command.config.which_settings = esg_alarm_ConfigCommand_mqtt_tag;
    assert_int_equal(error_of(&envelope), 1);
    envelope = config_of(esg_alarm_ConfigType_CFG_UNKNOWN);
    assert_int_equal(error_of(&envelope), 1);
}

static void test_the_id_is_stored_at_once_and_named_in_the_answer(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = config_of(esg_alarm_ConfigType_CFG_DEVICE);
    esg_alarm_DeviceConfig *device = &envelope.command.config.settings.device;
    device->has_device_id = device->has_heartbeat_interval = device->has_enable_heartbeat = true;
    device->device_id = 42;
    device->heartbeat_interval = 15;
    device->enable_heartbeat = true;
    esg_alarm_CommandResponse answer = rig_ask(&rig, &envelope);
    assert_true(answer.success);
    assert_string_equal(answer.message, "device id 42");
    rig_boot(&rig);
    assert_int_equal(rig.unit.settings.device.device_id, 42);
    assert_int_equal(rig.unit.settings.device.heartbeat_s, 15);
}

static void test_an_id_of_0_does_not_take_effect(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = config_of(esg_alarm_ConfigType_CFG_DEVICE);
    esg_alarm_DeviceConfig *device = &envelope.command.config.settings.device;
    rig.unit.settings.device.device_id = 7;
    device->has_device_id = true;
    assert_int_equal(error_of(&envelope), 0);
    assert_int_equal(rig.unit.settings.device.device_id, 7);
    envelope = config_of(esg_alarm_ConfigType_CFG_DEVICE);
    envelope.command.config.settings.device.has_device_id = true;
    envelope.command.config.settings.device.device_id = 1000000000;
    assert_int_equal(error_of(&envelope), 3);
}

static void test_an_absent_field_stays_and_one_bad_field_stops_all(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = config_of(esg_alarm_ConfigType_CFG_LOCATION);
    esg_alarm_LocationConfig *location = &envelope.command.config.settings.location;
    location->has_country = true;
    snprintf(location->country, sizeof location->country, "PT");
    assert_int_equal(error_of(&envelope), 0);
    envelope = config_of(esg_alarm_ConfigType_CFG_LOCATION);
    location->has_zone = location->has_latitude = true;
    location->zone = 9;
    location->latitude = 91;
    assert_int_equal(error_of(&envelope), 3);
    assert_string_equal(rig_answer(&rig).message, "latitude is outside -90 to 90");
    assert_string_equal(rig.unit.settings.location.country, "PT");
    assert_int_equal(rig.unit.settings.location.zone, 1);
}

static void test_a_present_empty_value_is_a_value(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = config_of(esg_alarm_ConfigType_CFG_NTP);
    esg_alarm_NTPConfig *ntp = &envelope.command.config.settings.ntp;
    ntp->has_server1 = ntp->has_enable_sync = true;
    assert_int_equal(error_of(&envelope), 0);
    assert_string_equal(rig.unit.settings.ntp.servers[0], "");
    assert_false(rig.unit.settings.ntp.sync);
    envelope = config_of(esg_alarm_ConfigType_CFG_DEVICE);
    envelope.command.config.settings.device.has_hostname = true;
    assert_int_equal(error_of(&envelope), 3); // an empty name is none
}

static void test_limits_of_ntp_and_ble(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = config_of(esg_alarm_ConfigType_CFG_NTP);
    envelope.command.config.settings.ntp.has_sync_interval = true;
    envelope.command.config.settings.ntp.sync_interval = 86401;
    assert_int_equal(error_of(&envelope), 3);
    envelope = config_of(esg_alarm_ConfigType_CFG_BLE);
    esg_alarm_BLEConfig *ble = &envelope.command.config.settings.ble;
    ble->has_adv_hmac_key = true;
    ble->adv_hmac_key.size = 31;
    assert_int_equal(error_of(&envelope), 3);
    envelope = config_of(esg_alarm_ConfigType_CFG_BLE);
    ble->has_adv_hmac_key = ble->has_interval_ms = true;
    ble->adv_hmac_key.size = 32;
    ble->interval_ms = 10240;
    assert_int_equal(error_of(&envelope), 0);
    assert_int_equal(rig.unit.settings.ble.adv_key.length, 32);
}

static void test_a_rename_is_answered_under_the_old_name_and_then_followed(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = config_of(esg_alarm_ConfigType_CFG_DEVICE);
    esg_alarm_DeviceConfig *device = &envelope.command.config.settings.device;
    device->has_hostname = true;
    snprintf(device->hostname, sizeof device->hostname, "NEW_NAME");
    assert_int_equal(error_of(&envelope), 0);
    assert_string_equal(rig.unit.host, "ESG_ALARM_02E500000001");
    rig_wait(&rig, 2000);
    assert_string_equal(rig.unit.host, "NEW_NAME");
    assert_string_equal(rig.bench.host, "NEW_NAME");
    assert_int_equal(rig_count(&rig, STATION_LEAF_LOGIN), 2);
}

static void test_writing_the_same_does_not_leave_the_broker(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = config_of(esg_alarm_ConfigType_CFG_MQTT);
    envelope.command.config.settings.mqtt.has_port = true;
    envelope.command.config.settings.mqtt.port = 1883;
    uint64_t writes = rig.bench.writes;
    assert_int_equal(error_of(&envelope), 0);
    rig_wait(&rig, 3000);
    assert_int_equal(rig_count(&rig, STATION_LEAF_LOGIN), 1);
    assert_int_equal(rig.bench.writes, writes + 1); // the window
}

static void test_tls_without_a_certificate_is_error_9_and_changes_nothing(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = config_of(esg_alarm_ConfigType_CFG_MQTT);
    envelope.command.config.settings.mqtt.has_use_tls = true;
    envelope.command.config.settings.mqtt.use_tls = true;
    assert_int_equal(error_of(&envelope), 9);
    assert_false(rig.unit.settings.mqtt.tls);
}

static void test_what_cannot_be_stored_is_not_taken(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = config_of(esg_alarm_ConfigType_CFG_DEVICE);
    envelope.command.config.settings.device.has_device_id = true;
    envelope.command.config.settings.device.device_id = 5;
    rig.bench.storage_broken = true;
    assert_int_equal(error_of(&envelope), 500);
    assert_int_equal(rig.unit.settings.device.device_id, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_type_and_settings_must_agree, start),
        cmocka_unit_test_setup(test_the_id_is_stored_at_once_and_named_in_the_answer, start),
        cmocka_unit_test_setup(test_an_id_of_0_does_not_take_effect, start),
        cmocka_unit_test_setup(test_an_absent_field_stays_and_one_bad_field_stops_all, start),
        cmocka_unit_test_setup(test_a_present_empty_value_is_a_value, start),
        cmocka_unit_test_setup(test_limits_of_ntp_and_ble, start),
        cmocka_unit_test_setup(test_a_rename_is_answered_under_the_old_name_and_then_followed,
                               start),
        cmocka_unit_test_setup(test_writing_the_same_does_not_leave_the_broker, start),
        cmocka_unit_test_setup(test_tls_without_a_certificate_is_error_9_and_changes_nothing,
                               start),
        cmocka_unit_test_setup(test_what_cannot_be_stored_is_not_taken, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
