// AT: message key and CA certificate.
#include "at.h"

#include <string.h>

#include "unit.h"

// Nothing but protobuf is published: JSON can only be switched off.
static bool set_json(struct station_unit *unit, const char *value) {
    (void)unit;
    return strcmp(value, "0") == 0;
}

static void print_fingerprint(struct station_unit *unit) {
    char text[STATION_FINGERPRINT_TEXT];
    station_key_fingerprint(&unit->key, unit->hal, text);
    if (!unit->key.present) {
        station_at_print(unit, "PBKEY: none");
    } else {
        station_at_print(unit, "PBKEY: fingerprint %s%s", text,
                         unit->key.weak ? ", WEAK: replace it" : "");
    }
}

// A new key begins new numbers on both sides. The session is opened again: its will carries a tag.
// The key that is there already begins nothing: with it, new numbers would look like a replay.
static bool set_key(struct station_unit *unit, const char *value) {
    uint8_t bytes[STATION_KEY_LENGTH];
    if (!station_key_parse(value, bytes)) {
        return false;
    }
    bool same = unit->key.present && memcmp(bytes, unit->key.bytes, sizeof bytes) == 0;
    bool stored = same || station_key_set(&unit->key, unit->hal, bytes);
    memset(bytes, 0, sizeof bytes);
    if (!stored) {
        return false;
    }
    if (same) {
        print_fingerprint(unit);
        return true;
    }
    station_sequence_load(&unit->sequence, unit->hal, unit->key.epoch, unit->profile->extensions);
    station_window_load(&unit->window, unit->hal, unit->key.epoch);
    station_journal_add(unit, STATION_LOG_WARNING, "new message key");
    print_fingerprint(unit);
    station_restart_plan_reconnect(unit, false);
    return true;
}

static bool show_protobuf(struct station_unit *unit, const char *value) {
    const struct station_local *local = &unit->settings.local;
    (void)value;
    station_at_print(unit, "PBJSON: 0");
    station_at_print(unit, "PBPROTO: %d", local->protobuf);
    station_at_print(unit, "PBHMAC: %d", local->signs);
    station_at_print(unit, "PBVERIFY: %d", local->verifies);
    print_fingerprint(unit);
    return true;
}

static bool fetch_certificate(struct station_unit *unit, const char *value) {
    if (strcmp(value, "?") == 0) {
        station_at_print(unit, "TLSCERT: %lu bytes", (unsigned long)unit->certificate.length);
        return true;
    }
    return station_update_fetch_certificate(unit, value);
}

static bool delete_certificate(struct station_unit *unit, const char *value) {
    (void)value;
    return station_certificate_erase(&unit->certificate, unit->hal);
}

// The lines that follow, up to the end of the certificate, are taken.
static bool receive_certificate(struct station_unit *unit, const char *value) {
    (void)value;
    if (station_update_is_busy(unit)) {
        return false;
    }
    unit->update.for_certificate = false;
    station_certificate_begin(&unit->certificate);
    unit->certificate.heard_ms = unit->now_ms;
    station_at_print(unit, "send the PEM text");
    return true;
}

static bool test_certificate(struct station_unit *unit, const char *value) {
    (void)value;
    station_at_print(unit, "TLSCERTTEST: %s", unit->certificate.length > 0 ? "stored" : "none");
    return unit->certificate.length > 0;
}

static const struct station_at_command commands[] = {
    {"PBJSON", STATION_AT_SET, set_json},
    {"PBKEY", STATION_AT_SET, set_key},
    {"PBSHOW", STATION_AT_PLAIN, show_protobuf},
    {"TLSCERT", STATION_AT_SET | STATION_AT_QUERY, fetch_certificate},
    {"TLSCERTDEL", STATION_AT_PLAIN, delete_certificate},
    {"TLSCERTUPLOAD", STATION_AT_PLAIN, receive_certificate},
    {"TLSCERTRAW", STATION_AT_PLAIN, receive_certificate},
    {"TLSCERTTEST", STATION_AT_PLAIN, test_certificate},
};

const struct station_at_area station_at_security = {commands, sizeof commands / sizeof commands[0]};
