#include "uplink.h"

#include <string.h>

#include "unit.h"

bool station_uplink_is_open(const struct station_unit *unit) {
    return unit->connection.phase == STATION_ONLINE;
}

bool station_uplink_begin(struct station_unit *unit, struct station_letter *letter) {
    bool stored = true;
    letter->sequence = 0;
    letter->length = 0;
    if (!station_sequence_take(&unit->sequence, unit->hal, &letter->sequence, &stored)) {
        return false;
    }
    if (!stored) {
        unit->storage_failed = true;
    }
    return true;
}

static bool seal(struct station_unit *unit, struct station_letter *letter, size_t length) {
    if (length == 0) {
        return false;
    }
    if (unit->settings.local.signs && unit->profile->signs && unit->key.present) {
        letter->length =
            station_frame_seal(unit->hal, unit->key.bytes, letter->sequence, letter->frame, length);
        letter->bytes = letter->frame;
    } else {
        letter->length = length;
        letter->bytes = letter->frame + STATION_FRAME_HEAD;
    }
    return true;
}

bool station_uplink_write(struct station_unit *unit, struct station_letter *letter,
                          const pb_msgdesc_t *fields, const void *message) {
    size_t length = station_codec_encode(fields, message, letter->frame + STATION_FRAME_HEAD,
                                         STATION_PAYLOAD_MAX);
    return seal(unit, letter, length);
}

bool station_uplink_enclose(struct station_unit *unit, struct station_letter *letter,
                            const uint8_t *payload, size_t length) {
    if (length > STATION_PAYLOAD_MAX) {
        return false;
    }
    memcpy(letter->frame + STATION_FRAME_HEAD, payload, length);
    return seal(unit, letter, length);
}

bool station_uplink_publish(struct station_unit *unit, enum station_leaf leaf,
                            const struct station_letter *letter, int qos) {
    return station_uplink_is_open(unit) && letter->length > 0 &&
           unit->hal->publish(unit->hal->port, leaf, letter->bytes, letter->length, qos);
}

bool station_uplink_send(struct station_unit *unit, enum station_leaf leaf,
                         const pb_msgdesc_t *fields, const void *message, int qos) {
    struct station_letter letter;
    return station_uplink_is_open(unit) && station_uplink_begin(unit, &letter) &&
           station_uplink_write(unit, &letter, fields, message) &&
           station_uplink_publish(unit, leaf, &letter, qos);
}
