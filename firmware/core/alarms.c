#include "alarms.h"

#include <string.h>

#include "clock.h"
#include "unit.h"
#include "uplink.h"

enum { VERSION = 1 };

static void store_counter(struct station_unit *unit) {
    struct station_alarms *alarms = &unit->alarms;
    uint8_t buffer[STATION_RECORD_TINY];
    if (!unit->profile->extensions) {
        return;
    }
    struct station_writer writer = station_writer_begin(buffer, sizeof buffer);
    station_put_u32(&writer, alarms->last);
    alarms->unstored = !station_twin_save(&alarms->twin, unit->hal, VERSION, &writer);
    unit->storage_failed |= alarms->unstored;
}

void station_alarms_receipt(struct station_unit *unit) {
    if (unit->alarms.unstored) {
        store_counter(unit);
    }
}

void station_alarms_load(struct station_unit *unit) {
    struct station_alarms *alarms = &unit->alarms;
    uint8_t buffer[STATION_RECORD_TINY];
    struct station_reader reader;
    *alarms = (struct station_alarms){.twin = {.name = "alarmseq"}};
    if (!unit->profile->extensions) {
        return; // a field device counts from its boot and keeps nothing
    }
    if (station_twin_load(&alarms->twin, unit->hal, VERSION, buffer, sizeof buffer, &reader)) {
        (void)station_get_u32(&reader, &alarms->last);
    }
    station_outbox_load(&unit->outbox, unit->hal);
    // The outbox is written first: after a cut in between it knows better.
    uint32_t count = unit->outbox.count;
    if (count > 0 && unit->outbox.entries[count - 1].sequence > alarms->last) {
        alarms->last = unit->outbox.entries[count - 1].sequence;
        store_counter(unit);
    }
}

static esg_alarm_AlarmEvent new_event(struct station_unit *unit) {
    esg_alarm_AlarmEvent event = esg_alarm_AlarmEvent_init_zero;
    uint64_t unix_ms = 0;
    event.sequence = ++unit->alarms.last;
    event.timestamp = station_clock_stamp(unit);
    event.device_db_id = unit->settings.device.device_id;
    if (unit->profile->extensions) {
        event.boot_id = unit->boot_id;
        event.millis = station_clock_now(unit, &unix_ms) ? unix_ms : 0;
    }
    return event;
}

static bool send_payload(struct station_unit *unit, const uint8_t *payload, size_t length) {
    struct station_letter letter;
    return station_uplink_is_open(unit) && station_uplink_begin(unit, &letter) &&
           station_uplink_enclose(unit, &letter, payload, length) &&
           station_uplink_publish(unit, STATION_LEAF_ALARM, &letter, 1);
}

static void keep(struct station_unit *unit, const esg_alarm_AlarmEvent *event) {
    struct station_entry entry = {
        .sequence = event->sequence,
        .timestamp = event->timestamp,
        .type = (uint8_t)event->type,
        .state = (uint8_t)event->state,
    };
    entry.length = (uint8_t)station_codec_encode(esg_alarm_AlarmEvent_fields, event, entry.payload,
                                                 sizeof entry.payload);
    (void)station_outbox_add(&unit->outbox, unit->hal, &entry);
    store_counter(unit);
    station_alarms_step(unit);
}

void station_alarms_input(struct station_unit *unit, enum station_input input,
                          esg_alarm_EventState state) {
    static const esg_alarm_AlarmType types[] = {esg_alarm_AlarmType_ALARM_PANIC1,
                                                esg_alarm_AlarmType_ALARM_PANIC2,
                                                esg_alarm_AlarmType_ALARM_TAMPER};
    bool is_panic = input != STATION_TAMPER;
    esg_alarm_AlarmEvent event = new_event(unit);
    event.type = types[input];
    event.state = state;
    event.priority =
        is_panic ? esg_alarm_Priority_PRIORITY_CRITICAL : esg_alarm_Priority_PRIORITY_HIGH;
    event.physical_state = unit->inputs.pins[input].active == unit->board->input_active_high[input];
    if (unit->profile->extensions) {
        keep(unit, &event);
    } else {
        (void)station_uplink_send(unit, STATION_LEAF_ALARM, esg_alarm_AlarmEvent_fields, &event, 1);
    }
    station_journal_add(unit, STATION_LOG_WARNING, "input %d state %d event %lu", (int)input + 1,
                        (int)state, (unsigned long)event.sequence);
}

static void queue(struct station_alarms *alarms, const uint8_t *payload, size_t length) {
    if (alarms->queued == STATION_QUEUED_EVENTS) {
        alarms->first = (alarms->first + 1) % STATION_QUEUED_EVENTS;
        alarms->queued--;
    }
    struct station_queued_event *place =
        &alarms->queue[(alarms->first + alarms->queued) % STATION_QUEUED_EVENTS];
    memcpy(place->payload, payload, length);
    place->length = (uint8_t)length;
    alarms->queued++;
}

void station_alarms_output(void *listener, uint32_t channel, const struct station_pattern *pattern,
                           bool starting, uint32_t elapsed_s) {
    struct station_unit *unit = listener;
    bool is_loud = channel == STATION_SIREN || channel == STATION_TURRET;
    esg_alarm_AlarmEvent event = new_event(unit);
    store_counter(unit);
    event.type = esg_alarm_AlarmType_ALARM_OUTPUT_EVENT;
    event.state =
        starting ? esg_alarm_EventState_EVENT_STARTING : esg_alarm_EventState_EVENT_STOPPING;
    event.priority =
        is_loud ? esg_alarm_Priority_PRIORITY_HIGH : esg_alarm_Priority_PRIORITY_MEDIUM;
    event.physical_state = channel < STATION_OUTPUTS && unit->outputs.levels[channel];
    event.output_type = channel + 1;
    event.pattern_type = pattern->type;
    event.duration_seconds = pattern->total_duration_s;
    event.elapsed_seconds = elapsed_s;
    uint8_t payload[STATION_EVENT_MAX];
    size_t length =
        station_codec_encode(esg_alarm_AlarmEvent_fields, &event, payload, sizeof payload);
    if (!send_payload(unit, payload, length)) {
        queue(&unit->alarms, payload, length);
    }
    station_telemetry_want_status(unit);
}

void station_alarms_opened(struct station_unit *unit) {
    station_outbox_opened(&unit->outbox, unit->now_ms);
    station_alarms_step(unit);
}

void station_alarms_step(struct station_unit *unit) {
    struct station_alarms *alarms = &unit->alarms;
    if (!station_uplink_is_open(unit)) {
        return;
    }
    struct station_entry *entry = station_outbox_take_due(&unit->outbox, unit->now_ms);
    for (; entry != NULL; entry = station_outbox_take_due(&unit->outbox, unit->now_ms)) {
        // What cannot be queued now is due again at its next time.
        (void)send_payload(unit, entry->payload, entry->length);
    }
    if (alarms->queued > 0) {
        const struct station_queued_event *oldest = &alarms->queue[alarms->first];
        if (send_payload(unit, oldest->payload, oldest->length)) {
            alarms->first = (alarms->first + 1) % STATION_QUEUED_EVENTS;
            alarms->queued--;
        }
    }
}

uint64_t station_alarms_next_due(const struct station_unit *unit) {
    if (!station_uplink_is_open(unit)) {
        return UINT64_MAX;
    }
    return unit->alarms.queued > 0 ? unit->now_ms + STATION_OUTBOX_SPACING_MS
                                   : station_outbox_next_due(&unit->outbox);
}
