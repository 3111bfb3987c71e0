// All units of this process.
#ifndef POSIX_FLEET_H
#define POSIX_FLEET_H

#include "machine.h"

struct fleet {
    struct machine *machines;
    size_t count;
    struct session_counts counts;
};

struct fleet_broker {
    const char *host;
    uint16_t port;
    const char *user; // "" = every unit uses its own account
    const char *password;
    const char *base_topic;
    bool tls;
    const char *ca_file; // "" = none
};

struct fleet_options {
    struct fleet_broker broker;
    const char *folder; // holds a folder per unit
    bool durable, talkative;
    uint32_t heartbeat_s; // 0 = as it is
};

// Read the list of units and switch all of them on, commissioned for this broker. False after a
// line on the error output.
bool fleet_start(struct fleet *fleet, const char *units_file,
                 const struct fleet_options *options, uint64_t now_ms);
void fleet_stop(struct fleet *fleet);

// Wait for the network, for `descriptor` (-1: none) or until `until_ms`, and do what is due. True
// when the descriptor can be read.
bool fleet_turn(struct fleet *fleet, int descriptor, uint64_t until_ms);

// By number from 1, name, or the beginning or end of a name; NULL when that is not one unit.
struct machine *fleet_find(struct fleet *fleet, const char *text);

uint64_t fleet_now_ms(void); // monotonic

#endif
