// The frame around every payload: length, sequence, payload, the last 8 bytes of an HMAC-SHA256.
#ifndef STATION_FRAME_H
#define STATION_FRAME_H

#include "hal.h"

enum {
    STATION_FRAME_HEAD = 6,
    STATION_FRAME_TAG = 8,
    STATION_PAYLOAD_MAX = STATION_FRAME_MAX - STATION_FRAME_HEAD - STATION_FRAME_TAG
};

enum station_frame_result {
    STATION_FRAME_OK,
    STATION_FRAME_BARE, // protobuf without a frame
    STATION_FRAME_MALFORMED,
    STATION_FRAME_BAD_TAG
};

struct station_frame {
    uint32_t sequence;
    const uint8_t *payload;
    size_t length;
};

// Frame the payload that stands at `frame + STATION_FRAME_HEAD`; gives the length of the frame.
size_t station_frame_seal(const struct station_hal *hal, const uint8_t key[32], uint32_t sequence,
                          uint8_t *frame, size_t payload_length);

// Take a message apart. `key` NULL: the tag is not checked. Bare protobuf gives its payload too.
enum station_frame_result station_frame_open(const struct station_hal *hal, const uint8_t *key,
                                             const uint8_t *bytes, size_t length,
                                             struct station_frame *frame);

#endif
