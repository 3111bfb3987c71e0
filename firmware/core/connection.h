// Link and session: when to try, when to give up an attempt, when to try again. For ever.
#ifndef STATION_CONNECTION_H
#define STATION_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

struct station_unit;

enum {
    STATION_CONNECT_TIMEOUT_MS = 30000,
    STATION_RECONNECT_FIRST_MS = 1000,
    STATION_RECONNECT_LONGEST_MS = 60000
};

enum station_phase {
    STATION_OFF,        // not commissioned, switched off, or told to disconnect
    STATION_NO_LINK,    // the link is being brought up
    STATION_WAITING,    // until the next attempt
    STATION_CONNECTING, // an attempt is under way
    STATION_ONLINE
};

struct station_connection {
    enum station_phase phase;
    bool link_up;
    uint64_t due_ms; // next attempt, end of the attempt, or next try of the link
    uint32_t backoff_ms;
    uint64_t offline_since_ms;
};

bool station_connection_is_commissioned(const struct station_unit *unit);
bool station_connection_is_open(const struct station_unit *unit);

// Bring up the link, and the session if commissioned and switched on, with the present settings.
void station_connection_start(struct station_unit *unit);
// A clean end; nothing is tried until `start`.
void station_connection_stop(struct station_unit *unit, bool with_link);

// Ask for the time with the present settings.
void station_connection_sync_clock(struct station_unit *unit);

void station_connection_link(struct station_unit *unit, bool up);
void station_connection_opened(struct station_unit *unit);
void station_connection_lost(struct station_unit *unit);

void station_connection_step(struct station_unit *unit);
uint64_t station_connection_next_due(const struct station_unit *unit);

#endif
