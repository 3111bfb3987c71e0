#include "pattern.h"

enum { DEFAULT_PULSE_MS = 500, LONGEST_SCHEDULE = 9 };

struct pulse {
    uint16_t on_ms, off_ms;
};

struct schedule {
    uint32_t count;
    struct pulse pulses[LONGEST_SCHEDULE];
};

static const struct schedule blink_slow = {1, {{500, 500}}};
static const struct schedule blink_fast = {1, {{200, 200}}};
static const struct schedule strobe = {1, {{50, 950}}};
static const struct schedule double_pulse = {2, {{150, 150}, {150, 1000}}};
static const struct schedule triple_pulse = {3, {{150, 150}, {150, 150}, {150, 1000}}};
static const struct schedule sos = {9,
                                    {{150, 150},
                                     {150, 150},
                                     {150, 450},
                                     {450, 150},
                                     {450, 150},
                                     {450, 450},
                                     {150, 150},
                                     {150, 150},
                                     {150, 1050}}};

// The pulses of one period; none for CONSTANT and PWM.
static struct schedule schedule_of(const struct station_pattern *pattern) {
    switch (pattern->type) {
    case esg_alarm_PatternType_PAT_PULSE:
        return (struct schedule){1, {{(uint16_t)pattern->on_ms, (uint16_t)pattern->off_ms}}};
    case esg_alarm_PatternType_PAT_BLINK_SLOW:
        return blink_slow;
    case esg_alarm_PatternType_PAT_BLINK_FAST:
        return blink_fast;
    case esg_alarm_PatternType_PAT_STROBE:
        return strobe;
    case esg_alarm_PatternType_PAT_DOUBLE_PULSE:
        return double_pulse;
    case esg_alarm_PatternType_PAT_TRIPLE_PULSE:
        return triple_pulse;
    case esg_alarm_PatternType_PAT_SOS:
        return sos;
    default:
        return (struct schedule){0, {{0, 0}}};
    }
}

static uint64_t period_of(const struct schedule *schedule) {
    uint64_t period = 0;
    for (uint32_t i = 0; i < schedule->count; i++) {
        period += (uint64_t)schedule->pulses[i].on_ms + schedule->pulses[i].off_ms;
    }
    return period;
}

static bool pulse_time_is_allowed(uint32_t ms) {
    return ms == 0 || (ms >= 10 && ms <= 60000);
}

static bool pattern_is_known(uint32_t type) {
    return type >= esg_alarm_PatternType_PAT_CONSTANT && type <= esg_alarm_PatternType_PAT_PWM;
}

const char *station_pattern_problem(const esg_alarm_OutputCommand *command) {
    uint32_t output = (uint32_t)command->output;
    uint32_t type = (uint32_t)command->pattern;
    if (output < esg_alarm_OutputType_OUT_SIREN || output > esg_alarm_OutputType_OUT_ALL) {
        return "unknown output";
    }
    if (!pattern_is_known(type)) {
        return "pattern is not supported";
    }
    if (type == esg_alarm_PatternType_PAT_PWM && output != esg_alarm_OutputType_OUT_FAN) {
        return "PWM is for the fan only";
    }
    if (command->total_duration > 86400) {
        return "total_duration is outside 0 to 86400";
    }
    if (command->pulse_count > 1000) {
        return "pulse_count is outside 0 to 1000";
    }
    if (command->repeat_interval > 3600) {
        return "repeat_interval is outside 0 to 3600";
    }
    if (!pulse_time_is_allowed(command->on_duration_ms)) {
        return "on_duration_ms is outside 10 to 60000";
    }
    if (!pulse_time_is_allowed(command->off_duration_ms)) {
        return "off_duration_ms is outside 10 to 60000";
    }
    if (type == esg_alarm_PatternType_PAT_PWM && command->custom_data > 100) {
        return "custom_data is outside 0 to 100";
    }
    return NULL;
}

struct station_pattern station_pattern_of(const esg_alarm_OutputCommand *command) {
    return (struct station_pattern){
        .type = (uint32_t)command->pattern,
        .state = command->state,
        .total_duration_s = command->total_duration,
        .pulse_count = command->pulse_count,
        .on_ms = command->on_duration_ms != 0 ? command->on_duration_ms : DEFAULT_PULSE_MS,
        .off_ms = command->off_duration_ms != 0 ? command->off_duration_ms : DEFAULT_PULSE_MS,
        .repeat_interval_s = command->repeat_interval,
        .duty_pct = command->custom_data,
    };
}

uint64_t station_pattern_lasts(const struct station_pattern *pattern) {
    uint64_t lasts = STATION_FOR_EVER;
    if (pattern->total_duration_s != 0) {
        lasts = (uint64_t)pattern->total_duration_s * 1000;
    }
    struct schedule schedule = schedule_of(pattern);
    if (schedule.count != 0 && pattern->pulse_count != 0 && pattern->repeat_interval_s == 0) {
        uint64_t pulses = pattern->pulse_count * period_of(&schedule);
        lasts = pulses < lasts ? pulses : lasts;
    }
    return lasts;
}

bool station_pattern_is_on(const struct station_pattern *pattern) {
    switch (pattern->type) {
    case esg_alarm_PatternType_PAT_CONSTANT:
        return pattern->state;
    case esg_alarm_PatternType_PAT_PWM:
        return pattern->duty_pct > 0;
    default:
        return true;
    }
}

// The level now and the time to the next edge, without regard to the end of the pattern.
static bool look(const struct station_pattern *pattern, uint64_t elapsed_ms, uint64_t *edge_in_ms) {
    struct schedule schedule = schedule_of(pattern);
    *edge_in_ms = STATION_FOR_EVER;
    if (schedule.count == 0) {
        return station_pattern_is_on(pattern);
    }
    uint64_t period = period_of(&schedule);
    if (pattern->pulse_count != 0 && pattern->repeat_interval_s != 0) {
        uint64_t active = pattern->pulse_count * period;
        uint64_t round = active + (uint64_t)pattern->repeat_interval_s * 1000;
        elapsed_ms %= round;
        if (elapsed_ms >= active) {
            *edge_in_ms = round - elapsed_ms;
            return false;
        }
    }
    uint64_t within = elapsed_ms % period;
    uint64_t end = 0;
    for (uint32_t i = 0; i < schedule.count; i++) {
        end += schedule.pulses[i].on_ms;
        if (within < end) {
            *edge_in_ms = end - within;
            return true;
        }
        end += schedule.pulses[i].off_ms;
        if (within < end) {
            *edge_in_ms = end - within;
            return false;
        }
    }
    return false;
}

bool station_pattern_level(const struct station_pattern *pattern, uint64_t elapsed_ms) {
    uint64_t edge_in = 0;
    return elapsed_ms < station_pattern_lasts(pattern) && look(pattern, elapsed_ms, &edge_in);
}

uint64_t station_pattern_next_edge(const struct station_pattern *pattern, uint64_t elapsed_ms) {
    uint64_t lasts = station_pattern_lasts(pattern);
    uint64_t edge_in = 0;
    (void)look(pattern, elapsed_ms, &edge_in);
    return edge_in < lasts - elapsed_ms ? elapsed_ms + edge_in : lasts;
}
