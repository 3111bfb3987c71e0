// The unit: what a port calls. The rules behind it are those of the wire protocol.
//
// `now_ms` is a monotonic clock in milliseconds that may start anywhere; it never goes back.
// One unit is driven by one thread. The caller provides the memory (`struct station_unit` is
// complete in context.h, which this file includes) and keeps `hal` and `board` alive.
//
// How a port drives it:
//   station_unit_init -> station_unit_on_input for every input with its present level
//   -> then for ever: station_unit_tick no later than station_unit_next_due says, and the
//   `on_…` functions whenever something happens.
#ifndef STATION_UNIT_H
#define STATION_UNIT_H

#include "hal.h"

struct station_unit;

enum station_reset { STATION_RESET_POWER, STATION_RESET_SOFTWARE, STATION_RESET_FAULT };

// What the board is. `reset` FAULT: brown-out, watchdog or panic.
struct station_board {
    uint8_t mac[6];
    const char *firmware; // version, at most 15 bytes
    const char *sensor;   // "HDC1080"
    bool input_active_high[STATION_INPUTS];
    enum station_reset reset;
};

// How a unit differs from our firmware. Only the posix port offers another one.
struct station_profile {
    bool extensions;        // false: no boot id, no outbox, no stages, sequences restart at boot
    bool signs;             // false: bare protobuf
    bool verifies;          // false: takes whatever comes
    bool answers_on_resp;   // leaf `resp` instead of `response`
    bool cuts_json;         // cut at `payload_max` instead of error 500
    bool reads_config;      // knows NTP, BLE and config read
    bool plain_http_update; // takes OTA images over http
    uint16_t payload_max;   // at most 512
    uint16_t heartbeat_s;   // at the factory
};

extern const struct station_profile station_our_firmware;
extern const struct station_profile station_field_device;          // signed, leaf resp
extern const struct station_profile station_unsigned_field_device; // bare, leaf response

// Boot. `profile` NULL: our firmware. Reads storage, starts the link if commissioned.
void station_unit_init(struct station_unit *unit, const struct station_hal *hal,
                       const struct station_board *board, const struct station_profile *profile,
                       uint64_t now_ms);

// Do what is due.
void station_unit_tick(struct station_unit *unit, uint64_t now_ms);

// When `tick` should be called next at the latest; never more than 1000 ms ahead.
uint64_t station_unit_next_due(const struct station_unit *unit, uint64_t now_ms);

// A pin has this raw level (true = high). Repeating a level does no harm.
void station_unit_on_input(struct station_unit *unit, enum station_input input, bool level,
                           uint64_t now_ms);

// The link has an address, or lost it.
void station_unit_on_link(struct station_unit *unit, bool up, uint64_t now_ms);

// The session is open and cmd and ack are subscribed.
void station_unit_on_connected(struct station_unit *unit, uint64_t now_ms);

// The session ended, or the attempt failed.
void station_unit_on_disconnected(struct station_unit *unit, uint64_t now_ms);

// A message on cmd or ack. `retained` ones are refused.
void station_unit_on_message(struct station_unit *unit, enum station_leaf leaf,
                             const uint8_t *bytes, size_t length, bool retained, uint64_t now_ms);

// SNTP has set the clock.
void station_unit_on_time_synced(struct station_unit *unit, uint64_t now_ms);

void station_unit_on_download(struct station_unit *unit, const uint8_t *bytes, size_t length,
                              uint64_t now_ms);
void station_unit_on_download_end(struct station_unit *unit, enum station_download_result result,
                                  uint64_t now_ms);

// A line of the serial console without its line end. Answers go to `uart_write`.
void station_unit_at_line(struct station_unit *unit, const char *line, uint64_t now_ms);

// "hb", "login" … for the last level of a topic.
const char *station_leaf_name(enum station_leaf leaf);

#include "context.h"

#endif
