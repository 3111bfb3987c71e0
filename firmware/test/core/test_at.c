#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static void ok(const char *line) {
    rig_at(&rig, line);
    size_t length = rig.bench.uart_length;
    if (length < 4 || strcmp(rig.bench.uart + length - 4, "OK\r\n") != 0) {
        fail_msg("%s: %s", line, rig.bench.uart);
    }
}

static void error(const char *line) {
    rig_at(&rig, line);
    size_t length = rig.bench.uart_length;
    if (length < 7 || strcmp(rig.bench.uart + length - 7, "ERROR\r\n") != 0) {
        fail_msg("%s: %s", line, rig.bench.uart);
    }
}

static void test_lines_that_are_no_commands(void **state) {
    (void)state;
    ok("AT");
    error("AT+");
    error("AT+NOTHING");
    error("at+VERSION");
    error("AT+VERSION=1");
    error("AT+ZONE=?");
    error("AT+HOSTNAME?x");
    error("ATX");
    error("AT+AVERYLONGNAMETHATISNOCOMMAND=1");
    bench_forget_uart(&rig.bench);
    station_unit_at_line(&rig.unit, "", rig.bench.now_ms);
    assert_int_equal(rig.bench.uart_length, 0);
    char line[STATION_AT_LINE_MAX + 2];
    memset(line, 'A', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    error(line);
}

static void test_system_commands(void **state) {
    (void)state;
    ok("AT+VERSION");
    rig_assert_says(&rig, "VERSION: 2.1.0\r\n");
    ok("AT+MAC");
    rig_assert_says(&rig, "02:E5:00:00:00:01");
    ok("AT+INFO");
    rig_assert_says(&rig, "ERRORS: 0x00");
    ok("AT+HEAP");
    ok("AT+HISTORY");
    rig_assert_says(&rig, "session open");
    ok("AT+CLEARHIST");
    ok("AT+HISTORY");
    assert_string_equal(rig.bench.uart, "OK\r\n");
    ok("AT+HELP");
    rig_assert_says(&rig, "AT+PBKEY");
    rig_assert_says(&rig, "AT+WIFISSID=");
    ok("AT+TIME?");
    rig_assert_says(&rig, "TIME: 17600000");
}

static void test_identity_and_location_save_themselves(void **state) {
    (void)state;
    ok("AT+HOSTNAME=UNIT_7");
    ok("AT+DBID=77");
    ok("AT+COUNTRY=ES");
    ok("AT+ZONE=255");
    ok("AT+LAT=40.416775");
    ok("AT+LON=-3.703790");
    ok("AT+INSTALLTS=1760000000");
    error("AT+HOSTNAME=a b");
    error("AT+HOSTNAME=12345678901234567890123456789012");
    error("AT+DBID=1000000000");
    error("AT+COUNTRY=ESP");
    error("AT+COUNTRY=1A");
    error("AT+ZONE=0");
    error("AT+LAT=91");
    error("AT+LON=x");
    rig_boot(&rig);
    ok("AT+HOSTNAME");
    rig_assert_says(&rig, "HOSTNAME: UNIT_7");
    ok("AT+DBID?");
    rig_assert_says(&rig, "DBID: 77");
    ok("AT+LOCSHOW");
    rig_assert_says(&rig, "LAT: 40.4167");
}

static void test_areas_with_save_are_volatile_until_saved(void **state) {
    (void)state;
    ok("AT+WIFISSID=other");
    ok("AT+MQTTPORT=8883");
    ok("AT+NTPSERVER1=time.example");
    rig_boot(&rig);
    assert_string_equal(rig.unit.settings.wifi.ssid, "site");
    assert_int_equal(rig.unit.settings.mqtt.port, 1883);
    ok("AT+WIFISSID=other");
    ok("AT+WIFISAVE");
    ok("AT+WIFISSID=third");
    ok("AT+WIFILOAD");
    assert_string_equal(rig.unit.settings.wifi.ssid, "other");
    ok("AT+MQTTSSL=1,8883");
    ok("AT+MQTTSAVE");
    rig_boot(&rig);
    ok("AT+MQTTSSL?");
    rig_assert_says(&rig, "MQTTSSL: 1,8883");
}

static void test_limits_of_the_network(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "AT+WIFITXPOWER=1",   "AT+WIFITXPOWER=22",    "AT+WIFICHANNEL=14",      "AT+WIFIDHCP=2",
        "AT+WIFIRETRIES=256", "AT+WIFIRETRYDELAY=99", "AT+MQTTPORT=0",          "AT+MQTTPORT=65536",
        "AT+MQTTTOPIC=a/#",   "AT+MQTTTOPIC=/a",      "AT+MQTTBACKOFF=10001",   "AT+MQTTSSL=2",
        "AT+MQTTSSL=1,0",     "AT+MQTTSSL=1x",        "AT+NETMODE=2",           "AT+NTPTIMEOUT=999",
        "AT+NTPINTERVAL=0",   "AT+NTPINTERVAL=169",   "AT+MQTTRETRYDELAY=60001"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        error(wrong[i]);
    }
    ok("AT+NTPINTERVAL=168");
    ok("AT+NTPSHOW");
    rig_assert_says(&rig, "NTPINTERVAL: 168 h");
    ok("AT+NETMODE=1");
    ok("AT+NETMODE?");
    rig_assert_says(&rig, "NETMODE: 1");
    ok("AT+MQTTTOPIC=a/b/c");
    ok("AT+MQTTENABLE?");
    ok("AT+NETSTATUS?");
    ok("AT+ETHSTATUS?");
    ok("AT+WIFISTATUS");
    ok("AT+MQTTSTATUS");
    ok("AT+NTPSTATUS");
    ok("AT+NTPSYNC");
}

static void test_secrets_are_never_printed(void **state) {
    (void)state;
    ok("AT+WIFIPASS=opensesame");
    ok("AT+MQTTPASS=opensesame");
    error("AT+WIFIPASS?");
    error("AT+MQTTPASS");
    ok("AT+WIFISHOW");
    assert_null(strstr(rig.bench.uart, "opensesame"));
    ok("AT+MQTTSHOW");
    assert_null(strstr(rig.bench.uart, "opensesame"));
    rig_assert_says(&rig, "MQTTPASS: ********");
    ok("AT+HISTORY");
    assert_null(strstr(rig.bench.uart, "opensesame"));
}

static void test_a_key_is_shown_as_its_fingerprint_and_a_weak_one_is_named(void **state) {
    (void)state;
    ok("AT+PBSHOW");
    rig_assert_says(&rig, "PBKEY: fingerprint ");
    assert_null(strstr(rig.bench.uart, "3b9107e2"));
    assert_null(strstr(rig.bench.uart, "WEAK"));
    error("AT+PBKEY=00");
    error("AT+PBKEY?");
    ok("AT+PBKEY=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    rig_assert_says(&rig, "fingerprint 630dcd29, WEAK");
    assert_int_equal(station_telemetry_errors(&rig.unit) & STATION_ERROR_KEY, STATION_ERROR_KEY);
    ok("AT+HISTORY");
    assert_null(strstr(rig.bench.uart, "000102030405"));
}

static void test_a_new_key_begins_new_numbers(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    rig.sequence = 900000;
    envelope.sequence = 900000;
    envelope.which_command = esg_alarm_CommandEnvelope_system_tag;
    envelope.command.system.action = esg_alarm_SystemAction_SYS_GET_STATUS;
    rig_send(&rig, &envelope);
    assert_int_equal(rig.unit.window.highest, 900000);
    ok("AT+PBKEY=7f91a7e25daa14c86f20f3894eb701d6725ce938a40d9361fe17bb46d02a85cd");
    assert_int_equal(rig.unit.window.highest, 0);
    assert_int_equal(rig.unit.sequence.next, 1);
}

static void test_the_key_that_is_there_begins_nothing(void **state) {
    (void)state;
    ok("AT+PBKEY=7f91a7e25daa14c86f20f3894eb701d6725ce938a40d9361fe17bb46d02a85cd");
    rig.unit.window.highest = 77;
    rig.unit.sequence.next = 88;
    ok("AT+PBKEY=7F91A7E25DAA14C86F20F3894EB701D6725CE938A40D9361FE17BB46D02A85CD");
    assert_int_equal(rig.unit.window.highest, 77);
    assert_int_equal(rig.unit.sequence.next, 88);
}

static void test_json_stays_off(void **state) {
    (void)state;
    ok("AT+PBJSON=0");
    error("AT+PBJSON=1");
    ok("AT+PBHMAC=1");
    ok("AT+PBVERIFY=1");
    ok("AT+PBPROTO=1");
    error("AT+PBPROTO=yes");
}

static void test_outputs_by_hand(void **state) {
    (void)state;
    ok("AT+SIRENA=1");
    assert_true(rig.bench.outputs[STATION_SIREN]);
    ok("AT+SIRENA=0");
    ok("AT+OUTPUT=TURRET,CONTINUOUS,5");
    assert_true(rig.bench.outputs[STATION_TURRET]);
    ok("AT+OUTPUT=3,INTERMITTENT,100,200,1");
    rig_wait(&rig, 150);
    assert_false(rig.bench.outputs[STATION_RELAY1]);
    ok("AT+OUTPUTS?");
    rig_assert_says(&rig, "OUTPUT: RELAY1 1");
    ok("AT+CLEAR");
    assert_false(rig.bench.outputs[STATION_TURRET]);
    ok("AT+FANSET=30");
    assert_int_equal(rig.bench.fan_pct, 30);
    ok("AT+FANSTATUS");
    ok("AT+TESTIO");
    error("AT+FANSET=101");
    error("AT+OUTPUT=SIREN,CONTINUOUS");
    error("AT+OUTPUT=SIREN,CONTINUOUS,5,6");
    error("AT+OUTPUT=NONE,CONTINUOUS,5");
    error("AT+OUTPUT=SIREN,INTERMITTENT,5,5,5");
    error("AT+OUTPUT=SIREN,SOMETIMES,5");
}

static void test_local_test_mode_sends_tests_and_ends_by_itself(void **state) {
    (void)state;
    ok("AT+DISARM");
    rig_input(&rig, STATION_PANIC1, true);
    assert_int_equal(rig_event(&rig, 0).state, esg_alarm_EventState_EVENT_TEST);
    rig_wait(&rig, 100);
    assert_int_equal(rig.unit.telemetry.state, STATION_STATE_MAINTENANCE);
    rig_input(&rig, STATION_PANIC1, false);
    rig_receipt(&rig, 1, rig_event(&rig, 0).timestamp);
    assert_int_equal(rig_count(&rig, STATION_LEAF_ALARM), 1);
    assert_int_equal(rig.unit.counters.activations[STATION_PANIC1], 0);
    ok("AT+STATUS?");
    rig_assert_says(&rig, "disarmed");
    ok("AT+TRIGGERS?");
    rig_assert_says(&rig, "TRIGGER: panic1");
    rig_input(&rig, STATION_PANIC2, true); // held when the mode ends: an alarm
    rig_receipt(&rig, 2, rig_event(&rig, 0).timestamp);
    rig_wait(&rig, 30 * 60000);
    ok("AT+STATUS?");
    rig_assert_says(&rig, "armed");
    bool found = false;
    for (size_t i = 0; i < rig_count(&rig, STATION_LEAF_ALARM); i++) {
        found |= rig_event(&rig, i).state == esg_alarm_EventState_EVENT_ACTIVE &&
                 rig_event(&rig, i).type == esg_alarm_AlarmType_ALARM_PANIC2;
    }
    assert_true(found);
    error("AT+DISARM"); // not during an alarm
}

static void test_updates_by_hand(void **state) {
    (void)state;
    error("AT+OTASTART=http://x/y");
    error("AT+OTASTART=https://x/y"); // no CA
    ok("AT+TLSCERTRAW");
    rig_at(&rig, "-----BEGIN CERTIFICATE-----");
    rig_at(&rig, "MIIB");
    rig_at(&rig, "-----END CERTIFICATE-----");
    rig_assert_says(&rig, "OK");
    ok("AT+TLSCERT?");
    ok("AT+TLSCERTTEST");
    ok("AT+OTASTART=https://x/y");
    ok("AT+OTASTATUS");
    rig_assert_says(&rig, "connecting");
    ok("AT+OTAABORT");
    error("AT+OTAABORT");
    assert_int_equal(rig_count(&rig, STATION_LEAF_RESPONSE), 0); // nobody had asked
    ok("AT+OTAINFO");
    ok("AT+OTAVALIDATE");
    ok("AT+TLSCERTDEL");
    error("AT+TLSCERTTEST");
}

static void test_a_certificate_by_hand_is_taken_whole_or_given_up(void **state) {
    (void)state;
    ok("AT+TLSCERTUPLOAD");
    rig_at(&rig, "-----BEGIN CERTIFICATE-----");
    rig_at(&rig, "AT+RESET");
    rig_at(&rig, "-----END CERTIFICATE-----");
    assert_int_equal(rig.unit.certificate.length, 28 + 9 + 26);
    assert_int_equal(rig.unit.restart.reboot_ms, 0);
    ok("AT+TLSCERTUPLOAD");
    rig_at(&rig, "-----BEGIN CERTIFICATE-----");
    rig_at(&rig, "");
    assert_int_equal(rig.unit.certificate.length, 28 + 9 + 26); // the former one
    ok("AT+VERSION");
    ok("AT+TLSCERTUPLOAD");
    rig_wait(&rig, 60000);
    ok("AT+VERSION");
    assert_int_equal(rig.unit.certificate.length, 28 + 9 + 26);
}

static void test_what_is_not_fitted_says_so(void **state) {
    (void)state;
    error("AT+LEDTEST");
    rig_assert_says(&rig, "not fitted");
    error("AT+RS485SEND=x");
    error("AT+BLESTART");
    ok("AT+BLESTATUS");
    ok("AT+BLEHMAC=1,0");
    error("AT+BLEHMAC=1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_lines_that_are_no_commands, start),
        cmocka_unit_test_setup(test_system_commands, start),
        cmocka_unit_test_setup(test_identity_and_location_save_themselves, start),
        cmocka_unit_test_setup(test_areas_with_save_are_volatile_until_saved, start),
        cmocka_unit_test_setup(test_limits_of_the_network, start),
        cmocka_unit_test_setup(test_secrets_are_never_printed, start),
        cmocka_unit_test_setup(test_a_key_is_shown_as_its_fingerprint_and_a_weak_one_is_named,
                               start),
        cmocka_unit_test_setup(test_a_new_key_begins_new_numbers, start),
        cmocka_unit_test_setup(test_the_key_that_is_there_begins_nothing, start),
        cmocka_unit_test_setup(test_json_stays_off, start),
        cmocka_unit_test_setup(test_outputs_by_hand, start),
        cmocka_unit_test_setup(test_local_test_mode_sends_tests_and_ends_by_itself, start),
        cmocka_unit_test_setup(test_updates_by_hand, start),
        cmocka_unit_test_setup(test_a_certificate_by_hand_is_taken_whole_or_given_up, start),
        cmocka_unit_test_setup(test_what_is_not_fitted_says_so, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
