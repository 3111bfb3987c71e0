#include "outputs.h"
#include "rig.h"

static struct bench bench;
static struct station_outputs outputs;

struct told {
    uint32_t channel;
    bool starting;
    uint32_t elapsed_s;
};

static struct told told[32];
static size_t told_count;

static void tell(void *listener, uint32_t channel, const struct station_pattern *pattern,
                 bool starting, uint32_t elapsed_s) {
    (void)listener, (void)pattern;
    told[told_count++] = (struct told){channel, starting, elapsed_s};
}

static int start(void **state) {
    (void)state;
    bench_init(&bench, 1);
    memset(&outputs, 0, sizeof outputs);
    told_count = 0;
    return 0;
}

static void command_at(uint64_t now, esg_alarm_OutputCommand command) {
    bench.now_ms = now;
    station_outputs_command(&outputs, &bench.hal, &command, now, tell, NULL);
}

static void step_at(uint64_t now) {
    bench.now_ms = now;
    station_outputs_step(&outputs, &bench.hal, now, tell, NULL);
}

static const esg_alarm_OutputCommand blink = {.output = esg_alarm_OutputType_OUT_RELAY1,
                                              .pattern = esg_alarm_PatternType_PAT_BLINK_FAST,
                                              .total_duration = 2};

static void test_edges_come_when_they_are_due(void **state) {
    (void)state;
    command_at(1000, blink);
    for (uint64_t due = station_outputs_next_due(&outputs, 1000); due != UINT64_MAX;
         due = station_outputs_next_due(&outputs, due)) {
        step_at(due);
    }
    assert_int_equal(bench.edge_count, 10);
    for (size_t i = 0; i < bench.edge_count; i++) {
        assert_int_equal(bench.edges[i].at_ms, 1000 + 200 * i);
        assert_int_equal(bench.edges[i].on, i % 2 == 0);
    }
    assert_int_equal(told_count, 2);
    assert_int_equal(told[1].elapsed_s, 2);
}

static void test_a_late_step_does_not_move_what_follows(void **state) {
    (void)state;
    command_at(1000, blink);
    step_at(1237);
    assert_false(bench.outputs[STATION_RELAY1]);
    assert_int_equal(station_outputs_next_due(&outputs, 1237), 1400);
}

static void test_a_new_command_replaces_the_running_one(void **state) {
    (void)state;
    command_at(1000, blink);
    command_at(2100, blink);
    assert_int_equal(told_count, 3);
    assert_false(told[1].starting);
    assert_int_equal(told[1].elapsed_s, 1);
    assert_true(told[2].starting);
    step_at(4099);
    assert_int_equal(told_count, 3);
    step_at(4100);
    assert_int_equal(told_count, 4);
}

static void test_off_ends_any_pattern(void **state) {
    (void)state;
    esg_alarm_OutputCommand off = {.output = esg_alarm_OutputType_OUT_RELAY1,
                                   .pattern = esg_alarm_PatternType_PAT_OFF};
    command_at(0, off);
    assert_int_equal(told_count, 0); // nothing ran
    command_at(0, blink);
    command_at(100, off);
    assert_false(bench.outputs[STATION_RELAY1]);
    assert_int_equal(told_count, 2);
    assert_false(station_outputs_is_on(&outputs, STATION_RELAY1));
}

static void test_all_is_every_output_but_the_fan(void **state) {
    (void)state;
    esg_alarm_OutputCommand all = {.output = esg_alarm_OutputType_OUT_ALL,
                                   .pattern = esg_alarm_PatternType_PAT_CONSTANT,
                                   .state = true};
    command_at(0, all);
    assert_int_equal(told_count, 4);
    for (int i = 0; i < STATION_OUTPUTS; i++) {
        assert_true(bench.outputs[i]);
    }
    assert_int_equal(bench.fan_pct, 0);
    station_outputs_stop(&outputs, &bench.hal, 5000, tell, NULL);
    assert_int_equal(told_count, 8);
    assert_int_equal(told[7].elapsed_s, 5);
    assert_false(bench.outputs[STATION_TURRET]);
}

static void test_the_fan_takes_a_duty(void **state) {
    (void)state;
    esg_alarm_OutputCommand fan = {.output = esg_alarm_OutputType_OUT_FAN,
                                   .pattern = esg_alarm_PatternType_PAT_PWM,
                                   .custom_data = 40,
                                   .total_duration = 10};
    command_at(0, fan);
    assert_int_equal(bench.fan_pct, 40);
    fan.pattern = esg_alarm_PatternType_PAT_CONSTANT;
    fan.state = true;
    command_at(1, fan);
    assert_int_equal(bench.fan_pct, 100);
    step_at(10001);
    assert_int_equal(bench.fan_pct, 0);
}

static void test_an_output_counts_as_on_between_two_pulses(void **state) {
    (void)state;
    command_at(0, blink);
    step_at(200);
    assert_false(bench.outputs[STATION_RELAY1]);
    assert_true(station_outputs_is_on(&outputs, STATION_RELAY1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_edges_come_when_they_are_due, start),
        cmocka_unit_test_setup(test_a_late_step_does_not_move_what_follows, start),
        cmocka_unit_test_setup(test_a_new_command_replaces_the_running_one, start),
        cmocka_unit_test_setup(test_off_ends_any_pattern, start),
        cmocka_unit_test_setup(test_all_is_every_output_but_the_fan, start),
        cmocka_unit_test_setup(test_the_fan_takes_a_duty, start),
        cmocka_unit_test_setup(test_an_output_counts_as_on_between_two_pulses, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
