#include "trial.h"

#include "unit.h"

enum { VERSION = 1 };

void station_trial_load(struct station_unit *unit) {
    struct station_trial *trial = &unit->trial;
    uint8_t buffer[STATION_RECORD_TINY];
    struct station_reader reader;
    *trial = (struct station_trial){.twin = {.name = "trial"},
                                    .wifi = {.name = "old_wifi"},
                                    .mqtt = {.name = "old_mqtt"},
                                    .offline_since_ms = unit->now_ms};
    if (station_twin_load(&trial->twin, unit->hal, VERSION, buffer, sizeof buffer, &reader)) {
        (void)station_get_u8(&reader, &trial->state);
    }
    uint8_t body[STATION_RECORD_SMALL]; // for the generations only
    (void)station_twin_load(&trial->wifi, unit->hal, VERSION, body, sizeof body, &reader);
    (void)station_twin_load(&trial->mqtt, unit->hal, VERSION, body, sizeof body, &reader);
}

static bool set_state(struct station_unit *unit, enum station_trial_state state) {
    struct station_trial *trial = &unit->trial;
    uint8_t buffer[STATION_RECORD_TINY];
    if (trial->state == state) {
        return true;
    }
    struct station_writer writer = station_writer_begin(buffer, sizeof buffer);
    station_put_u8(&writer, state);
    trial->state = (uint8_t)state;
    if (!station_twin_save(&trial->twin, unit->hal, VERSION, &writer)) {
        unit->storage_failed = true;
        return false;
    }
    return true;
}

static bool set_aside(struct station_unit *unit, struct station_twin *twin,
                      enum station_group group) {
    uint8_t buffer[STATION_RECORD_SMALL];
    struct station_writer writer = station_writer_begin(buffer, sizeof buffer);
    station_settings_put(group, station_settings_group(&unit->settings, group), &writer);
    return station_twin_save(twin, unit->hal, VERSION, &writer);
}

bool station_trial_begin(struct station_unit *unit) {
    struct station_trial *trial = &unit->trial;
    trial->offline_since_ms = unit->now_ms;
    if (trial->state != STATION_PROVEN) {
        return true; // nothing to return to, or already kept aside
    }
    return set_aside(unit, &trial->wifi, STATION_GROUP_WIFI) &&
           set_aside(unit, &trial->mqtt, STATION_GROUP_MQTT) && set_state(unit, STATION_ON_TRIAL);
}

void station_trial_forget(struct station_unit *unit) {
    (void)set_state(unit, STATION_UNPROVEN);
}

void station_trial_succeeded(struct station_unit *unit) {
    (void)set_state(unit, STATION_PROVEN);
}

static void bring_back(struct station_unit *unit, struct station_twin *twin,
                       enum station_group group) {
    uint8_t buffer[STATION_RECORD_SMALL];
    struct station_reader reader;
    if (station_twin_load(twin, unit->hal, VERSION, buffer, sizeof buffer, &reader)) {
        station_settings_get(group, station_settings_group(&unit->settings, group), &reader);
        if (!station_settings_save(&unit->settings, unit->hal, group)) {
            unit->storage_failed = true;
        }
    }
}

bool station_trial_step(struct station_unit *unit) {
    struct station_trial *trial = &unit->trial;
    if (unit->now_ms < station_trial_next_due(unit)) {
        return false;
    }
    bring_back(unit, &trial->wifi, STATION_GROUP_WIFI);
    bring_back(unit, &trial->mqtt, STATION_GROUP_MQTT);
    (void)set_state(unit, STATION_PROVEN); // last: cut before, it is done again
    station_journal_add(unit, STATION_LOG_WARNING, "no session: former network settings are back");
    return true;
}

uint64_t station_trial_next_due(const struct station_unit *unit) {
    const struct station_trial *trial = &unit->trial;
    return trial->state != STATION_ON_TRIAL || station_connection_is_open(unit)
               ? UINT64_MAX
               : trial->offline_since_ms + STATION_TRIAL_MS;
}
