// Scripted days of a unit, step by step.
#ifndef STATION_DAYS_H
#define STATION_DAYS_H

#include "world.h"

typedef void day_step(struct world *world);

struct day {
    const char *name;
    day_step *const *steps;
    size_t count;
};

// press, overflow, command, config or ota; NULL for anything else.
const struct day *day_named(const char *name);

// A command that changes one setting.
void day_locate(struct world *world, uint32_t zone);

#endif
