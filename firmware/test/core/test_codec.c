#include "rig.h"

static uint8_t bytes[STATION_PAYLOAD_MAX];

static void test_fields_that_are_nothing_take_no_room(void **state) {
    (void)state;
    esg_alarm_Heartbeat beat = esg_alarm_Heartbeat_init_zero;
    beat.uptime = 1;
    assert_int_equal(station_codec_encode(esg_alarm_Heartbeat_fields, &beat, bytes, sizeof bytes),
                     2);
}

static void test_what_does_not_fit_is_not_encoded(void **state) {
    (void)state;
    esg_alarm_Heartbeat beat = esg_alarm_Heartbeat_init_zero;
    beat.uptime = 100000;
    assert_int_equal(station_codec_encode(esg_alarm_Heartbeat_fields, &beat, bytes, 2), 0);
}

static void test_unknown_fields_and_enumerators_never_make_a_command_fail(void **state) {
    (void)state;
    // auth_level 2, field 77 = 5, output { output: 99, field 50 "ab" }
    static const uint8_t odd[] = {0x20, 0x02, 0xE8, 0x04, 0x05, 0x62, 0x07,
                                  0x08, 0x63, 0x92, 0x03, 0x02, 'a',  'b'};
    esg_alarm_CommandEnvelope envelope;
    assert_true(station_codec_command(odd, sizeof odd, &envelope));
    assert_int_equal(envelope.auth_level, 2);
    assert_int_equal(envelope.which_command, esg_alarm_CommandEnvelope_output_tag);
    assert_int_equal(envelope.command.output.output, 99);
}

static void test_a_broken_command_still_names_its_request(void **state) {
    (void)state;
    static const uint8_t broken[] = {0x1A, 0x02, 'i', 'd', 0x62, 0x7F};
    esg_alarm_CommandEnvelope envelope;
    assert_false(station_codec_command(broken, sizeof broken, &envelope));
    assert_string_equal(envelope.request_id, "id");
}

static size_t encode_receipt(uint32_t sequence, uint32_t committed_at) {
    esg_alarm_AlarmReceipt receipt = {sequence, 20, committed_at};
    return station_codec_encode(esg_alarm_AlarmReceipt_fields, &receipt, bytes, sizeof bytes);
}

static void test_a_receipt_is_read(void **state) {
    (void)state;
    esg_alarm_AlarmReceipt receipt;
    assert_true(station_codec_receipt(bytes, encode_receipt(7, RIG_UNIX), &receipt));
    assert_int_equal(receipt.sequence, 7);
    assert_int_equal(receipt.alarm_timestamp, 20);
}

static void test_a_receipt_with_anything_more_is_none(void **state) {
    (void)state;
    esg_alarm_AlarmReceipt receipt;
    size_t length = encode_receipt(7, RIG_UNIX);
    bytes[length++] = 0x20; // field 4
    bytes[length++] = 0x01;
    assert_false(station_codec_receipt(bytes, length, &receipt));
}

static void test_a_receipt_from_before_2020_is_none(void **state) {
    (void)state;
    esg_alarm_AlarmReceipt receipt;
    assert_false(
        station_codec_receipt(bytes, encode_receipt(7, STATION_CLOCK_SET_FROM - 1), &receipt));
    assert_true(station_codec_receipt(bytes, encode_receipt(7, STATION_CLOCK_SET_FROM), &receipt));
}

static void test_an_alarm_never_passes_for_a_receipt(void **state) {
    (void)state;
    esg_alarm_AlarmEvent event = {.sequence = 7,
                                  .timestamp = RIG_UNIX,
                                  .device_db_id = 1800000000,
                                  .type = esg_alarm_AlarmType_ALARM_PANIC1};
    esg_alarm_AlarmReceipt receipt;
    size_t length = station_codec_encode(esg_alarm_AlarmEvent_fields, &event, bytes, sizeof bytes);
    assert_false(station_codec_receipt(bytes, length, &receipt));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_that_are_nothing_take_no_room),
        cmocka_unit_test(test_what_does_not_fit_is_not_encoded),
        cmocka_unit_test(test_unknown_fields_and_enumerators_never_make_a_command_fail),
        cmocka_unit_test(test_a_broken_command_still_names_its_request),
        cmocka_unit_test(test_a_receipt_is_read),
        cmocka_unit_test(test_a_receipt_with_anything_more_is_none),
        cmocka_unit_test(test_a_receipt_from_before_2020_is_none),
        cmocka_unit_test(test_an_alarm_never_passes_for_a_receipt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
