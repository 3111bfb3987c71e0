// What happens a moment later, after the answer has left: restart, factory reset, reconnection.
#ifndef STATION_RESTART_H
#define STATION_RESTART_H

#include "hal.h"

struct station_unit;

enum { STATION_RESTART_AFTER_MS = 1000 };

struct station_restart {
    uint64_t reboot_ms; // 0: not planned
    uint64_t reset_ms;
    uint64_t reconnect_ms;
    bool with_link;
};

void station_restart_plan(struct station_unit *unit, uint64_t delay_ms);
void station_restart_plan_reset(struct station_unit *unit);
void station_restart_plan_reconnect(struct station_unit *unit, bool with_link);

// Restart at once.
void station_restart_now(struct station_unit *unit, const char *reason);

void station_restart_step(struct station_unit *unit);
uint64_t station_restart_next_due(const struct station_unit *unit);

// Erase every record of the unit. A reset that was cut off is resumed by `resume` at boot.
void station_restart_erase_all(const struct station_hal *hal);
void station_restart_resume(const struct station_hal *hal);

#endif
