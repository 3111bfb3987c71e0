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

static esg_alarm_CommandEnvelope system_command(esg_alarm_SystemAction action) {
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    envelope.which_command = esg_alarm_CommandEnvelope_system_tag;
    envelope.command.system.action = action;
    return envelope;
}

static size_t responses(void) {
    return rig_count(&rig, STATION_LEAF_RESPONSE);
}

static void assert_refused(const esg_alarm_CommandEnvelope *envelope, uint32_t error_code) {
    esg_alarm_CommandResponse answer = rig_ask(&rig, envelope);
    assert_false(answer.success);
    assert_int_equal(answer.error_code, error_code);
    assert_int_equal(answer.stage, esg_alarm_CommandResponse_Stage_STAGE_UNSPECIFIED);
    assert_string_equal(answer.request_id, envelope->request_id);
    assert_false(rig.bench.outputs[STATION_SIREN]);
}

static void test_a_bad_tag_is_counted_and_not_answered(void **state) {
    (void)state;
    uint8_t frame[STATION_FRAME_MAX];
    esg_alarm_CommandEnvelope envelope = siren_on();
    size_t length =
        rig_seal(&rig, envelope.sequence, esg_alarm_CommandEnvelope_fields, &envelope, frame);
    frame[length - 1] ^= 1;
    rig_deliver(&rig, STATION_LEAF_CMD, frame, length);
    assert_int_equal(responses(), 0);
    assert_int_equal(rig.unit.intake.refused[STATION_REFUSED_TAG], 1);
    assert_false(rig.bench.outputs[STATION_SIREN]);
    frame[length - 1] ^= 1; // the number was not used up
    rig_deliver(&rig, STATION_LEAF_CMD, frame, length);
    assert_true(rig.bench.outputs[STATION_SIREN]);
}

static void test_bare_and_retained_messages_are_refused(void **state) {
    (void)state;
    uint8_t frame[STATION_FRAME_MAX];
    esg_alarm_CommandEnvelope envelope = siren_on();
    size_t length =
        rig_seal(&rig, envelope.sequence, esg_alarm_CommandEnvelope_fields, &envelope, frame);
    rig_deliver(&rig, STATION_LEAF_CMD, frame + STATION_FRAME_HEAD, length - 14);
    assert_int_equal(rig.unit.intake.refused[STATION_REFUSED_UNSIGNED], 1);
    station_unit_on_message(&rig.unit, STATION_LEAF_CMD, frame, length, true, rig.bench.now_ms);
    assert_int_equal(rig.unit.intake.refused[STATION_REFUSED_RETAINED], 1);
    assert_int_equal(responses(), 0);
}

static void test_a_flood_of_refusals_does_not_fill_the_journal(void **state) {
    (void)state;
    uint8_t frame[STATION_FRAME_MAX] = {0, 1, 0, 0, 0, 1, 8};
    uint32_t before = rig.unit.journal.written;
    for (int i = 0; i < 1000; i++) {
        rig_deliver(&rig, STATION_LEAF_CMD, frame, 15);
    }
    assert_int_equal(rig.unit.intake.refused[STATION_REFUSED_TAG], 1000);
    assert_int_equal(rig.unit.journal.written, before + 10);
}

static void test_a_replay_of_a_forgotten_request_is_not_answered(void **state) {
    (void)state;
    uint8_t frame[STATION_FRAME_MAX];
    esg_alarm_CommandEnvelope envelope = siren_on();
    size_t length =
        rig_seal(&rig, envelope.sequence, esg_alarm_CommandEnvelope_fields, &envelope, frame);
    rig_deliver(&rig, STATION_LEAF_CMD, frame, length);
    rig_boot(&rig); // the answers in memory are gone, the window is not
    size_t before = responses();
    rig_deliver(&rig, STATION_LEAF_CMD, frame, length);
    assert_int_equal(responses(), before);
    assert_int_equal(rig.unit.intake.refused[STATION_REFUSED_REPLAY], 1);
    assert_false(rig.bench.outputs[STATION_SIREN]);
}

static void test_a_repeated_request_is_answered_again_and_not_carried_out_again(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = siren_on();
    rig_send(&rig, &envelope);
    assert_int_equal(rig_count(&rig, STATION_LEAF_ALARM), 1);
    rig_wait(&rig, 1000);
    envelope.sequence = ++rig.sequence;
    envelope.timestamp = 1; // comes before the check of the time
    rig_send(&rig, &envelope);
    assert_int_equal(responses(), 2);
    assert_true(rig_answer(&rig).success);
    assert_int_equal(rig_count(&rig, STATION_LEAF_ALARM), 1);
}

static void test_a_byte_identical_repetition_is_answered_at_most_once_per_second(void **state) {
    (void)state;
    uint8_t frame[STATION_FRAME_MAX];
    esg_alarm_CommandEnvelope envelope = siren_on();
    size_t length =
        rig_seal(&rig, envelope.sequence, esg_alarm_CommandEnvelope_fields, &envelope, frame);
    for (int i = 0; i < 30; i++) {
        rig_deliver(&rig, STATION_LEAF_CMD, frame, length);
        rig_wait(&rig, 100);
    }
    assert_int_equal(responses(), 3);
    assert_int_equal(rig_count(&rig, STATION_LEAF_ALARM), 1);
}

static void test_the_window_is_stored_before_the_command_is_carried_out(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = siren_on();
    rig.bench.cut = BENCH_CUT_OLD;
    rig.bench.cut_at = rig.bench.writes + 1;
    rig_send(&rig, &envelope);
    assert_true(rig.bench.dead);
    assert_int_equal(rig.bench.edge_count, 0);
}

static void test_the_two_sequences_must_agree(void **state) {
    (void)state;
    uint8_t frame[STATION_FRAME_MAX];
    esg_alarm_CommandEnvelope envelope = siren_on();
    size_t length =
        rig_seal(&rig, envelope.sequence + 1, esg_alarm_CommandEnvelope_fields, &envelope, frame);
    rig_deliver(&rig, STATION_LEAF_CMD, frame, length);
    assert_int_equal(rig_answer(&rig).error_code, 10);
}

static void test_an_envelope_without_request_id_is_error_3(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = siren_on();
    envelope.request_id[0] = '\0';
    assert_refused(&envelope, 3);
}

static void test_an_envelope_without_command_is_error_1(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    assert_refused(&envelope, 1);
}

static void test_each_family_demands_its_level(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = siren_on();
    envelope.auth_level = 0;
    assert_refused(&envelope, 2);
    envelope = system_command(esg_alarm_SystemAction_SYS_REBOOT);
    envelope.auth_level = 1;
    assert_refused(&envelope, 2);
    envelope = system_command(esg_alarm_SystemAction_SYS_GET_STATUS);
    envelope.auth_level = 0;
    assert_true(rig_ask(&rig, &envelope).success);
    envelope = system_command(esg_alarm_SystemAction_SYS_SET_TIME);
    envelope.auth_level = 1;
    envelope.command.system.unix_time = RIG_UNIX;
    assert_true(rig_ask(&rig, &envelope).success);
}

static void test_the_time_window_is_300_s_both_ways(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = siren_on();
    uint32_t now = envelope.timestamp;
    envelope.timestamp = now - 301;
    assert_refused(&envelope, 10);
    envelope = siren_on();
    envelope.timestamp = now + 301;
    assert_refused(&envelope, 10);
    envelope = siren_on();
    envelope.timestamp = now + 300;
    assert_true(rig_ask(&rig, &envelope).success);
}

static void test_set_time_is_exempt_from_the_window(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = system_command(esg_alarm_SystemAction_SYS_SET_TIME);
    envelope.timestamp = RIG_UNIX + 100000;
    envelope.command.system.unix_time = RIG_UNIX + 100000;
    assert_true(rig_ask(&rig, &envelope).success);
    assert_int_equal(rig_answer(&rig).timestamp, RIG_UNIX + 100000);
}

static void test_without_a_clock_neither_time_nor_expiry_count(void **state) {
    (void)state;
    rig.bench.clock_set = false;
    esg_alarm_CommandEnvelope envelope = siren_on();
    envelope.timestamp = 5;
    envelope.expires_at = 6;
    assert_true(rig_ask(&rig, &envelope).success);
}

static void test_an_expired_command_is_error_4(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = siren_on();
    envelope.expires_at = envelope.timestamp;
    assert_true(rig_ask(&rig, &envelope).success);
    rig_wait(&rig, 2000);
    envelope = siren_on();
    envelope.command.output.pattern = esg_alarm_PatternType_PAT_OFF;
    envelope.expires_at = envelope.timestamp - 1;
    esg_alarm_CommandResponse answer = rig_ask(&rig, &envelope);
    assert_int_equal(answer.error_code, 4);
    assert_true(rig.bench.outputs[STATION_SIREN]);
}

static void test_what_does_not_decode_is_error_400_with_its_request_id(void **state) {
    (void)state;
    uint8_t frame[STATION_FRAME_MAX];
    static const uint8_t broken[] = {0x1A, 0x02, 'i', 'd', 0x62, 0x7F};
    memcpy(frame + STATION_FRAME_HEAD, broken, sizeof broken);
    size_t length = station_frame_seal(&rig.bench.hal, rig_key, 77, frame, sizeof broken);
    rig_deliver(&rig, STATION_LEAF_CMD, frame, length);
    assert_int_equal(rig_answer(&rig).error_code, 400);
    assert_string_equal(rig_answer(&rig).request_id, "id");
}

static void test_a_receipt_on_the_command_leaf_is_error_1(void **state) {
    (void)state;
    uint8_t frame[STATION_FRAME_MAX];
    esg_alarm_AlarmReceipt receipt = {++rig.sequence, RIG_UNIX, RIG_UNIX};
    size_t length =
        rig_seal(&rig, receipt.sequence, esg_alarm_AlarmReceipt_fields, &receipt, frame);
    rig_deliver(&rig, STATION_LEAF_CMD, frame, length);
    uint32_t error_code = rig_answer(&rig).error_code;
    assert_true(error_code == 1 || error_code == 3 || error_code == 400);
}

static void reflect(enum station_leaf from, enum station_leaf to) {
    uint8_t frame[STATION_FRAME_MAX];
    const struct rig_letter *letter = rig_letter(&rig, from, 0);
    memcpy(frame + STATION_FRAME_HEAD, letter->payload, letter->length);
    size_t length =
        station_frame_seal(&rig.bench.hal, rig_key, letter->sequence, frame, letter->length);
    rig_deliver(&rig, to, frame, length);
}

static void test_the_unit_s_own_frames_thrown_back_at_it_do_not_move_the_window(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = siren_on();
    rig_input(&rig, STATION_PANIC1, true);
    rig_send(&rig, &envelope);
    for (int leaf = STATION_LEAF_HB; leaf <= STATION_LEAF_RESPONSE; leaf++) {
        reflect((enum station_leaf)leaf, STATION_LEAF_CMD);
        reflect((enum station_leaf)leaf, STATION_LEAF_ACK);
    }
    assert_int_equal(rig.unit.window.highest, envelope.sequence);
    assert_int_equal(rig.unit.outbox.count, 1);
    assert_int_equal(responses(), 2); // one 400 for all of them: without an id, once per second
    envelope = siren_on();
    envelope.command.output.pattern = esg_alarm_PatternType_PAT_OFF;
    assert_true(rig_ask(&rig, &envelope).success);
}

static void test_receipts_and_commands_share_one_window(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = siren_on();
    rig_input(&rig, STATION_PANIC1, true);
    rig_send(&rig, &envelope);
    rig.sequence--; // the same number once more
    rig_receipt(&rig, 1, rig_event(&rig, 1).timestamp);
    assert_int_equal(rig.unit.outbox.count, 1);
    assert_int_equal(rig.unit.intake.refused[STATION_REFUSED_REPLAY], 1);
}

static void test_an_answer_without_session_is_sent_with_the_next(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = siren_on();
    rig.bench.online = false; // the broker takes nothing more, and nobody has noticed
    rig_send(&rig, &envelope);
    assert_int_equal(responses(), 0);
    rig_drop(&rig);
    rig.reachable = true;
    rig_wait(&rig, 3000);
    assert_int_equal(responses(), 1);
    assert_string_equal(rig_answer(&rig).request_id, envelope.request_id);
}

static void test_a_reboot_is_concluded_after_the_login_of_the_next_boot(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = system_command(esg_alarm_SystemAction_SYS_REBOOT);
    envelope.command.system.delay_seconds = 5;
    esg_alarm_CommandResponse answer = rig_ask(&rig, &envelope);
    assert_int_equal(answer.stage, esg_alarm_CommandResponse_Stage_ACCEPTED);
    assert_true(answer.success);
    rig_wait(&rig, 4900);
    assert_int_equal(rig.unit.boot_count, 2);
    rig_wait(&rig, 2000);
    assert_int_equal(rig.unit.boot_count, 3);
    answer = rig_answer(&rig);
    assert_int_equal(answer.stage, esg_alarm_CommandResponse_Stage_EXECUTED);
    assert_string_equal(answer.request_id, envelope.request_id);
    assert_true(rig_letter(&rig, STATION_LEAF_LOGIN, 0)->sequence <
                rig_letter(&rig, STATION_LEAF_RESPONSE, 0)->sequence);
    size_t before = responses();
    envelope.sequence = ++rig.sequence; // repeated: answered, and no second restart
    rig_wait(&rig, 1000);
    rig_send(&rig, &envelope);
    rig_wait(&rig, 10000);
    assert_int_equal(responses(), before + 1);
    assert_int_equal(rig.unit.boot_count, 3);
}

static void test_a_pending_reboot_is_not_concluded_by_a_reconnection(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = system_command(esg_alarm_SystemAction_SYS_REBOOT);
    envelope.command.system.delay_seconds = 600;
    rig_send(&rig, &envelope);
    rig_drop(&rig);
    rig.reachable = true;
    rig_wait(&rig, 5000);
    assert_int_equal(rig_answer(&rig).stage, esg_alarm_CommandResponse_Stage_ACCEPTED);
}

static void test_commands_are_answered_99_while_protobuf_is_off(void **state) {
    (void)state;
    esg_alarm_CommandEnvelope envelope = siren_on();
    rig_at(&rig, "AT+PBPROTO=0");
    assert_refused(&envelope, 99);
}

static void test_a_message_longer_than_the_buffer_is_malformed(void **state) {
    (void)state;
    static uint8_t big[STATION_RECEIVE_MAX + 1];
    rig_deliver(&rig, STATION_LEAF_CMD, big, sizeof big);
    assert_int_equal(rig.unit.intake.refused[STATION_REFUSED_MALFORMED], 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_bad_tag_is_counted_and_not_answered, start),
        cmocka_unit_test_setup(test_bare_and_retained_messages_are_refused, start),
        cmocka_unit_test_setup(test_a_flood_of_refusals_does_not_fill_the_journal, start),
        cmocka_unit_test_setup(test_a_replay_of_a_forgotten_request_is_not_answered, start),
        cmocka_unit_test_setup(test_a_repeated_request_is_answered_again_and_not_carried_out_again,
                               start),
        cmocka_unit_test_setup(test_a_byte_identical_repetition_is_answered_at_most_once_per_second,
                               start),
        cmocka_unit_test_setup(test_the_window_is_stored_before_the_command_is_carried_out, start),
        cmocka_unit_test_setup(test_the_two_sequences_must_agree, start),
        cmocka_unit_test_setup(test_an_envelope_without_request_id_is_error_3, start),
        cmocka_unit_test_setup(test_an_envelope_without_command_is_error_1, start),
        cmocka_unit_test_setup(test_each_family_demands_its_level, start),
        cmocka_unit_test_setup(test_the_time_window_is_300_s_both_ways, start),
        cmocka_unit_test_setup(test_set_time_is_exempt_from_the_window, start),
        cmocka_unit_test_setup(test_without_a_clock_neither_time_nor_expiry_count, start),
        cmocka_unit_test_setup(test_an_expired_command_is_error_4, start),
        cmocka_unit_test_setup(test_what_does_not_decode_is_error_400_with_its_request_id, start),
        cmocka_unit_test_setup(test_a_receipt_on_the_command_leaf_is_error_1, start),
        cmocka_unit_test_setup(test_the_unit_s_own_frames_thrown_back_at_it_do_not_move_the_window,
                               start),
        cmocka_unit_test_setup(test_receipts_and_commands_share_one_window, start),
        cmocka_unit_test_setup(test_an_answer_without_session_is_sent_with_the_next, start),
        cmocka_unit_test_setup(test_a_reboot_is_concluded_after_the_login_of_the_next_boot, start),
        cmocka_unit_test_setup(test_a_pending_reboot_is_not_concluded_by_a_reconnection, start),
        cmocka_unit_test_setup(test_commands_are_answered_99_while_protobuf_is_off, start),
        cmocka_unit_test_setup(test_a_message_longer_than_the_buffer_is_malformed, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
