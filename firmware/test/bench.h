// A machine in memory for test programs: storage whose power can be cut at any write, a clock that
// stands still until it is moved, and a record of what the core wanted.
#ifndef STATION_BENCH_H
#define STATION_BENCH_H

#include "unit.h"

enum { BENCH_RECORDS = 144, BENCH_UART_MAX = 8192, BENCH_EDGES_MAX = 4096, BENCH_IMAGE_MAX = 4096, BENCH_LENGTHS = 256 };

// What is left of the write during which the power went.
enum bench_cut {
    BENCH_CUT_OLD,     // nothing of it arrived
    BENCH_CUT_NEW,     // all of it, but nobody was told
    BENCH_CUT_PREFIX,  // its first bytes alone
    BENCH_CUT_OVERLAID // its first bytes over the old record
};

struct bench_record {
    bool there;
    char name[STATION_RECORD_NAME_MAX + 1];
    size_t length;
    uint8_t bytes[STATION_RECORD_MAX];
};

struct bench_edge {
    uint64_t at_ms;
    enum station_output output;
    bool on;
};

struct bench {
    struct station_hal hal;
    uint64_t now_ms; // monotonic
    uint64_t random;

    struct bench_record records[BENCH_RECORDS];
    uint64_t writes;
    uint32_t lengths[BENCH_LENGTHS]; // of the last writes, by their number
    uint64_t cut_at; // number of the write at which the power goes, 0: never
    enum bench_cut cut;
    uint32_t cut_bytes;
    bool dead; // the power is gone: nothing happens any more
    bool storage_broken;

    bool clock_set;
    int64_t clock_offset_ms;

    bool online; // publish works
    void *listener;
    void (*published)(void *listener, enum station_leaf leaf, const uint8_t *bytes, size_t length);

    // wishes of the core, for the program to fulfil and to take back
    bool wants_link;
    uint32_t link_starts;
    bool wants_session;
    bool wants_sync;
    bool wants_reboot;
    bool wants_download;
    char host[STATION_RECORD_NAME_MAX + 48];

    bool outputs[STATION_OUTPUTS];
    uint32_t fan_pct;
    struct bench_edge edges[BENCH_EDGES_MAX];
    size_t edge_count;

    bool sensor_works;
    float celsius, percent;

    struct station_image image;
    bool fresh_image; // boot this one next
    uint8_t update[BENCH_IMAGE_MAX];
    size_t update_length;

    char uart[BENCH_UART_MAX];
    size_t uart_length;
};

// An empty machine whose clock is not set. `seed` makes its random numbers.
void bench_init(struct bench *bench, uint64_t seed);

// The power comes back, or the machine restarts: wishes and outputs are gone, records stay.
void bench_restart(struct bench *bench, bool keeps_clock);

// Empty what was written to the console.
void bench_forget_uart(struct bench *bench);

extern const struct station_board bench_board;

// Hex digits to bytes; gives their number, or -1 for what is no hex or does not fit.
long bench_parse_hex(const char *text, uint8_t *bytes, size_t capacity);

#endif
