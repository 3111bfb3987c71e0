// The device state machine: one state follows from a few facts, the most serious first.
#ifndef STATION_STATE_H
#define STATION_STATE_H

#include <stdbool.h>

enum station_state {
    STATION_STATE_BOOT,
    STATION_STATE_INIT,
    STATION_STATE_CONNECTING,
    STATION_STATE_NORMAL,
    STATION_STATE_ALARM,
    STATION_STATE_MAINTENANCE,
    STATION_STATE_ERROR,
    STATION_STATE_CRITICAL
};

struct station_facts {
    bool started;      // storage was read and the inputs have settled
    bool commissioned; // knows a broker and a base topic
    bool online;       // a session is open
    bool alarm;        // a panic or tamper input is active
    bool testing;      // local test mode
    bool sensor_failed;
    bool storage_failed; // alarms can no longer be kept over a loss of power
};

enum station_state station_state_of(const struct station_facts *facts);

#endif
