#include "update.h"

#include <string.h>

#include "text.h"
#include "unit.h"

static bool begins_with(const char *text, const char *head) {
    return strncmp(text, head, strlen(head)) == 0;
}

bool station_update_is_busy(const struct station_unit *unit) {
    enum station_update_state state = unit->update.state;
    return state >= STATION_UPDATE_CONNECTING && state <= STATION_UPDATE_COMPLETING;
}

const char *station_update_state_name(enum station_update_state state) {
    static const char *const names[] = {"idle",     "connecting", "downloading", "verifying",
                                        "flashing", "completing", "success",     "error"};
    return names[state];
}

uint32_t station_update_check(const struct station_unit *unit, const char *url, const char *md5,
                              uint32_t size, const char **problem) {
    uint8_t digest[16];
    bool is_https = begins_with(url, "https://");
    if (station_update_is_busy(unit) || unit->restart.reboot_ms != 0) {
        *problem = "an update or a restart is under way";
        return 5;
    }
    if (!is_https && !(unit->profile->plain_http_update && begins_with(url, "http://"))) {
        *problem = "url is not https";
        return 3;
    }
    if (is_https && unit->certificate.length == 0) {
        *problem = "there is no CA certificate";
        return 9;
    }
    if (md5 != NULL && (!station_text_parse_hex(md5, digest, sizeof digest) || size == 0 ||
                        size > STATION_IMAGE_MAX)) {
        *problem = "md5 or size is not allowed";
        return 10;
    }
    if (unit->image_unvalidated) {
        *problem = "the running image is not validated";
        return 9;
    }
    return 0;
}

static bool start_download(struct station_unit *unit, const char *url) {
    bool is_https = begins_with(url, "https://");
    const uint8_t *ca = is_https ? station_certificate_text(&unit->certificate) : NULL;
    unit->update.started_ms = unit->now_ms;
    unit->update.heard_ms = unit->now_ms;
    return unit->hal->download_start(unit->hal->port, url, ca,
                                     is_https ? unit->certificate.length : 0);
}

uint32_t station_update_start(struct station_unit *unit, const char *url, const char *md5,
                              uint32_t size, const char *request_id, const char **problem) {
    struct station_update *update = &unit->update;
    uint32_t error = station_update_check(unit, url, md5, size, problem);
    if (error != 0) {
        return error;
    }
    *update = (struct station_update){
        .state = STATION_UPDATE_CONNECTING, .has_md5 = md5 != NULL, .size = size, .error = ""};
    station_text_copy(update->request_id, sizeof update->request_id, request_id);
    if (md5 != NULL) {
        (void)station_text_parse_hex(md5, update->md5, sizeof update->md5);
    }
    if (!unit->hal->ota_begin(unit->hal->port, size)) {
        *problem = "there is no partition for the image";
        error = 6;
    } else if (!start_download(unit, url)) {
        unit->hal->ota_abort(unit->hal->port);
        *problem = "connection failed";
        error = 8;
    }
    if (error != 0) {
        update->state = STATION_UPDATE_ERROR;
        update->error = *problem;
        return error;
    }
    station_journal_add(unit, STATION_LOG_INFO, "update started, %lu bytes", (unsigned long)size);
    return 0;
}

bool station_update_fetch_certificate(struct station_unit *unit, const char *url) {
    if (station_update_is_busy(unit) ||
        !(begins_with(url, "https://") || begins_with(url, "http://"))) {
        return false;
    }
    // Verified against the present CA where there is one; the first one comes as it comes.
    bool verified = begins_with(url, "https://") && unit->certificate.length > 0;
    if (begins_with(url, "https://") && !verified) {
        return false;
    }
    unit->update = (struct station_update){
        .state = STATION_UPDATE_CONNECTING, .for_certificate = true, .error = ""};
    if (!start_download(unit, url)) {
        unit->update.state = STATION_UPDATE_ERROR;
        return false;
    }
    station_certificate_begin(&unit->certificate);
    return true;
}

bool station_update_validate(struct station_unit *unit) {
    if (unit->image_unvalidated && !unit->hal->ota_mark_valid(unit->hal->port)) {
        return false;
    }
    unit->image_unvalidated = false;
    return true;
}

static void finish(struct station_unit *unit, uint32_t error, const char *message) {
    struct station_update *update = &unit->update;
    update->state = error == 0 ? STATION_UPDATE_SUCCESS : STATION_UPDATE_ERROR;
    update->error = error == 0 ? "" : message;
    station_journal_add(unit, error == 0 ? STATION_LOG_INFO : STATION_LOG_ERROR, "update: %s",
                        message);
    if (update->request_id[0] != '\0') {
        station_commands_conclude(unit, update->request_id, STATION_DEBT_UPDATE, error, message);
    }
    if (error == 0) {
        station_restart_plan(unit, 0);
    }
}

static void give_up(struct station_unit *unit, uint32_t error, const char *message) {
    if (unit->update.for_certificate) {
        station_certificate_cancel(&unit->certificate, unit->hal);
    } else {
        unit->hal->ota_abort(unit->hal->port);
    }
    finish(unit, error, message);
}

void station_update_abort(struct station_unit *unit) {
    if (station_update_is_busy(unit)) {
        unit->hal->download_stop(unit->hal->port);
        give_up(unit, 6, "aborted");
    }
}

void station_update_data(struct station_unit *unit, const uint8_t *bytes, size_t length) {
    struct station_update *update = &unit->update;
    if (!station_update_is_busy(unit)) {
        return;
    }
    update->state = STATION_UPDATE_DOWNLOADING;
    update->heard_ms = unit->now_ms;
    if (update->for_certificate) {
        station_certificate_append(&unit->certificate, bytes, length);
        return;
    }
    uint32_t limit = update->size != 0 ? update->size : STATION_IMAGE_MAX;
    if (length > limit - update->received) {
        unit->hal->download_stop(unit->hal->port);
        give_up(unit, 10, "the image is longer than announced");
        return;
    }
    update->received += (uint32_t)length;
    if (!unit->hal->ota_write(unit->hal->port, bytes, length)) {
        unit->hal->download_stop(unit->hal->port);
        give_up(unit, 6, "writing the image failed");
    }
}

static void verify(struct station_unit *unit) {
    struct station_update *update = &unit->update;
    uint8_t md5[16] = {0};
    update->state = STATION_UPDATE_VERIFYING;
    if (update->received == 0 || (update->size != 0 && update->received != update->size)) {
        give_up(unit, 10, "the size differs");
    } else if (!unit->hal->ota_finish(unit->hal->port, md5)) {
        give_up(unit, 6, "the image is not valid");
    } else if (update->has_md5 && memcmp(md5, update->md5, sizeof md5) != 0) {
        give_up(unit, 10, "the md5 differs");
    } else if (!unit->hal->ota_activate(unit->hal->port)) {
        give_up(unit, 6, "the boot partition could not be set");
    } else {
        finish(unit, 0, "image verified, restarting");
    }
}

void station_update_end(struct station_unit *unit, enum station_download_result result) {
    struct station_update *update = &unit->update;
    if (!station_update_is_busy(unit)) {
        return;
    }
    if (result != STATION_DOWNLOAD_OK) {
        give_up(unit, 8,
                result == STATION_DOWNLOAD_REFUSED ? "connection failed" : "connection lost");
    } else if (!update->for_certificate) {
        verify(unit);
    } else {
        bool stored = station_certificate_finish(&unit->certificate, unit->hal);
        update->state = stored ? STATION_UPDATE_IDLE : STATION_UPDATE_ERROR;
        update->error = stored ? "" : "no certificate";
    }
}

static bool image_is_given_up(const struct station_unit *unit) {
    uint64_t up = unit->now_ms - unit->booted_ms;
    uint64_t offline =
        station_connection_is_open(unit) ? 0 : unit->now_ms - unit->connection.offline_since_ms;
    return unit->image_unvalidated &&
           (offline >= STATION_UNVALIDATED_OFFLINE_MS || up >= STATION_UNVALIDATED_MS);
}

void station_update_step(struct station_unit *unit) {
    if (station_update_is_busy(unit) &&
        unit->now_ms - unit->update.heard_ms >= STATION_STALLED_MS) {
        unit->hal->download_stop(unit->hal->port);
        give_up(unit, 8, "connection lost");
    }
    if (image_is_given_up(unit)) { // the boot loader takes the previous image
        station_restart_now(unit, "the new image was not validated");
    }
}

uint64_t station_update_next_due(const struct station_unit *unit) {
    return station_update_is_busy(unit) ? unit->update.heard_ms + STATION_STALLED_MS : UINT64_MAX;
}
