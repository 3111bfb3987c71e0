#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static void test_a_redelivery_is_byte_identical_in_a_new_frame(void **state) {
    (void)state;
    rig_input(&rig, STATION_PANIC2, true);
    const struct rig_letter *first = rig_letter(&rig, STATION_LEAF_ALARM, 0);
    struct rig_letter copy = *first;
    rig_wait(&rig, 5000);
    const struct rig_letter *second = rig_letter(&rig, STATION_LEAF_ALARM, 0);
    assert_int_equal(rig_count(&rig, STATION_LEAF_ALARM), 2);
    assert_int_equal(second->at_ms - copy.at_ms, 5000);
    assert_int_equal(second->length, copy.length);
    assert_memory_equal(second->payload, copy.payload, copy.length);
    assert_true(second->sequence > copy.sequence);
}

static void test_a_press_is_stored_before_it_is_published(void **state) {
    (void)state;
    rig.bench.cut = BENCH_CUT_NEW;
    rig.bench.cut_at = rig.bench.writes + 1;
    rig_input(&rig, STATION_PANIC1, true);
    assert_int_equal(rig_count(&rig, STATION_LEAF_ALARM), 0); // the power went during the write
    rig_boot(&rig);
    rig_wait(&rig, 100);
    assert_int_equal(rig_event(&rig, 0).sequence, 1);
    assert_int_equal(rig_event(&rig, 0).type, esg_alarm_AlarmType_ALARM_PANIC1);
}

static void test_the_counter_never_repeats_a_number_wherever_the_power_is_cut(void **state) {
    (void)state;
    for (uint64_t cut = 1; cut <= 6; cut++) {
        for (uint32_t bytes = 0; bytes < 90; bytes += 13) {
            rig_start(&rig);
            rig_input(&rig, STATION_PANIC1, true);
            rig_receipt(&rig, 1, rig_event(&rig, 0).timestamp);
            rig.bench.cut = BENCH_CUT_PREFIX;
            rig.bench.cut_bytes = bytes;
            rig.bench.cut_at = rig.bench.writes + cut;
            rig_input(&rig, STATION_PANIC1, false);
            size_t published = rig_count(&rig, STATION_LEAF_ALARM);
            rig.bench.cut_at = 0;
            rig_boot(&rig);
            rig_input(&rig, STATION_PANIC2, true);
            uint32_t expected = published == 2 ? 3 : rig_event(&rig, 0).sequence;
            assert_int_equal(rig_event(&rig, 0).sequence, expected);
            assert_true(rig_event(&rig, 0).sequence >= 2);
        }
    }
}

static void test_a_number_only_the_outbox_knew_is_not_used_again_after_its_receipt(void **state) {
    (void)state;
    rig.bench.cut = BENCH_CUT_OLD;
    rig.bench.cut_at = rig.bench.writes + 2; // the entry is stored, its number is not
    rig_input(&rig, STATION_PANIC1, true);
    assert_true(rig.bench.dead);
    rig_boot(&rig);
    rig_wait(&rig, 100);
    rig_receipt(&rig, 1, rig_event(&rig, 0).timestamp);
    assert_int_equal(rig.unit.outbox.count, 0);
    rig_boot(&rig);
    rig_input(&rig, STATION_PANIC2, true);
    assert_int_equal(rig_event(&rig, 0).sequence, 2);
}

static void test_a_number_storage_refused_is_stored_before_its_entry_goes(void **state) {
    (void)state;
    rig.bench.storage_broken = true;
    rig_input(&rig, STATION_PANIC1, true);
    assert_int_equal(rig_count(&rig, STATION_LEAF_ALARM), 1); // told all the same
    rig.bench.storage_broken = false;
    rig_receipt(&rig, 1, rig_event(&rig, 0).timestamp);
    rig_boot(&rig);
    rig_input(&rig, STATION_PANIC2, true);
    assert_int_equal(rig_event(&rig, 0).sequence, 2);
}

static void test_the_outbox_survives_a_restart_with_the_boot_it_happened_in(void **state) {
    (void)state;
    uint32_t boot_id = rig.unit.boot_id;
    rig_drop(&rig);
    rig_input(&rig, STATION_PANIC1, true);
    rig_input(&rig, STATION_PANIC1, false);
    rig_boot(&rig);
    rig.reachable = true;
    rig_wait(&rig, 10000);
    assert_true(rig_count(&rig, STATION_LEAF_ALARM) >= 2);
    esg_alarm_AlarmEvent event = esg_alarm_AlarmEvent_init_zero;
    for (size_t i = 0; i < rig.count; i++) {
        if (rig.letters[i].leaf == STATION_LEAF_ALARM) {
            rig_decode(&rig.letters[i], esg_alarm_AlarmEvent_fields, &event);
            break;
        }
    }
    assert_int_equal(event.sequence, 1);
    assert_int_equal(event.boot_id, boot_id);
    assert_true(rig.unit.boot_id != boot_id);
}

static void test_a_new_session_sends_login_heartbeat_and_then_the_outbox(void **state) {
    (void)state;
    rig_drop(&rig);
    rig_input(&rig, STATION_TAMPER, true);
    rig_input(&rig, STATION_PANIC1, true);
    size_t before = rig.count;
    rig.reachable = true;
    rig_wait(&rig, 5000);
    assert_int_equal(rig.letters[before].leaf, STATION_LEAF_LOGIN);
    assert_int_equal(rig.letters[before + 1].leaf, STATION_LEAF_HB);
    assert_int_equal(rig.letters[before + 2].leaf, STATION_LEAF_ALARM);
    assert_int_equal(rig.letters[before + 3].leaf, STATION_LEAF_ALARM);
    assert_int_equal(rig.letters[before + 3].at_ms - rig.letters[before + 2].at_ms, 100);
}

static void test_output_events_wait_for_the_session_and_are_not_repeated(void **state) {
    (void)state;
    esg_alarm_OutputCommand blink = {.output = esg_alarm_OutputType_OUT_TURRET,
                                     .pattern = esg_alarm_PatternType_PAT_BLINK_FAST,
                                     .total_duration = 2};
    rig_drop(&rig);
    station_outputs_command(&rig.unit.outputs, &rig.bench.hal, &blink, rig.bench.now_ms,
                            station_alarms_output, &rig.unit);
    rig_wait(&rig, 3000);
    rig.reachable = true;
    rig_wait(&rig, 60000);
    assert_int_equal(rig_count(&rig, STATION_LEAF_ALARM), 2);
    assert_int_equal(rig_event(&rig, 1).state, esg_alarm_EventState_EVENT_STARTING);
    assert_int_equal(rig_event(&rig, 0).state, esg_alarm_EventState_EVENT_STOPPING);
}

static void test_queued_output_events_give_way_to_newer_ones(void **state) {
    (void)state;
    esg_alarm_OutputCommand on = {.output = esg_alarm_OutputType_OUT_RELAY1,
                                  .pattern = esg_alarm_PatternType_PAT_CONSTANT,
                                  .state = true};
    rig_drop(&rig);
    for (int i = 0; i < 40; i++) {
        station_outputs_command(&rig.unit.outputs, &rig.bench.hal, &on, rig.bench.now_ms,
                                station_alarms_output, &rig.unit);
    }
    assert_int_equal(rig.unit.alarms.queued, STATION_QUEUED_EVENTS);
    rig.reachable = true;
    rig_wait(&rig, 20000);
    assert_int_equal(rig.unit.alarms.queued, 0);
    assert_int_equal(rig_event(&rig, 0).sequence, rig.unit.alarms.last);
}

static void test_while_the_clock_is_not_set_there_is_uptime_and_no_millis(void **state) {
    (void)state;
    rig.bench.clock_set = false;
    rig_wait(&rig, 9000);
    rig_input(&rig, STATION_PANIC1, true);
    assert_true(rig_event(&rig, 0).timestamp < 20);
    assert_int_equal(rig_event(&rig, 0).millis, 0);
    rig_receipt(&rig, 1, rig_event(&rig, 0).timestamp);
    assert_int_equal(rig.unit.outbox.count, 0);
}

static void test_an_active_low_input_tells_its_raw_level(void **state) {
    (void)state;
    struct station_board board = bench_board;
    board.input_active_high[STATION_TAMPER] = false;
    rig.unit.board = &board;
    rig_input(&rig, STATION_TAMPER, true);
    rig_input(&rig, STATION_TAMPER, false); // low: active
    assert_int_equal(rig_event(&rig, 0).state, esg_alarm_EventState_EVENT_ACTIVE);
    assert_false(rig_event(&rig, 0).physical_state);
    rig.unit.board = &bench_board;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_redelivery_is_byte_identical_in_a_new_frame, start),
        cmocka_unit_test_setup(test_a_press_is_stored_before_it_is_published, start),
        cmocka_unit_test_setup(test_the_counter_never_repeats_a_number_wherever_the_power_is_cut,
                               start),
        cmocka_unit_test_setup(
            test_a_number_only_the_outbox_knew_is_not_used_again_after_its_receipt, start),
        cmocka_unit_test_setup(test_a_number_storage_refused_is_stored_before_its_entry_goes,
                               start),
        cmocka_unit_test_setup(test_the_outbox_survives_a_restart_with_the_boot_it_happened_in,
                               start),
        cmocka_unit_test_setup(test_a_new_session_sends_login_heartbeat_and_then_the_outbox, start),
        cmocka_unit_test_setup(test_output_events_wait_for_the_session_and_are_not_repeated, start),
        cmocka_unit_test_setup(test_queued_output_events_give_way_to_newer_ones, start),
        cmocka_unit_test_setup(test_while_the_clock_is_not_set_there_is_uptime_and_no_millis,
                               start),
        cmocka_unit_test_setup(test_an_active_low_input_tells_its_raw_level, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
