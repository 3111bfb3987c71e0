// Input alarms that the station has not confirmed, in memory and in storage, oldest first. Each
// slot is a record of its own, written only while free, so that a cut write harms no other entry.
#ifndef STATION_OUTBOX_H
#define STATION_OUTBOX_H

#include "record.h"

enum {
    STATION_OUTBOX_ENTRIES = 64,
    STATION_EVENT_MAX = 72,          // encoded AlarmEvent
    STATION_OUTBOX_SPACING_MS = 100, // a new session sends at most 10 per second
    STATION_OUTBOX_NEVER_SENT = 0
};

struct station_entry {
    uint32_t sequence;
    uint32_t timestamp;
    uint8_t type;  // AlarmType
    uint8_t state; // EventState
    uint8_t slot;  // of the record
    bool stored;
    uint8_t attempts; // in this session
    uint8_t length;
    uint8_t payload[STATION_EVENT_MAX];
    uint64_t due_ms; // while there is a session
};

struct station_outbox {
    struct station_entry entries[STATION_OUTBOX_ENTRIES]; // ordered by sequence
    uint32_t count;
    uint32_t merged; // entries folded away for want of room, since boot
    bool storage_failed;
    uint64_t resend_not_before_ms;
};

// What survived, in the order of sequence.
void station_outbox_load(struct station_outbox *outbox, const struct station_hal *hal);

// Keep an event, making room if necessary, and give the entry. Never refuses: without storage the
// entry is kept in memory.
struct station_entry *station_outbox_add(struct station_outbox *outbox,
                                         const struct station_hal *hal,
                                         const struct station_entry *entry);

// Both numbers must agree. False when there is no such entry.
bool station_outbox_receipt(struct station_outbox *outbox, const struct station_hal *hal,
                            uint32_t sequence, uint32_t timestamp);

// A session begins: everything again, oldest first, and the delays from the start.
void station_outbox_opened(struct station_outbox *outbox, uint64_t now_ms);

// The next entry to publish now, rescheduled, or NULL. Only while there is a session.
struct station_entry *station_outbox_take_due(struct station_outbox *outbox, uint64_t now_ms);
uint64_t station_outbox_next_due(const struct station_outbox *outbox);

#endif
