// The unit's time: uptime always, Unix time once the clock was set.
#ifndef STATION_CLOCK_H
#define STATION_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct station_unit;

uint32_t station_clock_uptime(const struct station_unit *unit); // s since boot

// ms since the epoch; false while the clock is not set.
bool station_clock_now(const struct station_unit *unit, uint64_t *unix_ms);
bool station_clock_is_set(const struct station_unit *unit);

// Unix s; seconds since boot while the clock is not set.
uint32_t station_clock_stamp(const struct station_unit *unit);

#endif
