// Events: edges of inputs through the outbox, starts and ends of outputs as telemetry.
#ifndef STATION_ALARMS_H
#define STATION_ALARMS_H

#include "codec.h"
#include "outbox.h"
#include "outputs.h"

struct station_unit;

enum { STATION_QUEUED_EVENTS = 32 };

struct station_queued_event {
    uint8_t length;
    uint8_t payload[STATION_EVENT_MAX];
};

struct station_alarms {
    struct station_twin twin;
    uint32_t last; // number of the last event, over all boots
    bool unstored; // storage does not know it
    // Output events that happened without a session; the oldest gives way.
    struct station_queued_event queue[STATION_QUEUED_EVENTS];
    uint32_t first, queued;
};

// Read the counter and the outbox.
void station_alarms_load(struct station_unit *unit);

void station_alarms_input(struct station_unit *unit, enum station_input input,
                          esg_alarm_EventState state);

// A `station_output_listener`; the listener is the unit.
void station_alarms_output(void *unit, uint32_t channel, const struct station_pattern *pattern,
                           bool starting, uint32_t elapsed_s);

// Before an entry is removed: until now it may be all that knows the number.
void station_alarms_receipt(struct station_unit *unit);

void station_alarms_opened(struct station_unit *unit); // a session began
void station_alarms_step(struct station_unit *unit);   // publish what is due
uint64_t station_alarms_next_due(const struct station_unit *unit);

#endif
