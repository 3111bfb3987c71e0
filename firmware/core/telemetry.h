// What the unit tells of itself: heartbeat, status, login, last will, and when.
#ifndef STATION_TELEMETRY_H
#define STATION_TELEMETRY_H

#include "codec.h"
#include "hal.h"
#include "state.h"
#include "uplink.h"

enum { STATION_STATUS_EVERY_MS = 300000, STATION_STATUS_SPACING_MS = 5000 };

// Bits of StatusMessage.error_flags.
enum station_error {
    STATION_ERROR_SENSOR = 1 << 0,
    STATION_ERROR_STORAGE = 1 << 1,
    STATION_ERROR_OUTBOX = 1 << 2,
    STATION_ERROR_TIME = 1 << 3,
    STATION_ERROR_CERTIFICATE = 1 << 4,
    STATION_ERROR_KEY = 1 << 5,
    STATION_ERROR_OUTBOX_FULL = 1 << 6,
    STATION_ERROR_RESET = 1 << 7
};

struct station_telemetry {
    enum station_state state;
    uint64_t state_since_ms;
    uint64_t heartbeat_ms; // when the next one is due
    uint64_t status_ms;
    uint64_t last_status_ms; // 0: none in this session
    uint32_t last_synced_at; // Unix s, 0 = never
    uint32_t known_errors;
};

uint32_t station_telemetry_errors(const struct station_unit *unit);

void station_telemetry_login(struct station_unit *unit);
void station_telemetry_status(struct station_unit *unit); // now
void station_telemetry_heartbeat(struct station_unit *unit);

// The will of the session that is about to be opened.
bool station_telemetry_will(struct station_unit *unit, struct station_letter *letter);

// Something a status tells has changed: send one soon, at most every 5 s.
void station_telemetry_want_status(struct station_unit *unit);

// Count the next heartbeat from now.
void station_telemetry_replan(struct station_unit *unit);

// Find the present state and errors.
void station_telemetry_settle(struct station_unit *unit);

// Send what is due.
void station_telemetry_step(struct station_unit *unit);
uint64_t station_telemetry_next_due(const struct station_unit *unit);

#endif
