// The serial console of commissioning (protocol, appendix A). One file per area.
#ifndef STATION_AT_H
#define STATION_AT_H

#include <stdbool.h>

struct station_unit;

void station_at_line(struct station_unit *unit, const char *line);

// For the areas. A line of output, without its line end.
void station_at_print(struct station_unit *unit, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// `value` is NULL for a plain command, "?" for a query. False gives ERROR.
typedef bool station_at_action(struct station_unit *unit, const char *value);

enum station_at_form {
    STATION_AT_PLAIN = 1, // AT+NAME
    STATION_AT_QUERY = 2, // AT+NAME?
    STATION_AT_SET = 4    // AT+NAME=value
};

struct station_at_command {
    const char *name;
    unsigned forms;
    station_at_action *action;
};

struct station_at_area {
    const struct station_at_command *commands;
    unsigned count;
};

extern const struct station_at_area station_at_system, station_at_io, station_at_network,
    station_at_security, station_at_update;

// "0" or "1".
bool station_at_flag(const char *value, bool *flag);

#endif
