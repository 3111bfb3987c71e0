// AT: system, clock.
#include "at.h"

#include "clock.h"
#include "text.h"
#include "unit.h"

static bool version(struct station_unit *unit, const char *value) {
    (void)value;
    station_at_print(unit, "VERSION: %s", unit->board->firmware);
    return true;
}

static bool mac(struct station_unit *unit, const char *value) {
    char text[STATION_MAC_TEXT];
    (void)value;
    station_text_mac(unit->board->mac, text);
    station_at_print(unit, "MAC: %s", text);
    return true;
}

static bool heap(struct station_unit *unit, const char *value) {
    struct station_health health = {0};
    (void)value;
    unit->hal->health(unit->hal->port, &health);
    station_at_print(unit, "HEAP: free %lu, lowest %lu, largest block %lu",
                     (unsigned long)health.free_heap, (unsigned long)health.min_heap,
                     (unsigned long)health.largest_block);
    return true;
}

static bool info(struct station_unit *unit, const char *value) {
    const struct station_location *place = &unit->settings.location;
    (void)version(unit, value);
    (void)mac(unit, value);
    station_at_print(unit, "HOSTNAME: %s", station_unit_hostname(unit));
    station_at_print(unit, "DBID: %lu", (unsigned long)unit->settings.device.device_id);
    station_at_print(unit, "PLACE: %s zone %lu", place->country, (unsigned long)place->zone);
    station_at_print(unit, "BOOT: %lu, up %lu s, state %d", (unsigned long)unit->boot_count,
                     (unsigned long)station_clock_uptime(unit), (int)unit->telemetry.state);
    station_at_print(unit, "ERRORS: 0x%02lX", (unsigned long)station_telemetry_errors(unit));
    station_at_print(unit, "OUTBOX: %lu", (unsigned long)unit->outbox.count);
    return true;
}

static bool reset(struct station_unit *unit, const char *value) {
    (void)value;
    station_restart_plan(unit, 0);
    return true;
}

static bool history(struct station_unit *unit, const char *value) {
    (void)value;
    for (uint32_t i = 0; i < station_journal_count(&unit->journal); i++) {
        station_at_print(unit, "%s", station_journal_line(&unit->journal, i));
    }
    return true;
}

static bool clear_history(struct station_unit *unit, const char *value) {
    (void)value;
    station_journal_clear(&unit->journal);
    return true;
}

static bool show_location(struct station_unit *unit, const char *value) {
    const struct station_location *place = &unit->settings.location;
    (void)value;
    station_at_print(unit, "COUNTRY: %s", place->country);
    station_at_print(unit, "ZONE: %lu", (unsigned long)place->zone);
    station_at_print(unit, "LAT: %.6f", (double)place->latitude);
    station_at_print(unit, "LON: %.6f", (double)place->longitude);
    station_at_print(unit, "INSTALLTS: %lu", (unsigned long)place->installed_at);
    return true;
}

static bool show_ntp(struct station_unit *unit, const char *value) {
    const struct station_ntp *ntp = &unit->settings.ntp;
    (void)value;
    station_at_print(unit, "NTPENABLE: %d", ntp->sync);
    for (int i = 0; i < 3; i++) {
        station_at_print(unit, "NTPSERVER%d: %s", i + 1, ntp->servers[i]);
    }
    station_at_print(unit, "NTPTIMEOUT: %lu ms", (unsigned long)ntp->timeout_ms);
    station_at_print(unit, "NTPINTERVAL: %lu h", (unsigned long)(ntp->interval_s / 3600));
    station_at_print(unit, "TIMEZONE: %s", ntp->timezone);
    return true;
}

static bool set_ntp_interval(struct station_unit *unit, const char *value) {
    uint32_t hours = 0;
    if (!station_text_parse_u32(value, &hours) || hours < 1 || hours > 168) {
        return false;
    }
    unit->settings.ntp.interval_s = hours * 3600;
    return true;
}

static bool save_ntp(struct station_unit *unit, const char *value) {
    (void)value;
    return station_settings_save(&unit->settings, unit->hal, STATION_GROUP_NTP);
}

static bool load_ntp(struct station_unit *unit, const char *value) {
    (void)value;
    return station_settings_load(&unit->settings, unit->hal, STATION_GROUP_NTP);
}

static bool sync_ntp(struct station_unit *unit, const char *value) {
    (void)value;
    station_connection_sync_clock(unit);
    return true;
}

static bool show_ntp_status(struct station_unit *unit, const char *value) {
    (void)value;
    station_at_print(unit, "NTPSTATUS: %s, last %lu",
                     unit->telemetry.last_synced_at != 0 ? "synchronised" : "not synchronised",
                     (unsigned long)unit->telemetry.last_synced_at);
    return true;
}

static bool tell_time(struct station_unit *unit, const char *value) {
    (void)value;
    station_at_print(unit, "TIME: %lu%s", (unsigned long)station_clock_stamp(unit),
                     station_clock_is_set(unit) ? "" : " (seconds since boot)");
    return true;
}

static const struct station_at_command commands[] = {
    {"VERSION", STATION_AT_PLAIN | STATION_AT_QUERY, version},
    {"INFO", STATION_AT_PLAIN | STATION_AT_QUERY, info},
    {"HEAP", STATION_AT_PLAIN | STATION_AT_QUERY, heap},
    {"MAC", STATION_AT_PLAIN | STATION_AT_QUERY, mac},
    {"RESET", STATION_AT_PLAIN, reset},
    {"HISTORY", STATION_AT_PLAIN | STATION_AT_QUERY, history},
    {"CLEARHIST", STATION_AT_PLAIN, clear_history},
    {"LOCSHOW", STATION_AT_PLAIN, show_location},
    {"NTPSHOW", STATION_AT_PLAIN, show_ntp},
    {"NTPINTERVAL", STATION_AT_SET, set_ntp_interval},
    {"NTPSAVE", STATION_AT_PLAIN, save_ntp},
    {"NTPLOAD", STATION_AT_PLAIN, load_ntp},
    {"NTPSYNC", STATION_AT_PLAIN, sync_ntp},
    {"NTPSTATUS", STATION_AT_PLAIN, show_ntp_status},
    {"TIME", STATION_AT_QUERY, tell_time},
};

const struct station_at_area station_at_system = {commands, sizeof commands / sizeof commands[0]};
