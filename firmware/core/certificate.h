// The CA certificate (PEM) that TLS is verified against, in storage and in memory.
#ifndef STATION_CERTIFICATE_H
#define STATION_CERTIFICATE_H

#include "record.h"

enum { STATION_CERTIFICATE_MAX = STATION_RECORD_MAX - STATION_RECORD_FRAME };

struct station_certificate {
    struct station_twin twin;
    size_t length;                      // 0: none
    uint8_t record[STATION_RECORD_MAX]; // the PEM text stands behind STATION_RECORD_HEAD
    // While a new one comes in, `length` is 0 and this counts.
    bool receiving;
    size_t received;
    bool too_long;
    uint64_t heard_ms; // the last line of it on the console
};

const uint8_t *station_certificate_text(const struct station_certificate *certificate);
void station_certificate_load(struct station_certificate *certificate,
                              const struct station_hal *hal);

// A new one in pieces. `finish` stores it if it looks like one; else the former one is back.
void station_certificate_begin(struct station_certificate *certificate);
void station_certificate_append(struct station_certificate *certificate, const void *bytes,
                                size_t length);
bool station_certificate_finish(struct station_certificate *certificate,
                                const struct station_hal *hal);
void station_certificate_cancel(struct station_certificate *certificate,
                                const struct station_hal *hal);
bool station_certificate_erase(struct station_certificate *certificate,
                               const struct station_hal *hal);

#endif
