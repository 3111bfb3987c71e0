#include "outputs.h"

static void drive(struct station_outputs *outputs, const struct station_hal *hal, uint32_t channel,
                  bool level) {
    if (channel == STATION_FAN) {
        const struct station_run *run = &outputs->runs[channel];
        bool pwm = run->pattern.type == esg_alarm_PatternType_PAT_PWM;
        uint32_t duty = !level ? 0 : pwm ? run->pattern.duty_pct : 100;
        if (duty != outputs->fan_duty_pct) {
            outputs->fan_duty_pct = duty;
            hal->set_fan(hal->port, duty);
        }
    } else if (level != outputs->levels[channel]) {
        outputs->levels[channel] = level;
        hal->set_output(hal->port, (enum station_output)channel, level);
    }
}

static void finish(struct station_outputs *outputs, const struct station_hal *hal, uint32_t channel,
                   uint64_t now_ms, station_output_listener *told, void *listener) {
    struct station_run *run = &outputs->runs[channel];
    if (!run->running) {
        return;
    }
    uint64_t lasts = station_pattern_lasts(&run->pattern);
    uint64_t elapsed = now_ms - run->started_ms;
    uint32_t elapsed_s = (uint32_t)((elapsed < lasts ? elapsed : lasts) / 1000);
    run->running = false;
    drive(outputs, hal, channel, false);
    told(listener, channel, &run->pattern, false, elapsed_s);
}

static void begin(struct station_outputs *outputs, const struct station_hal *hal, uint32_t channel,
                  const esg_alarm_OutputCommand *command, uint64_t now_ms,
                  station_output_listener *told, void *listener) {
    struct station_run *run = &outputs->runs[channel];
    *run = (struct station_run){true, now_ms, station_pattern_of(command)};
    drive(outputs, hal, channel, station_pattern_level(&run->pattern, 0));
    told(listener, channel, &run->pattern, true, 0);
}

void station_outputs_command(struct station_outputs *outputs, const struct station_hal *hal,
                             const esg_alarm_OutputCommand *command, uint64_t now_ms,
                             station_output_listener *told, void *listener) {
    bool all = command->output == esg_alarm_OutputType_OUT_ALL;
    uint32_t first = all ? 0 : (uint32_t)command->output - 1;
    uint32_t last = all ? STATION_OUTPUTS - 1 : first;
    for (uint32_t channel = first; channel <= last; channel++) {
        finish(outputs, hal, channel, now_ms, told, listener);
        if (command->pattern != esg_alarm_PatternType_PAT_OFF) {
            begin(outputs, hal, channel, command, now_ms, told, listener);
        }
    }
}

void station_outputs_stop(struct station_outputs *outputs, const struct station_hal *hal,
                          uint64_t now_ms, station_output_listener *told, void *listener) {
    for (uint32_t channel = 0; channel < STATION_CHANNELS; channel++) {
        finish(outputs, hal, channel, now_ms, told, listener);
    }
}

void station_outputs_step(struct station_outputs *outputs, const struct station_hal *hal,
                          uint64_t now_ms, station_output_listener *told, void *listener) {
    // First the edges of all outputs, which have a deadline, then the telling, which has none.
    for (uint32_t channel = 0; channel < STATION_CHANNELS; channel++) {
        const struct station_run *run = &outputs->runs[channel];
        if (run->running) {
            drive(outputs, hal, channel,
                  station_pattern_level(&run->pattern, now_ms - run->started_ms));
        }
    }
    for (uint32_t channel = 0; channel < STATION_CHANNELS; channel++) {
        const struct station_run *run = &outputs->runs[channel];
        if (run->running && now_ms - run->started_ms >= station_pattern_lasts(&run->pattern)) {
            finish(outputs, hal, channel, now_ms, told, listener);
        }
    }
}

uint64_t station_outputs_next_due(const struct station_outputs *outputs, uint64_t now_ms) {
    uint64_t due = UINT64_MAX;
    for (uint32_t channel = 0; channel < STATION_CHANNELS; channel++) {
        const struct station_run *run = &outputs->runs[channel];
        if (!run->running) {
            continue;
        }
        uint64_t edge = station_pattern_next_edge(&run->pattern, now_ms - run->started_ms);
        if (edge != STATION_FOR_EVER && run->started_ms + edge < due) {
            due = run->started_ms + edge;
        }
    }
    return due;
}

bool station_outputs_is_on(const struct station_outputs *outputs, uint32_t channel) {
    const struct station_run *run = &outputs->runs[channel];
    return run->running && station_pattern_is_on(&run->pattern);
}
