#include "outbox.h"

#include <stdio.h>
#include <string.h>

#include "codec.h"

enum {
    VERSION = 1,
    SLOT_RECORD = STATION_RECORD_FRAME + 12 + STATION_EVENT_MAX,
    DELAYS = 5,
    TYPES = 16
};

static const uint32_t resend_after_ms[DELAYS] = {5000, 10000, 20000, 40000, 60000};

struct slot_name {
    char text[STATION_RECORD_NAME_MAX + 1];
};

static struct slot_name name_of(unsigned slot) {
    struct slot_name name;
    (void)snprintf(name.text, sizeof name.text, "outbox%02u", slot);
    return name;
}

static bool store(const struct station_hal *hal, const struct station_entry *entry) {
    uint8_t buffer[SLOT_RECORD];
    struct station_writer writer = station_writer_begin(buffer, sizeof buffer);
    station_put_u32(&writer, entry->sequence);
    station_put_u32(&writer, entry->timestamp);
    station_put_u8(&writer, entry->type);
    station_put_u8(&writer, entry->state);
    station_put_u8(&writer, entry->length);
    station_put_bytes(&writer, entry->payload, entry->length);
    struct slot_name name = name_of(entry->slot);
    return station_record_save(hal, name.text, VERSION, 0, &writer);
}

static bool load(const struct station_hal *hal, unsigned slot, struct station_entry *entry) {
    uint8_t buffer[SLOT_RECORD];
    struct station_reader reader;
    uint32_t generation = 0;
    struct slot_name name = name_of(slot);
    *entry = (struct station_entry){.slot = (uint8_t)slot, .stored = true};
    return station_record_load(hal, name.text, VERSION, buffer, sizeof buffer, &reader,
                               &generation) &&
           station_get_u32(&reader, &entry->sequence) &&
           station_get_u32(&reader, &entry->timestamp) && station_get_u8(&reader, &entry->type) &&
           station_get_u8(&reader, &entry->state) && station_get_u8(&reader, &entry->length) &&
           entry->length <= STATION_EVENT_MAX &&
           station_get_bytes(&reader, entry->payload, entry->length);
}

void station_outbox_load(struct station_outbox *outbox, const struct station_hal *hal) {
    *outbox = (struct station_outbox){.count = 0};
    for (unsigned slot = 0; slot < STATION_OUTBOX_ENTRIES; slot++) {
        struct station_entry entry;
        if (!load(hal, slot, &entry)) {
            continue;
        }
        uint32_t at = outbox->count++;
        while (at > 0 && outbox->entries[at - 1].sequence > entry.sequence) {
            outbox->entries[at] = outbox->entries[at - 1];
            at--;
        }
        outbox->entries[at] = entry;
    }
}

static void drop(struct station_outbox *outbox, const struct station_hal *hal, uint32_t at) {
    struct slot_name name = name_of(outbox->entries[at].slot);
    if (!hal->storage_erase(hal->port, name.text)) {
        outbox->storage_failed = true; // it will be sent, and receipted, once more
    }
    outbox->count--;
    memmove(&outbox->entries[at], &outbox->entries[at + 1],
            (outbox->count - at) * sizeof outbox->entries[0]);
}

static uint32_t busiest_type(const struct station_outbox *outbox) {
    uint32_t counts[TYPES] = {0};
    uint32_t busiest = 0;
    for (uint32_t i = 0; i < outbox->count; i++) {
        uint32_t type = outbox->entries[i].type % TYPES;
        counts[type]++;
        busiest = counts[type] > counts[busiest] ? type : busiest;
    }
    return busiest;
}

static uint32_t next_of_type(const struct station_outbox *outbox, uint32_t type, uint32_t from) {
    while (from < outbox->count && outbox->entries[from].type != type) {
        from++;
    }
    return from;
}

static void fold_away(struct station_outbox *outbox, const struct station_hal *hal, uint32_t at) {
    drop(outbox, hal, at);
    outbox->merged++;
}

static uint32_t oldest_in_state(const struct station_outbox *outbox, uint32_t type,
                                esg_alarm_EventState state) {
    uint32_t at = next_of_type(outbox, type, 0);
    while (at < outbox->count && outbox->entries[at].state != state) {
        at = next_of_type(outbox, type, at + 1);
    }
    return at;
}

// Of one input its first ACTIVE and its latest state stay, and the oldest completed pair between
// them goes. With three inputs and 64 entries the busiest has at least 22: there is one.
static void fold_pair(struct station_outbox *outbox, const struct station_hal *hal, uint32_t type) {
    uint32_t first = oldest_in_state(outbox, type, esg_alarm_EventState_EVENT_ACTIVE);
    uint32_t one = next_of_type(outbox, type, first == outbox->count ? 0 : first + 1);
    if (one == outbox->count) { // nothing follows the first ACTIVE, so something goes before it
        fold_away(outbox, hal, next_of_type(outbox, type, 0));
        return;
    }
    uint32_t other = next_of_type(outbox, type, one + 1);
    bool other_is_latest = next_of_type(outbox, type, other + 1) >= outbox->count;
    if (!other_is_latest && outbox->entries[one].state == esg_alarm_EventState_EVENT_INACTIVE &&
        outbox->entries[other].state == esg_alarm_EventState_EVENT_ACTIVE) {
        fold_away(outbox, hal, other);
    }
    fold_away(outbox, hal, one);
}

// Make room without losing an alarm: tests go first, they are none.
static void fold(struct station_outbox *outbox, const struct station_hal *hal) {
    for (uint32_t i = 0; i < outbox->count; i++) {
        if (outbox->entries[i].state == esg_alarm_EventState_EVENT_TEST) {
            fold_away(outbox, hal, i);
            return;
        }
    }
    fold_pair(outbox, hal, busiest_type(outbox));
}

static uint8_t free_slot(const struct station_outbox *outbox) {
    uint64_t used = 0;
    for (uint32_t i = 0; i < outbox->count; i++) {
        used |= (uint64_t)1 << outbox->entries[i].slot;
    }
    uint8_t slot = 0;
    while ((used >> slot & 1) != 0) {
        slot++;
    }
    return slot;
}

// What storage did not take when it happened is tried again with every event.
static void store_missing(struct station_outbox *outbox, const struct station_hal *hal) {
    outbox->storage_failed = false;
    for (uint32_t i = 0; i < outbox->count; i++) {
        struct station_entry *entry = &outbox->entries[i];
        entry->stored = entry->stored || store(hal, entry);
        outbox->storage_failed |= !entry->stored;
    }
}

struct station_entry *station_outbox_add(struct station_outbox *outbox,
                                         const struct station_hal *hal,
                                         const struct station_entry *entry) {
    if (outbox->count == STATION_OUTBOX_ENTRIES) {
        fold(outbox, hal);
    }
    struct station_entry *added = &outbox->entries[outbox->count];
    *added = *entry;
    added->slot = free_slot(outbox);
    added->attempts = 0;
    added->due_ms = 0;
    added->stored = false;
    outbox->count++;
    store_missing(outbox, hal);
    return added;
}

bool station_outbox_receipt(struct station_outbox *outbox, const struct station_hal *hal,
                            uint32_t sequence, uint32_t timestamp) {
    for (uint32_t i = 0; i < outbox->count; i++) {
        const struct station_entry *entry = &outbox->entries[i];
        if (entry->sequence == sequence && entry->timestamp == timestamp) {
            drop(outbox, hal, i);
            return true;
        }
    }
    return false;
}

void station_outbox_opened(struct station_outbox *outbox, uint64_t now_ms) {
    for (uint32_t i = 0; i < outbox->count; i++) {
        outbox->entries[i].attempts = 0;
        outbox->entries[i].due_ms = now_ms + (uint64_t)i * STATION_OUTBOX_SPACING_MS;
    }
    outbox->resend_not_before_ms = now_ms;
}

struct station_entry *station_outbox_take_due(struct station_outbox *outbox, uint64_t now_ms) {
    for (uint32_t i = 0; i < outbox->count; i++) {
        struct station_entry *entry = &outbox->entries[i];
        bool is_new = entry->due_ms == STATION_OUTBOX_NEVER_SENT;
        if (entry->due_ms > now_ms || (!is_new && now_ms < outbox->resend_not_before_ms)) {
            continue;
        }
        // A press that happens now does not wait for the old ones.
        if (!is_new) {
            outbox->resend_not_before_ms = now_ms + STATION_OUTBOX_SPACING_MS;
        }
        uint32_t step = entry->attempts < DELAYS ? entry->attempts : DELAYS - 1;
        entry->due_ms = now_ms + resend_after_ms[step];
        entry->attempts = (uint8_t)(step + 1);
        return entry;
    }
    return NULL;
}

uint64_t station_outbox_next_due(const struct station_outbox *outbox) {
    uint64_t due = UINT64_MAX;
    for (uint32_t i = 0; i < outbox->count; i++) {
        uint64_t own = outbox->entries[i].due_ms;
        if (own != STATION_OUTBOX_NEVER_SENT && own < outbox->resend_not_before_ms) {
            own = outbox->resend_not_before_ms;
        }
        due = own < due ? own : due;
    }
    return due;
}
