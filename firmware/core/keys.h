// The message key of the unit: how it is kept, what makes one weak, and how it is named. It is
// never printed; its fingerprint is.
#ifndef STATION_KEYS_H
#define STATION_KEYS_H

#include "record.h"

enum { STATION_KEY_LENGTH = 32, STATION_FINGERPRINT_TEXT = 9 };

struct station_key {
    struct station_twin twin;
    bool present;
    bool weak;
    uint32_t epoch; // +1 with every new key
    uint8_t bytes[STATION_KEY_LENGTH];
};

void station_key_load(struct station_key *key, const struct station_hal *hal);

// Store a new key, with a new epoch. False when storage fails; then the former one stays.
bool station_key_set(struct station_key *key, const struct station_hal *hal,
                     const uint8_t bytes[STATION_KEY_LENGTH]);

bool station_key_is_weak(const uint8_t bytes[STATION_KEY_LENGTH]);

// First 4 bytes of SHA-256(key) in hex; "" without a key.
void station_key_fingerprint(const struct station_key *key, const struct station_hal *hal,
                             char text[STATION_FINGERPRINT_TEXT]);

// 64 hex digits; false for anything else.
bool station_key_parse(const char *text, uint8_t bytes[STATION_KEY_LENGTH]);

#endif
