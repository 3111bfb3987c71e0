// Numbers, frames and publishes what the unit says.
#ifndef STATION_UPLINK_H
#define STATION_UPLINK_H

#include "codec.h"
#include "frame.h"

struct station_unit;

struct station_letter {
    uint32_t sequence; // 0: there are no numbers left
    size_t length;
    const uint8_t *bytes; // what is to be sent: the frame, or the bare payload
    uint8_t frame[STATION_FRAME_MAX];
};

bool station_uplink_is_open(const struct station_unit *unit);

// Give a letter its number.
bool station_uplink_begin(struct station_unit *unit, struct station_letter *letter);

// Put a message, or an encoded payload, into a numbered letter.
bool station_uplink_write(struct station_unit *unit, struct station_letter *letter,
                          const pb_msgdesc_t *fields, const void *message);
bool station_uplink_enclose(struct station_unit *unit, struct station_letter *letter,
                            const uint8_t *payload, size_t length);

bool station_uplink_publish(struct station_unit *unit, enum station_leaf leaf,
                            const struct station_letter *letter, int qos);

// All of it. False when there is no session, or it could not be queued.
bool station_uplink_send(struct station_unit *unit, enum station_leaf leaf,
                         const pb_msgdesc_t *fields, const void *message, int qos);

#endif
