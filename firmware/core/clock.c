#include "clock.h"

#include "codec.h"
#include "unit.h"

uint32_t station_clock_uptime(const struct station_unit *unit) {
    return (uint32_t)((unit->now_ms - unit->booted_ms) / 1000);
}

bool station_clock_now(const struct station_unit *unit, uint64_t *unix_ms) {
    return unit->hal->clock_get(unit->hal->port, unix_ms) &&
           *unix_ms / 1000 >= STATION_CLOCK_SET_FROM && *unix_ms / 1000 <= UINT32_MAX;
}

bool station_clock_is_set(const struct station_unit *unit) {
    uint64_t unix_ms = 0;
    return station_clock_now(unit, &unix_ms);
}

uint32_t station_clock_stamp(const struct station_unit *unit) {
    uint64_t unix_ms = 0;
    return station_clock_now(unit, &unix_ms) ? (uint32_t)(unix_ms / 1000)
                                             : station_clock_uptime(unit);
}
