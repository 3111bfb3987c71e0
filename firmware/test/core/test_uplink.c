#include "rig.h"
#include "uplink.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static esg_alarm_Heartbeat beat;

static void test_nothing_is_sent_without_a_session(void **state) {
    (void)state;
    uint32_t next = rig.unit.sequence.next;
    rig_drop(&rig);
    assert_false(
        station_uplink_send(&rig.unit, STATION_LEAF_HB, esg_alarm_Heartbeat_fields, &beat, 0));
    assert_int_equal(rig.unit.sequence.next, next); // and no number is used up
}

static void test_each_message_has_the_next_number_whatever_its_leaf(void **state) {
    (void)state;
    beat.uptime = 1;
    uint32_t next = rig.unit.sequence.next;
    for (uint32_t i = 0; i < 3; i++) {
        assert_true(station_uplink_send(&rig.unit, (enum station_leaf)i, esg_alarm_Heartbeat_fields,
                                        &beat, 0));
        assert_int_equal(rig.letters[rig.count - 1].sequence, next + i);
    }
}

static void test_without_a_key_or_signing_the_payload_goes_bare(void **state) {
    (void)state;
    struct station_letter letter;
    beat.uptime = 1;
    rig.unit.settings.local.signs = false;
    assert_true(station_uplink_begin(&rig.unit, &letter));
    assert_true(station_uplink_write(&rig.unit, &letter, esg_alarm_Heartbeat_fields, &beat));
    assert_int_equal(letter.length, 2);
    assert_int_equal(letter.bytes[0], 0x50);
    rig.unit.settings.local.signs = true;
    rig.unit.key.present = false;
    assert_true(station_uplink_write(&rig.unit, &letter, esg_alarm_Heartbeat_fields, &beat));
    assert_int_equal(letter.length, 2);
    rig.unit.key.present = true;
    assert_true(station_uplink_write(&rig.unit, &letter, esg_alarm_Heartbeat_fields, &beat));
    assert_int_equal(letter.length, 16);
}

static void test_an_empty_payload_is_never_sent(void **state) {
    (void)state;
    beat = (esg_alarm_Heartbeat)esg_alarm_Heartbeat_init_zero;
    assert_false(
        station_uplink_send(&rig.unit, STATION_LEAF_HB, esg_alarm_Heartbeat_fields, &beat, 0));
}

static void test_the_largest_answer_fits_a_frame(void **state) {
    (void)state;
    struct station_letter letter;
    esg_alarm_CommandResponse response = esg_alarm_CommandResponse_init_zero;
    memset(response.request_id, 'a', 36);
    memset(response.message, 'b', 127);
    response.payload.size = 512;
    response.timestamp = response.error_code = UINT32_MAX;
    response.success = true;
    response.stage = esg_alarm_CommandResponse_Stage_EXECUTED;
    assert_true(station_uplink_begin(&rig.unit, &letter));
    assert_true(
        station_uplink_write(&rig.unit, &letter, esg_alarm_CommandResponse_fields, &response));
    assert_true(letter.length <= 713);
}

static void test_a_unit_out_of_numbers_falls_silent_and_says_why(void **state) {
    (void)state;
    rig.unit.sequence.next = UINT32_MAX;
    assert_false(
        station_uplink_send(&rig.unit, STATION_LEAF_HB, esg_alarm_Heartbeat_fields, &beat, 0));
    assert_int_equal(station_telemetry_errors(&rig.unit), STATION_ERROR_KEY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_nothing_is_sent_without_a_session, start),
        cmocka_unit_test_setup(test_each_message_has_the_next_number_whatever_its_leaf, start),
        cmocka_unit_test_setup(test_without_a_key_or_signing_the_payload_goes_bare, start),
        cmocka_unit_test_setup(test_an_empty_payload_is_never_sent, start),
        cmocka_unit_test_setup(test_the_largest_answer_fits_a_frame, start),
        cmocka_unit_test_setup(test_a_unit_out_of_numbers_falls_silent_and_says_why, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
