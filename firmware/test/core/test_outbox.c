#include "outbox.h"
#include "rig.h"

static struct bench bench;

static int start(void **state) {
    (void)state;
    bench_init(&bench, 1);
    return 0;
}

static struct station_outbox outbox;

static struct station_entry *add(uint32_t sequence, uint8_t type, esg_alarm_EventState state) {
    struct station_entry entry = {.sequence = sequence,
                                  .timestamp = 1000 + sequence,
                                  .type = type,
                                  .state = (uint8_t)state,
                                  .length = 4};
    memcpy(entry.payload, &sequence, 4);
    return station_outbox_add(&outbox, &bench.hal, &entry);
}

static struct station_entry *press(uint32_t sequence, uint8_t type) {
    return add(sequence, type, esg_alarm_EventState_EVENT_ACTIVE);
}

static struct station_entry *release(uint32_t sequence, uint8_t type) {
    return add(sequence, type, esg_alarm_EventState_EVENT_INACTIVE);
}

static uint32_t first_of(uint8_t type, esg_alarm_EventState state) {
    for (uint32_t i = 0; i < outbox.count; i++) {
        if (outbox.entries[i].type == type && outbox.entries[i].state == (uint8_t)state) {
            return outbox.entries[i].sequence;
        }
    }
    return 0;
}

static uint32_t last_of(uint8_t type) {
    for (uint32_t i = outbox.count; i > 0; i--) {
        if (outbox.entries[i - 1].type == type) {
            return outbox.entries[i - 1].sequence;
        }
    }
    return 0;
}

static void test_entries_survive_in_order_and_byte_for_byte(void **state) {
    (void)state;
    station_outbox_load(&outbox, &bench.hal);
    for (uint32_t i = 1; i <= 10; i++) {
        assert_true(press(i, 1)->stored);
    }
    assert_true(station_outbox_receipt(&outbox, &bench.hal, 3, 1003));
    (void)press(11, 2); // takes the slot of 3
    struct station_outbox before = outbox;
    station_outbox_load(&outbox, &bench.hal);
    assert_int_equal(outbox.count, 10);
    for (uint32_t i = 0; i < outbox.count; i++) {
        assert_int_equal(outbox.entries[i].sequence, before.entries[i].sequence);
        assert_memory_equal(outbox.entries[i].payload, before.entries[i].payload, 4);
    }
}

static void test_a_receipt_must_agree_in_both_numbers(void **state) {
    (void)state;
    station_outbox_load(&outbox, &bench.hal);
    (void)press(1, 1);
    assert_false(station_outbox_receipt(&outbox, &bench.hal, 1, 1000));
    assert_false(station_outbox_receipt(&outbox, &bench.hal, 2, 1001));
    assert_true(station_outbox_receipt(&outbox, &bench.hal, 1, 1001));
    assert_int_equal(outbox.count, 0);
}

static void test_it_is_sent_again_after_5_10_20_40_60_and_60_s(void **state) {
    (void)state;
    static const uint64_t delays[] = {5000, 10000, 20000, 40000, 60000, 60000, 60000};
    uint64_t now = 1000;
    station_outbox_load(&outbox, &bench.hal);
    (void)press(1, 1);
    assert_non_null(station_outbox_take_due(&outbox, now));
    for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
        assert_int_equal(station_outbox_next_due(&outbox), now + delays[i]);
        assert_null(station_outbox_take_due(&outbox, now + delays[i] - 1));
        now += delays[i];
        assert_non_null(station_outbox_take_due(&outbox, now));
    }
    station_outbox_opened(&outbox, now + 1); // a new session begins at 5 s again
    assert_non_null(station_outbox_take_due(&outbox, now + 1));
    assert_int_equal(station_outbox_next_due(&outbox), now + 5001);
}

static void test_a_session_sends_everything_oldest_first_ten_per_second(void **state) {
    (void)state;
    station_outbox_load(&outbox, &bench.hal);
    for (uint32_t i = 1; i <= 64; i++) {
        (void)press(i, (uint8_t)(1 + i % 3));
    }
    station_outbox_opened(&outbox, 5000);
    uint32_t expected = 1;
    for (uint64_t now = 5000; expected <= 49; now++) { // resends mix in after 5 s
        uint32_t sent = 0;
        for (struct station_entry *entry = station_outbox_take_due(&outbox, now); entry != NULL;
             entry = station_outbox_take_due(&outbox, now)) {
            assert_int_equal(entry->sequence, expected);
            assert_int_equal(now, 5000 + 100 * (expected - 1));
            expected++;
            sent++;
        }
        assert_true(sent <= 1);
    }
}

static void test_never_more_than_ten_per_second_in_the_long_run(void **state) {
    (void)state;
    uint64_t sent_at[2000];
    size_t sent = 0;
    station_outbox_load(&outbox, &bench.hal);
    for (uint32_t i = 1; i <= 64; i++) {
        (void)press(i, 1);
    }
    station_outbox_opened(&outbox, 0);
    for (uint64_t now = 0; now < 180000; now += 10) {
        while (station_outbox_take_due(&outbox, now) != NULL) {
            sent_at[sent++] = now;
        }
    }
    assert_true(sent > 64 * 5);
    for (size_t i = 10; i < sent; i++) {
        assert_true(sent_at[i] - sent_at[i - 10] >= 1000);
    }
}

static void test_a_new_press_does_not_wait_for_the_old_ones(void **state) {
    (void)state;
    station_outbox_load(&outbox, &bench.hal);
    for (uint32_t i = 1; i <= 30; i++) {
        (void)press(i, 1);
    }
    station_outbox_opened(&outbox, 5000);
    assert_non_null(station_outbox_take_due(&outbox, 5000));
    (void)press(31, 2);
    assert_int_equal(station_outbox_take_due(&outbox, 5001)->sequence, 31);
}

static void test_overflow_folds_pairs_and_keeps_the_first_press_and_the_latest_state(void **state) {
    (void)state;
    station_outbox_load(&outbox, &bench.hal);
    for (uint32_t i = 1; i <= 500; i += 2) {
        (void)press(i, 1);
        (void)release(i + 1, 1);
        assert_true(outbox.count <= STATION_OUTBOX_ENTRIES);
        assert_int_equal(first_of(1, esg_alarm_EventState_EVENT_ACTIVE), 1);
        assert_int_equal(last_of(1), i + 1);
    }
    (void)press(501, 2);
    (void)press(502, 3);
    assert_int_equal(first_of(2, esg_alarm_EventState_EVENT_ACTIVE), 501);
    assert_int_equal(first_of(3, esg_alarm_EventState_EVENT_ACTIVE), 502);
    assert_int_equal(outbox.count + outbox.merged, 502);
    for (uint32_t i = 1; i < outbox.count; i++) { // presses and releases still alternate
        const struct station_entry *entry = &outbox.entries[i];
        assert_true(entry->type != 1 || entry->state != entry[-1].state);
    }
    struct station_outbox before = outbox;
    station_outbox_load(&outbox, &bench.hal);
    assert_int_equal(outbox.count, before.count);
}

static void test_any_mixture_keeps_every_input_s_first_press_and_latest_state(void **state) {
    (void)state;
    uint32_t first[4] = {0};
    uint32_t latest[4] = {0};
    bool down[4] = {false};
    station_outbox_load(&outbox, &bench.hal);
    for (uint32_t i = 1; i <= 3000; i++) {
        uint8_t type = (uint8_t)(1 + bench.hal.random32(&bench) % 3);
        bool again = bench.hal.random32(&bench) % 10 == 0; // a restart while held: ACTIVE twice
        down[type] = again || !down[type];
        (void)(down[type] ? press(i, type) : release(i, type));
        first[type] = first[type] == 0 && down[type] ? i : first[type];
        latest[type] = i;
        for (uint8_t other = 1; other <= 3; other++) {
            assert_int_equal(first_of(other, esg_alarm_EventState_EVENT_ACTIVE), first[other]);
            assert_int_equal(last_of(other), latest[other]);
        }
    }
}

static void test_tests_give_way_before_any_alarm(void **state) {
    (void)state;
    station_outbox_load(&outbox, &bench.hal);
    for (uint32_t i = 1; i <= 63; i++) {
        (void)add(i, 1, esg_alarm_EventState_EVENT_TEST);
    }
    (void)press(64, 1);
    for (uint32_t i = 65; i < 128; i++) {
        (void)((i % 2) != 0 ? release(i, 1) : press(i, 1));
    }
    assert_int_equal(first_of(1, esg_alarm_EventState_EVENT_TEST), 0);
    assert_int_equal(first_of(1, esg_alarm_EventState_EVENT_ACTIVE), 64);
}

static void test_a_cut_write_harms_no_other_entry(void **state) {
    (void)state;
    for (uint32_t bytes = 0; bytes < 40; bytes++) {
        bench_init(&bench, 1);
        station_outbox_load(&outbox, &bench.hal);
        (void)press(1, 1);
        (void)press(2, 1);
        assert_true(station_outbox_receipt(&outbox, &bench.hal, 1, 1001));
        bench.cut = (enum bench_cut)(bytes % 4);
        bench.cut_bytes = bytes;
        bench.cut_at = bench.writes + 1;
        (void)press(3, 2);
        bench_restart(&bench, false);
        station_outbox_load(&outbox, &bench.hal);
        assert_int_equal(outbox.entries[0].sequence, 2);
        assert_true(outbox.count == 1 || outbox.entries[1].sequence == 3);
    }
}

static void test_without_storage_an_alarm_is_kept_in_memory(void **state) {
    (void)state;
    station_outbox_load(&outbox, &bench.hal);
    bench.storage_broken = true;
    assert_false(press(1, 1)->stored);
    assert_true(outbox.storage_failed);
    assert_int_equal(outbox.count, 1);
    bench.storage_broken = false;
    (void)press(2, 1); // and stored with the next one
    assert_false(outbox.storage_failed);
    station_outbox_load(&outbox, &bench.hal);
    assert_int_equal(outbox.count, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_entries_survive_in_order_and_byte_for_byte, start),
        cmocka_unit_test_setup(test_a_receipt_must_agree_in_both_numbers, start),
        cmocka_unit_test_setup(test_it_is_sent_again_after_5_10_20_40_60_and_60_s, start),
        cmocka_unit_test_setup(test_a_session_sends_everything_oldest_first_ten_per_second, start),
        cmocka_unit_test_setup(test_never_more_than_ten_per_second_in_the_long_run, start),
        cmocka_unit_test_setup(test_a_new_press_does_not_wait_for_the_old_ones, start),
        cmocka_unit_test_setup(
            test_overflow_folds_pairs_and_keeps_the_first_press_and_the_latest_state, start),
        cmocka_unit_test_setup(test_any_mixture_keeps_every_input_s_first_press_and_latest_state,
                               start),
        cmocka_unit_test_setup(test_tests_give_way_before_any_alarm, start),
        cmocka_unit_test_setup(test_a_cut_write_harms_no_other_entry, start),
        cmocka_unit_test_setup(test_without_storage_an_alarm_is_kept_in_memory, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
