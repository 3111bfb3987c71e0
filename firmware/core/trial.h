// New WiFi and MQTT settings are on trial: without a session within 180 s the last ones that had
// a session come back. Settings made by serial are not: somebody is there who wants them so.
#ifndef STATION_TRIAL_H
#define STATION_TRIAL_H

#include "record.h"

struct station_unit;

enum { STATION_TRIAL_MS = 180000 };

enum station_trial_state {
    STATION_UNPROVEN, // the present settings never had a session
    STATION_PROVEN,
    STATION_ON_TRIAL // the proven ones are kept aside
};

struct station_trial {
    struct station_twin twin, wifi, mqtt;
    uint8_t state;
    uint64_t offline_since_ms; // without a session since then
};

void station_trial_load(struct station_unit *unit);

// Before WiFi or MQTT settings are changed by command. False when storage fails.
bool station_trial_begin(struct station_unit *unit);
// Before they are changed by serial.
void station_trial_forget(struct station_unit *unit);

void station_trial_succeeded(struct station_unit *unit); // a session was opened
// Return to the proven settings when it is time. True when it did.
bool station_trial_step(struct station_unit *unit);
uint64_t station_trial_next_due(const struct station_unit *unit);

#endif
