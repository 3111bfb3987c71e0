// The timing of one pattern. A pattern is a start and a schedule: its level at any moment is
// computed from the time since the start, so errors never add up.
#ifndef STATION_PATTERN_H
#define STATION_PATTERN_H

#include "codec.h"

#define STATION_FOR_EVER UINT64_MAX

struct station_pattern {
    uint32_t type; // PatternType
    bool state;    // CONSTANT: on or off
    uint32_t total_duration_s;
    uint32_t pulse_count;
    uint32_t on_ms, off_ms; // PULSE; never 0
    uint32_t repeat_interval_s;
    uint32_t duty_pct; // PWM
};

// Why our firmware refuses the command with error 3; NULL when it can be carried out.
const char *station_pattern_problem(const esg_alarm_OutputCommand *command);

// Only for a command without a problem.
struct station_pattern station_pattern_of(const esg_alarm_OutputCommand *command);

// Milliseconds until it ends by itself, or STATION_FOR_EVER.
uint64_t station_pattern_lasts(const struct station_pattern *pattern);

// The output this long after the start.
bool station_pattern_level(const struct station_pattern *pattern, uint64_t elapsed_ms);

// When, counted from the start, the level may change next; STATION_FOR_EVER for never.
uint64_t station_pattern_next_edge(const struct station_pattern *pattern, uint64_t elapsed_ms);

// Whether the output counts as on while the pattern runs, whatever the pin does at the moment.
bool station_pattern_is_on(const struct station_pattern *pattern);

#endif
