// Updates: what is accepted, verified and switched to, and when a new image that nobody has
// validated is given up. The port moves the bytes.
#ifndef STATION_UPDATE_H
#define STATION_UPDATE_H

#include "answers.h"
#include "hal.h"

struct station_unit;

enum {
    STATION_IMAGE_MAX = 10 * 1024 * 1024,
    STATION_STALLED_MS = 60000,
    STATION_UNVALIDATED_OFFLINE_MS = 15 * 60 * 1000,
    STATION_UNVALIDATED_MS = 24 * 60 * 60 * 1000
};

enum station_update_state {
    STATION_UPDATE_IDLE,
    STATION_UPDATE_CONNECTING,
    STATION_UPDATE_DOWNLOADING,
    STATION_UPDATE_VERIFYING,
    STATION_UPDATE_FLASHING,
    STATION_UPDATE_COMPLETING,
    STATION_UPDATE_SUCCESS,
    STATION_UPDATE_ERROR
};

struct station_update {
    enum station_update_state state;
    bool for_certificate; // the download is a CA certificate
    bool has_md5;         // the console gives none
    uint8_t md5[16];
    uint32_t size, received; // size 0: not known
    uint64_t started_ms, heard_ms;
    char request_id[STATION_REQUEST_ID]; // "" from the console
    const char *error;                   // static text, "" for none
};

// An error code of the protocol, 0 when the update has begun. `problem` says why not. `md5` NULL
// and size 0: not given (console).
uint32_t station_update_check(const struct station_unit *unit, const char *url, const char *md5,
                              uint32_t size, const char **problem);
uint32_t station_update_start(struct station_unit *unit, const char *url, const char *md5,
                              uint32_t size, const char *request_id, const char **problem);
bool station_update_fetch_certificate(struct station_unit *unit, const char *url);
// Keep the running image. False when it cannot be marked.
bool station_update_validate(struct station_unit *unit);
bool station_update_is_busy(const struct station_unit *unit);
void station_update_abort(struct station_unit *unit);

void station_update_data(struct station_unit *unit, const uint8_t *bytes, size_t length);
void station_update_end(struct station_unit *unit, enum station_download_result result);

const char *station_update_state_name(enum station_update_state state);

// Give up a stalled download, or an image that nobody validates.
void station_update_step(struct station_unit *unit);
uint64_t station_update_next_due(const struct station_unit *unit);

#endif
