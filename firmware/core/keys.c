#include "keys.h"

#include <string.h>

#include "text.h"

enum { VERSION = 1, FEWEST_VALUES = 12 };

void station_key_load(struct station_key *key, const struct station_hal *hal) {
    *key = (struct station_key){.twin = {.name = "key"}};
    uint8_t buffer[STATION_RECORD_TINY];
    struct station_reader reader;
    if (station_twin_load(&key->twin, hal, VERSION, buffer, sizeof buffer, &reader) &&
        station_get_u32(&reader, &key->epoch) &&
        station_get_bytes(&reader, key->bytes, sizeof key->bytes)) {
        key->present = true;
        key->weak = station_key_is_weak(key->bytes);
    }
    memset(buffer, 0, sizeof buffer);
}

bool station_key_set(struct station_key *key, const struct station_hal *hal,
                     const uint8_t bytes[STATION_KEY_LENGTH]) {
    uint8_t buffer[STATION_RECORD_TINY];
    struct station_writer writer = station_writer_begin(buffer, sizeof buffer);
    station_put_u32(&writer, key->epoch + 1);
    station_put_bytes(&writer, bytes, STATION_KEY_LENGTH);
    bool stored = station_twin_save(&key->twin, hal, VERSION, &writer);
    memset(buffer, 0, sizeof buffer);
    if (stored) {
        key->epoch++;
        key->present = true;
        key->weak = station_key_is_weak(bytes);
        memcpy(key->bytes, bytes, sizeof key->bytes);
    }
    return stored;
}

static bool repeats_with(const uint8_t *bytes, int period) {
    for (int i = period; i < STATION_KEY_LENGTH; i++) {
        if (bytes[i] != bytes[i - period]) {
            return false;
        }
    }
    return true;
}

static bool has_constant_step(const uint8_t *bytes) {
    uint8_t step = (uint8_t)(bytes[1] - bytes[0]);
    for (int i = 2; i < STATION_KEY_LENGTH; i++) {
        if ((uint8_t)(bytes[i] - bytes[i - 1]) != step) {
            return false;
        }
    }
    return true;
}

static int different_values(const uint8_t *bytes) {
    int count = 0;
    for (int i = 0; i < STATION_KEY_LENGTH; i++) {
        count += memchr(bytes, bytes[i], (size_t)i) == NULL;
    }
    return count;
}

static bool is_printable(const uint8_t *bytes) {
    for (int i = 0; i < STATION_KEY_LENGTH; i++) {
        if (bytes[i] < 0x20 || bytes[i] > 0x7E) {
            return false;
        }
    }
    return true;
}

bool station_key_is_weak(const uint8_t bytes[STATION_KEY_LENGTH]) {
    for (int period = 1; period <= 16; period *= 2) { // period 1 includes all zero
        if (repeats_with(bytes, period)) {
            return true;
        }
    }
    return has_constant_step(bytes) || different_values(bytes) < FEWEST_VALUES ||
           is_printable(bytes);
}

void station_key_fingerprint(const struct station_key *key, const struct station_hal *hal,
                             char text[STATION_FINGERPRINT_TEXT]) {
    text[0] = '\0';
    if (key->present) {
        uint8_t digest[32];
        hal->sha256(hal->port, key->bytes, sizeof key->bytes, digest);
        station_text_hex(digest, 4, text);
    }
}

bool station_key_parse(const char *text, uint8_t bytes[STATION_KEY_LENGTH]) {
    return station_text_parse_hex(text, bytes, STATION_KEY_LENGTH);
}
