// From the list of units to running, commissioned units.
#ifndef POSIX_UNITS_H
#define POSIX_UNITS_H

#include "fleet.h"

// The units of a JSON list (`alarmstation simulate --write-units`); `plans` is to be freed. False
// after a line on the error output.
bool units_read(const char *file, struct machine_plan **plans, size_t *count);

// Switch a unit on and commission it by its serial console, as a technician would. What was done
// once with the same values is not done again. False after a line on the error output.
bool units_bring_up(struct machine *machine, const struct machine_plan *plan,
                    const struct fleet_options *options, struct session_counts *counts,
                    uint64_t now_ms);

// Another broker account.
bool units_change_account(struct machine *machine, const char *user, const char *password,
                          uint64_t now_ms);

#endif
