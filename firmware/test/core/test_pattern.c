#include "pattern.h"
#include "rig.h"

static esg_alarm_OutputCommand command_of(esg_alarm_PatternType type) {
    return (esg_alarm_OutputCommand){.output = esg_alarm_OutputType_OUT_SIREN, .pattern = type};
}

// The edges of a pattern, walked from one to the next, against a table of on and off times.
static void assert_steps(esg_alarm_PatternType type, const uint32_t *steps, size_t count) {
    esg_alarm_OutputCommand command = command_of(type);
    struct station_pattern pattern = station_pattern_of(&command);
    uint64_t at = 0;
    for (size_t i = 0; i < 5 * count; i++) {
        assert_int_equal(station_pattern_level(&pattern, at), i % 2 == 0);
        uint64_t next = station_pattern_next_edge(&pattern, at);
        assert_int_equal(next - at, steps[i % count]);
        assert_int_equal(station_pattern_level(&pattern, next - 1), i % 2 == 0);
        assert_int_equal(station_pattern_next_edge(&pattern, next - 1), next);
        at = next;
    }
}

#define ASSERT_STEPS(type, ...)                                                                    \
    do {                                                                                           \
        static const uint32_t steps[] = {__VA_ARGS__};                                             \
        assert_steps(esg_alarm_PatternType_PAT_##type, steps, sizeof steps / sizeof steps[0]);     \
    } while (0)

static void test_every_pattern_has_its_steps(void **state) {
    (void)state;
    ASSERT_STEPS(BLINK_SLOW, 500, 500);
    ASSERT_STEPS(BLINK_FAST, 200, 200);
    ASSERT_STEPS(STROBE, 50, 950);
    ASSERT_STEPS(DOUBLE_PULSE, 150, 150, 150, 1000);
    ASSERT_STEPS(TRIPLE_PULSE, 150, 150, 150, 150, 150, 1000);
    ASSERT_STEPS(SOS, 150, 150, 150, 150, 150, 450, 450, 150, 450, 150, 450, 450, 150, 150, 150,
                 150, 150, 1050);
    ASSERT_STEPS(PULSE, 500, 500);
}

static void test_a_pulse_has_the_times_it_was_given(void **state) {
    (void)state;
    esg_alarm_OutputCommand command = command_of(esg_alarm_PatternType_PAT_PULSE);
    command.on_duration_ms = 60000;
    command.off_duration_ms = 10;
    struct station_pattern pattern = station_pattern_of(&command);
    assert_true(station_pattern_level(&pattern, 59999));
    assert_false(station_pattern_level(&pattern, 60000));
    assert_true(station_pattern_level(&pattern, 60010));
}

static void test_a_pattern_does_not_drift_in_a_day(void **state) {
    (void)state;
    esg_alarm_OutputCommand command = command_of(esg_alarm_PatternType_PAT_SOS);
    struct station_pattern pattern = station_pattern_of(&command);
    uint64_t day = 5100ULL * 16941; // whole periods
    assert_false(station_pattern_level(&pattern, day - 1));
    assert_true(station_pattern_level(&pattern, day));
    assert_int_equal(station_pattern_next_edge(&pattern, day), day + 150);
}

static void test_counted_pulses_end_the_pattern(void **state) {
    (void)state;
    esg_alarm_OutputCommand command = command_of(esg_alarm_PatternType_PAT_BLINK_FAST);
    command.pulse_count = 3;
    struct station_pattern pattern = station_pattern_of(&command);
    assert_int_equal(station_pattern_lasts(&pattern), 1200);
    command.total_duration = 1;
    pattern = station_pattern_of(&command);
    assert_int_equal(station_pattern_lasts(&pattern), 1000);
    assert_true(station_pattern_level(&pattern, 999));
    assert_false(station_pattern_level(&pattern, 1000));
    assert_int_equal(station_pattern_next_edge(&pattern, 800), 1000); // the cut, not 1000 + 0
}

static void test_counted_pulses_rest_and_start_again(void **state) {
    (void)state;
    esg_alarm_OutputCommand command = command_of(esg_alarm_PatternType_PAT_BLINK_FAST);
    command.pulse_count = 2;
    command.repeat_interval = 3;
    struct station_pattern pattern = station_pattern_of(&command);
    assert_true(station_pattern_lasts(&pattern) == STATION_FOR_EVER);
    assert_false(station_pattern_level(&pattern, 600));
    assert_int_equal(station_pattern_next_edge(&pattern, 600), 800);
    assert_false(station_pattern_level(&pattern, 800));
    assert_int_equal(station_pattern_next_edge(&pattern, 800), 3800);
    assert_false(station_pattern_level(&pattern, 3799));
    assert_true(station_pattern_level(&pattern, 3800));
}

static void test_constant_and_pwm_have_one_level(void **state) {
    (void)state;
    esg_alarm_OutputCommand command = command_of(esg_alarm_PatternType_PAT_CONSTANT);
    struct station_pattern pattern = station_pattern_of(&command);
    assert_false(station_pattern_is_on(&pattern));
    assert_false(station_pattern_level(&pattern, 5));
    command.state = true;
    pattern = station_pattern_of(&command);
    assert_true(station_pattern_level(&pattern, 1000000));
    assert_true(station_pattern_next_edge(&pattern, 5) == STATION_FOR_EVER);
    command.pattern = esg_alarm_PatternType_PAT_PWM;
    pattern = station_pattern_of(&command);
    assert_false(station_pattern_is_on(&pattern)); // 0 % is a value
}

static void assert_problem(esg_alarm_OutputCommand command, const char *problem) {
    assert_string_equal(station_pattern_problem(&command), problem);
}

static void test_each_limit_is_named(void **state) {
    (void)state;
    esg_alarm_OutputCommand good = command_of(esg_alarm_PatternType_PAT_PULSE);
    esg_alarm_OutputCommand bad = good;
    assert_null(station_pattern_problem(&good));
    bad.total_duration = 86401;
    assert_problem(bad, "total_duration is outside 0 to 86400");
    bad = good;
    bad.pulse_count = 1001;
    assert_problem(bad, "pulse_count is outside 0 to 1000");
    bad = good;
    bad.repeat_interval = 3601;
    assert_problem(bad, "repeat_interval is outside 0 to 3600");
    bad = good;
    bad.on_duration_ms = 9;
    assert_problem(bad, "on_duration_ms is outside 10 to 60000");
    bad = good;
    bad.off_duration_ms = 60001;
    assert_problem(bad, "off_duration_ms is outside 10 to 60000");
    bad = good;
    bad.output = (esg_alarm_OutputType)7;
    assert_problem(bad, "unknown output");
    bad = command_of(esg_alarm_PatternType_PAT_PWM);
    assert_problem(bad, "PWM is for the fan only");
    bad.output = esg_alarm_OutputType_OUT_FAN;
    bad.custom_data = 101;
    assert_problem(bad, "custom_data is outside 0 to 100");
}

static void test_patterns_that_are_none(void **state) {
    (void)state;
    assert_problem(command_of(esg_alarm_PatternType_PAT_NONE), "pattern is not supported");
    assert_problem(command_of(esg_alarm_PatternType_PAT_CUSTOM), "pattern is not supported");
    assert_problem(command_of((esg_alarm_PatternType)11), "pattern is not supported");
    assert_problem(command_of((esg_alarm_PatternType)-1), "pattern is not supported");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_pattern_has_its_steps),
        cmocka_unit_test(test_a_pulse_has_the_times_it_was_given),
        cmocka_unit_test(test_a_pattern_does_not_drift_in_a_day),
        cmocka_unit_test(test_counted_pulses_end_the_pattern),
        cmocka_unit_test(test_counted_pulses_rest_and_start_again),
        cmocka_unit_test(test_constant_and_pwm_have_one_level),
        cmocka_unit_test(test_each_limit_is_named),
        cmocka_unit_test(test_patterns_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
