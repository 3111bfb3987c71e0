// What runs on the outputs of one unit. Every change of what runs is told to a listener, once per
// output, as the wire wants it.
#ifndef STATION_OUTPUTS_H
#define STATION_OUTPUTS_H

#include "hal.h"
#include "pattern.h"

enum { STATION_FAN = STATION_OUTPUTS, STATION_CHANNELS };

struct station_run {
    bool running;
    uint64_t started_ms;
    struct station_pattern pattern;
};

struct station_outputs {
    struct station_run runs[STATION_CHANNELS];
    bool levels[STATION_OUTPUTS];
    uint32_t fan_duty_pct;
};

// `channel` counts from 0; on the wire it is channel + 1. `elapsed_s` is 0 when starting.
typedef void station_output_listener(void *listener, uint32_t channel,
                                     const struct station_pattern *pattern, bool starting,
                                     uint32_t elapsed_s);

// Carry out a command that has no problem.
void station_outputs_command(struct station_outputs *outputs, const struct station_hal *hal,
                             const esg_alarm_OutputCommand *command, uint64_t now_ms,
                             station_output_listener *told, void *listener);

// End everything that runs.
void station_outputs_stop(struct station_outputs *outputs, const struct station_hal *hal,
                          uint64_t now_ms, station_output_listener *told, void *listener);

// Put every output to its level of this moment, and end what has come to its end.
void station_outputs_step(struct station_outputs *outputs, const struct station_hal *hal,
                          uint64_t now_ms, station_output_listener *told, void *listener);

// The next edge or end; UINT64_MAX for none.
uint64_t station_outputs_next_due(const struct station_outputs *outputs, uint64_t now_ms);

// The flag of a heartbeat: a pattern holds the output on, even between two pulses.
bool station_outputs_is_on(const struct station_outputs *outputs, uint32_t channel);

#endif
