// Debouncing: a level counts when the pin has held it for 50 ms.
#ifndef STATION_INPUTS_H
#define STATION_INPUTS_H

#include "hal.h"

enum { STATION_DEBOUNCE_MS = 50 };

struct station_pin {
    bool raw;    // level as last told, in terms of active
    bool active; // debounced
    uint64_t changed_ms;
};

struct station_inputs {
    struct station_pin pins[STATION_INPUTS];
};

void station_inputs_level(struct station_inputs *inputs, enum station_input input, bool active,
                          uint64_t now_ms);

// The inputs that changed, as a bit mask; their new state is in `pins`.
uint32_t station_inputs_step(struct station_inputs *inputs, uint64_t now_ms);

// When a level will have held long enough; UINT64_MAX when none is waiting.
uint64_t station_inputs_next_due(const struct station_inputs *inputs);

#endif
