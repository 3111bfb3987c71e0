// AT: updates. An abort exists here only.
#include "at.h"

#include "unit.h"

static struct station_image image_of(struct station_unit *unit) {
    struct station_image image = {.validated = true};
    unit->hal->image(unit->hal->port, &image);
    return image;
}

static bool start(struct station_unit *unit, const char *value) {
    const char *problem = "";
    if (station_update_start(unit, value, NULL, 0, "", &problem) != 0) {
        station_at_print(unit, "%s", problem);
        return false;
    }
    return true;
}

static bool show_status(struct station_unit *unit, const char *value) {
    const struct station_update *update = &unit->update;
    (void)value;
    station_at_print(unit, "OTASTATUS: %s, %lu of %lu bytes %s",
                     station_update_state_name(update->state), (unsigned long)update->received,
                     (unsigned long)update->size, update->error != NULL ? update->error : "");
    return true;
}

static bool abort_update(struct station_unit *unit, const char *value) {
    (void)value;
    if (!station_update_is_busy(unit)) {
        return false;
    }
    station_update_abort(unit);
    return true;
}

static bool show_info(struct station_unit *unit, const char *value) {
    struct station_image image = image_of(unit);
    (void)value;
    station_at_print(unit, "OTAINFO: %s, partition %lu, %s, previous %s", unit->board->firmware,
                     (unsigned long)image.partition,
                     image.validated ? "validated" : "not validated", image.previous);
    return true;
}

static bool validate(struct station_unit *unit, const char *value) {
    (void)value;
    return station_update_validate(unit);
}

static bool roll_back(struct station_unit *unit, const char *value) {
    (void)value;
    if (!image_of(unit).can_roll_back || station_update_is_busy(unit) ||
        !unit->hal->ota_roll_back(unit->hal->port)) {
        return false;
    }
    station_restart_plan(unit, 0);
    return true;
}

static const struct station_at_command commands[] = {
    {"OTASTART", STATION_AT_SET, start},          {"OTASTATUS", STATION_AT_PLAIN, show_status},
    {"OTAABORT", STATION_AT_PLAIN, abort_update}, {"OTAINFO", STATION_AT_PLAIN, show_info},
    {"OTAVALIDATE", STATION_AT_PLAIN, validate},  {"OTAROLLBACK", STATION_AT_PLAIN, roll_back},
};

const struct station_at_area station_at_update = {commands, sizeof commands / sizeof commands[0]};
