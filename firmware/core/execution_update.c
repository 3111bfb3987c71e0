// Updates by command.
#include "execution.h"
#include "unit.h"

static const char *partition_name(uint32_t partition) {
    static const char *const names[] = {"factory", "ota_0", "ota_1"};
    return names[partition <= 2 ? partition : 0];
}

static uint32_t other_partition(uint32_t partition) {
    return partition == 1 ? 2 : 1;
}

static struct station_image image_of(struct station_unit *unit) {
    struct station_image image = {.validated = true};
    unit->hal->image(unit->hal->port, &image);
    return image;
}

// There is no catalogue of images to ask: what runs is the latest this unit knows of.
static void tell_check(struct station_unit *unit, const esg_alarm_OTACommand *command,
                       struct station_json *json) {
    station_json_open(json, NULL, '{');
    station_json_bool(json, "update_available", false);
    station_json_text(json, "current", unit->board->firmware);
    station_json_text(json, "latest", unit->board->firmware);
    station_json_u32(json, "size", command->size);
    station_json_text(json, "url", command->url);
    station_json_text(json, "md5", command->md5);
    station_json_text(json, "changelog", "");
    station_json_close(json, '}');
}

static void start(struct station_unit *unit, const char *request_id,
                  const esg_alarm_OTACommand *command, struct station_outcome *outcome) {
    const char *problem = "";
    uint32_t error =
        station_update_check(unit, command->url, command->md5, command->size, &problem);
    if (error == 0) {
        if (!station_commands_commit(unit, request_id, outcome, STATION_DEBT_UPDATE,
                                     "update started")) {
            return;
        }
        error = station_update_start(unit, command->url, command->md5, command->size, request_id,
                                     &problem);
    }
    if (error != 0) {
        station_outcome_fail(outcome, error, problem);
        return;
    }
    station_outcome_say(outcome, "update started");
    outcome->later = true;
    outcome->concludes = true;
}

static void validate(struct station_unit *unit, struct station_outcome *outcome) {
    struct station_image image = image_of(unit);
    bool is_first_boot = unit->image_unvalidated;
    if (!station_update_validate(unit)) {
        station_outcome_fail(outcome, 11, "marking the image valid failed");
        return;
    }
    struct station_json *json = &outcome->json;
    station_json_open(json, NULL, '{');
    station_json_bool(json, "validated", true);
    station_json_bool(json, "first_boot", is_first_boot);
    station_json_text(json, "version", unit->board->firmware);
    station_json_text(json, "partition", partition_name(image.partition));
    station_json_text(json, "next_ota", partition_name(other_partition(image.partition)));
    station_json_close(json, '}');
}

static void roll_back(struct station_unit *unit, const char *request_id,
                      struct station_outcome *outcome) {
    struct station_image image = image_of(unit);
    if (!image.can_roll_back) {
        station_outcome_fail(outcome, 9, "there is no previous image");
        return;
    }
    if (station_update_is_busy(unit) || unit->restart.reboot_ms != 0) {
        station_outcome_fail(outcome, 5, "an update or a restart is under way");
        return;
    }
    if (!station_commands_commit(unit, request_id, outcome, STATION_DEBT_ROLLBACK, "accepted")) {
        return;
    }
    if (!unit->hal->ota_roll_back(unit->hal->port)) {
        station_outcome_fail(outcome, 6, "the boot partition could not be set");
        return;
    }
    struct station_json *json = &outcome->json;
    station_json_open(json, NULL, '{');
    station_json_bool(json, "success", true);
    station_json_text(json, "rolled_back_to", partition_name(other_partition(image.partition)));
    station_json_text(json, "version", image.previous);
    station_json_close(json, '}');
    station_outcome_say(outcome, "rolling back");
    station_restart_plan(unit, 0);
}

static void tell_progress(struct station_unit *unit, struct station_json *json) {
    const struct station_update *update = &unit->update;
    bool busy = station_update_is_busy(unit) && !update->for_certificate;
    uint64_t ms = busy ? unit->now_ms - update->started_ms : 0;
    uint64_t speed = ms > 0 ? (uint64_t)update->received * 1000 / ms : 0; // bytes per second
    uint64_t left = update->size > update->received ? update->size - update->received : 0;
    uint64_t progress = update->size != 0 ? (uint64_t)update->received * 100 / update->size : 0;
    station_json_open(json, NULL, '{');
    station_json_text(json, "state", station_update_state_name(update->state));
    station_json_bool(json, "in_progress", busy);
    station_json_u32(json, "progress", (uint32_t)progress);
    station_json_u32(json, "downloaded", update->received);
    station_json_u32(json, "total", update->size);
    station_json_u32(json, "speed_kbps", (uint32_t)(speed * 8 / 1000));
    station_json_u32(json, "eta_seconds", busy && speed > 0 ? (uint32_t)(left / speed) : 0);
    station_json_text(json, "version", unit->board->firmware);
    station_json_text(json, "partition", partition_name(image_of(unit).partition));
    station_json_text(json, "error", update->error != NULL ? update->error : "");
    station_json_close(json, '}');
}

void station_execution_update(struct station_unit *unit, const char *request_id,
                              const esg_alarm_OTACommand *command,
                              struct station_outcome *outcome) {
    switch (command->action) {
    case esg_alarm_OTAAction_OTA_CHECK_UPDATE:
        tell_check(unit, command, &outcome->json);
        break;
    case esg_alarm_OTAAction_OTA_START_UPDATE:
        start(unit, request_id, command, outcome);
        break;
    case esg_alarm_OTAAction_OTA_VALIDATE:
        validate(unit, outcome);
        break;
    case esg_alarm_OTAAction_OTA_ROLLBACK:
        roll_back(unit, request_id, outcome);
        break;
    case esg_alarm_OTAAction_OTA_GET_STATUS:
        tell_progress(unit, &outcome->json);
        break;
    default:
        station_outcome_fail(outcome, 7, "unknown command");
        break;
    }
}
