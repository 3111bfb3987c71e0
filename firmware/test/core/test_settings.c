#include "rig.h"
#include "settings.h"

static struct bench bench;

static int start(void **state) {
    (void)state;
    bench_init(&bench, 1);
    return 0;
}

static struct station_settings settings;
static char problem[STATION_MESSAGE];

static void test_every_group_comes_back_from_storage(void **state) {
    (void)state;
    station_settings_defaults(&settings, 30);
    snprintf(settings.wifi.ssid, sizeof settings.wifi.ssid, "%s",
             "12345678901234567890123456789012");
    settings.wifi.static_ip = 0xC0000207;
    snprintf(settings.mqtt.broker, sizeof settings.mqtt.broker, "broker.example");
    settings.mqtt.tls = true;
    settings.device.device_id = 42;
    snprintf(settings.location.country, sizeof settings.location.country, "ES");
    settings.location.latitude = -40.5F;
    settings.ntp.offset_s = -43200;
    settings.ble.adv_key = (struct station_secret){32, {1, 2, 3}};
    settings.local.ethernet = true;
    struct station_settings loaded;
    station_settings_defaults(&loaded, 60);
    for (int group = 0; group < STATION_GROUPS; group++) {
        assert_true(station_settings_save(&settings, &bench.hal, (enum station_group)group));
        assert_true(station_settings_load(&loaded, &bench.hal, (enum station_group)group));
        struct station_fields fields = station_settings_fields((enum station_group)group);
        assert_true(fields.size <= STATION_GROUP_LARGEST);
        for (size_t i = 0; i < fields.count; i++) {
            const char *saved = station_settings_group(&settings, (enum station_group)group);
            const char *back = station_settings_group(&loaded, (enum station_group)group);
            size_t at = fields.fields[i].offset;
            assert_memory_equal(saved + at, back + at, fields.fields[i].size);
        }
    }
}

static void test_a_missing_record_keeps_the_defaults(void **state) {
    (void)state;
    station_settings_defaults(&settings, 60);
    assert_false(station_settings_load(&settings, &bench.hal, STATION_GROUP_DEVICE));
    assert_int_equal(settings.device.heartbeat_s, 60);
}

static void test_a_shorter_older_record_keeps_the_defaults_of_what_is_new(void **state) {
    (void)state;
    uint8_t buffer[64];
    struct station_twin twin = {.name = "cfg_device"};
    struct station_writer writer = station_writer_begin(buffer, sizeof buffer);
    station_put_text(&writer, "OLD_UNIT");
    station_put_u32(&writer, 9);
    assert_true(station_twin_save(&twin, &bench.hal, 1, &writer));
    station_settings_defaults(&settings, 45);
    assert_true(station_settings_load(&settings, &bench.hal, STATION_GROUP_DEVICE));
    assert_string_equal(settings.device.hostname, "OLD_UNIT");
    assert_int_equal(settings.device.device_id, 9);
    assert_int_equal(settings.device.heartbeat_s, 45);
}

static void test_a_longer_newer_record_is_read_as_far_as_it_is_known(void **state) {
    (void)state;
    uint8_t buffer[STATION_RECORD_SMALL];
    struct station_twin twin = {.name = "cfg_device"};
    struct station_writer writer = station_writer_begin(buffer, sizeof buffer);
    station_settings_defaults(&settings, 45);
    settings.device.device_id = 5;
    station_settings_put(STATION_GROUP_DEVICE, &settings.device, &writer);
    station_put_text(&writer, "what a later version added");
    assert_true(station_twin_save(&twin, &bench.hal, 1, &writer));
    station_settings_defaults(&settings, 30);
    assert_true(station_settings_load(&settings, &bench.hal, STATION_GROUP_DEVICE));
    assert_int_equal(settings.device.device_id, 5);
    assert_int_equal(settings.device.heartbeat_s, 45);
}

static void assert_problem_is(enum station_group group, const char *expected) {
    void *values = station_settings_group(&settings, group);
    assert_true(station_settings_problem(group, values, problem, sizeof problem));
    assert_string_equal(problem, expected);
    station_settings_defaults(&settings, 30);
}

static void test_the_defaults_are_allowed(void **state) {
    (void)state;
    station_settings_defaults(&settings, 30);
    for (int group = 0; group < STATION_GROUPS; group++) {
        void *values = station_settings_group(&settings, (enum station_group)group);
        assert_false(
            station_settings_problem((enum station_group)group, values, problem, sizeof problem));
    }
}

static void test_each_limit_is_named(void **state) {
    (void)state;
    station_settings_defaults(&settings, 30);
    settings.mqtt.port = 0;
    assert_problem_is(STATION_GROUP_MQTT, "port is outside 1 to 65535");
    settings.mqtt.keepalive_s = 9;
    assert_problem_is(STATION_GROUP_MQTT, "keepalive is outside 10 to 3600");
    settings.device.device_id = 1000000000;
    assert_problem_is(STATION_GROUP_DEVICE, "device_id is outside 0 to 999999999");
    settings.device.heartbeat_s = 3601;
    assert_problem_is(STATION_GROUP_DEVICE, "heartbeat_interval is outside 10 to 3600");
    settings.location.zone = 256;
    assert_problem_is(STATION_GROUP_LOCATION, "zone is outside 1 to 255");
    settings.location.latitude = 90.5F;
    assert_problem_is(STATION_GROUP_LOCATION, "latitude is outside -90 to 90");
    settings.location.longitude = __builtin_nanf("");
    assert_problem_is(STATION_GROUP_LOCATION, "longitude is outside -180 to 180");
    settings.ntp.offset_s = 50401;
    assert_problem_is(STATION_GROUP_NTP, "timezone_offset is outside -43200 to 50400");
    settings.ble.tx_power = 8;
    assert_problem_is(STATION_GROUP_BLE, "tx_power is outside 0 to 7");
    settings.ble.spp_key.length = 31;
    assert_problem_is(STATION_GROUP_BLE, "spp_hmac_key is not 32 bytes");
    snprintf(settings.location.country, 3, "E1");
    assert_problem_is(STATION_GROUP_LOCATION, "country is not two letters");
    snprintf(settings.device.hostname, 8, "a b");
    assert_problem_is(STATION_GROUP_DEVICE, "hostname is not allowed");
    snprintf(settings.wifi.ssid, 8, "\xC3(");
    assert_problem_is(STATION_GROUP_WIFI, "ssid is not UTF-8");
    snprintf(settings.mqtt.base, 8, "a/#");
    assert_problem_is(STATION_GROUP_MQTT, "base is not allowed");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_every_group_comes_back_from_storage, start),
        cmocka_unit_test_setup(test_a_missing_record_keeps_the_defaults, start),
        cmocka_unit_test_setup(test_a_shorter_older_record_keeps_the_defaults_of_what_is_new,
                               start),
        cmocka_unit_test_setup(test_a_longer_newer_record_is_read_as_far_as_it_is_known, start),
        cmocka_unit_test_setup(test_the_defaults_are_allowed, start),
        cmocka_unit_test_setup(test_each_limit_is_named, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
