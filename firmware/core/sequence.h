// Frame numbers: the one counter of what is sent, and the window of what was received. Both belong
// to a key: an epoch is counted up with every new key and resets them.
#ifndef STATION_SEQUENCE_H
#define STATION_SEQUENCE_H

#include "record.h"

enum { STATION_SEQUENCE_BLOCK = 1024 };

struct station_sequence {
    struct station_twin twin;
    uint32_t key_epoch;
    uint32_t next;
    uint32_t reserved; // numbers below are reserved in storage
    bool keeps;        // false: starts at 1 on every boot, as field devices do
};

struct station_window {
    struct station_twin twin;
    uint32_t key_epoch;
    uint32_t highest;
    uint64_t seen; // bit n: highest - n was accepted
};

void station_sequence_load(struct station_sequence *sequence, const struct station_hal *hal,
                           uint32_t key_epoch, bool keeps);

// The next number. False at the end of all numbers. `stored` false: the reservation failed.
bool station_sequence_take(struct station_sequence *sequence, const struct station_hal *hal,
                           uint32_t *number, bool *stored);

void station_window_load(struct station_window *window, const struct station_hal *hal,
                         uint32_t key_epoch);
bool station_window_save(struct station_window *window, const struct station_hal *hal);

// Whether this number was not seen and is not too old.
bool station_window_is_fresh(const struct station_window *window, uint32_t number);
// The same; remembers it when so.
bool station_window_accept(struct station_window *window, uint32_t number);

#endif
