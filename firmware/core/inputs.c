#include "inputs.h"

void station_inputs_level(struct station_inputs *inputs, enum station_input input, bool active,
                          uint64_t now_ms) {
    struct station_pin *pin = &inputs->pins[input];
    if (pin->raw != active) {
        pin->raw = active;
        pin->changed_ms = now_ms;
    }
}

uint32_t station_inputs_step(struct station_inputs *inputs, uint64_t now_ms) {
    uint32_t changed = 0;
    for (uint32_t i = 0; i < STATION_INPUTS; i++) {
        struct station_pin *pin = &inputs->pins[i];
        if (pin->raw != pin->active && now_ms - pin->changed_ms >= STATION_DEBOUNCE_MS) {
            pin->active = pin->raw;
            changed |= 1U << i;
        }
    }
    return changed;
}

uint64_t station_inputs_next_due(const struct station_inputs *inputs) {
    uint64_t due = UINT64_MAX;
    for (int i = 0; i < STATION_INPUTS; i++) {
        const struct station_pin *pin = &inputs->pins[i];
        if (pin->raw != pin->active && pin->changed_ms + STATION_DEBOUNCE_MS < due) {
            due = pin->changed_ms + STATION_DEBOUNCE_MS;
        }
    }
    return due;
}
