#include "restart.h"

#include <stdio.h>

#include "unit.h"

static const char mark[] = "reset";

static const char *const twins[] = {"key",          "txseq",    "rxwin",    "alarmseq",
                                    "boot",         "trial",    "old_wifi", "old_mqtt",
                                    "ca",           "cfg_wifi", "cfg_mqtt", "cfg_device",
                                    "cfg_location", "cfg_ntp",  "cfg_ble",  "cfg_local"};

void station_restart_plan(struct station_unit *unit, uint64_t delay_ms) {
    uint64_t shortest = STATION_RESTART_AFTER_MS; // the answer has to leave
    unit->restart.reboot_ms = unit->now_ms + (delay_ms > shortest ? delay_ms : shortest);
}

void station_restart_plan_reset(struct station_unit *unit) {
    unit->restart.reset_ms = unit->now_ms + STATION_RESTART_AFTER_MS;
}

void station_restart_plan_reconnect(struct station_unit *unit, bool with_link) {
    unit->restart.reconnect_ms = unit->now_ms + STATION_RESTART_AFTER_MS;
    unit->restart.with_link |= with_link;
}

void station_restart_now(struct station_unit *unit, const char *reason) {
    station_journal_add(unit, STATION_LOG_WARNING, "restart: %s", reason);
    station_outputs_stop(&unit->outputs, unit->hal, unit->now_ms, station_alarms_output, unit);
    station_connection_stop(unit, false);
    unit->halted = true;
    unit->hal->reboot(unit->hal->port);
}

static void erase(const struct station_hal *hal, const char *name, char copy) {
    char full[STATION_RECORD_NAME_MAX + 1];
    (void)snprintf(full, sizeof full, copy != '\0' ? "%s.%c" : "%s", name, copy);
    (void)hal->storage_erase(hal->port, full);
}

void station_restart_erase_all(const struct station_hal *hal) {
    char name[STATION_RECORD_NAME_MAX + 1];
    (void)hal->storage_write(hal->port, mark, mark, sizeof mark);
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++) {
        erase(hal, twins[i], 'a');
        erase(hal, twins[i], 'b');
    }
    for (unsigned slot = 0; slot < STATION_OUTBOX_ENTRIES; slot++) {
        (void)snprintf(name, sizeof name, "outbox%02u", slot);
        erase(hal, name, '\0');
    }
    for (unsigned slot = 0; slot < STATION_KEPT_SLOTS; slot++) {
        (void)snprintf(name, sizeof name, "request%u", slot);
        erase(hal, name, '\0');
    }
    (void)hal->storage_erase(hal->port, mark);
}

void station_restart_resume(const struct station_hal *hal) {
    char text[sizeof mark];
    // Even a torn mark is one: it is written for nothing else.
    if (hal->storage_read(hal->port, mark, text, sizeof text) >= 0) {
        station_restart_erase_all(hal);
    }
}

void station_restart_step(struct station_unit *unit) {
    struct station_restart *restart = &unit->restart;
    if (restart->reset_ms != 0 && restart->reset_ms <= unit->now_ms) {
        station_outputs_stop(&unit->outputs, unit->hal, unit->now_ms, station_alarms_output, unit);
        station_connection_stop(unit, true);
        station_restart_erase_all(unit->hal);
        unit->halted = true;
        unit->hal->reboot(unit->hal->port);
        return;
    }
    if (restart->reboot_ms != 0 && restart->reboot_ms <= unit->now_ms) {
        station_restart_now(unit, "commanded");
        return;
    }
    if (restart->reconnect_ms != 0 && restart->reconnect_ms <= unit->now_ms) {
        bool with_link = restart->with_link;
        restart->reconnect_ms = 0;
        restart->with_link = false;
        station_connection_stop(unit, with_link);
        station_connection_start(unit);
    }
}

static uint64_t earlier(uint64_t due, uint64_t planned) {
    return planned != 0 && planned < due ? planned : due;
}

uint64_t station_restart_next_due(const struct station_unit *unit) {
    const struct station_restart *restart = &unit->restart;
    uint64_t due = earlier(UINT64_MAX, restart->reset_ms);
    return earlier(earlier(due, restart->reboot_ms), restart->reconnect_ms);
}
