#include "frame.h"

static void put_u16(uint8_t *to, uint32_t value) {
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static uint32_t get_u16(const uint8_t *from) {
    return (uint32_t)from[0] << 8 | from[1];
}

static void put_tag(const struct station_hal *hal, const uint8_t key[32], const uint8_t *bytes,
                    size_t length, uint8_t tag[STATION_FRAME_TAG]) {
    uint8_t digest[32];
    hal->hmac_sha256(hal->port, key, bytes, length, digest);
    for (int i = 0; i < STATION_FRAME_TAG; i++) {
        tag[i] = digest[32 - STATION_FRAME_TAG + i];
    }
}

// Takes the same time whatever differs.
static bool same_tag(const uint8_t *one, const uint8_t *other) {
    uint32_t difference = 0;
    for (int i = 0; i < STATION_FRAME_TAG; i++) {
        difference |= (uint32_t)(one[i] ^ other[i]);
    }
    return difference == 0;
}

size_t station_frame_seal(const struct station_hal *hal, const uint8_t key[32], uint32_t sequence,
                          uint8_t *frame, size_t payload_length) {
    put_u16(frame, (uint32_t)payload_length);
    put_u16(frame + 2, sequence >> 16);
    put_u16(frame + 4, sequence & 0xFFFFU);
    size_t signed_length = STATION_FRAME_HEAD + payload_length;
    put_tag(hal, key, frame, signed_length, frame + signed_length);
    return signed_length + STATION_FRAME_TAG;
}

enum station_frame_result station_frame_open(const struct station_hal *hal, const uint8_t *key,
                                             const uint8_t *bytes, size_t length,
                                             struct station_frame *frame) {
    *frame = (struct station_frame){0, bytes, length};
    if (length == 0) {
        return STATION_FRAME_MALFORMED;
    }
    if (bytes[0] >= 0x08) { // no payload is 2048 bytes long, and no protobuf begins below 0x08
        return STATION_FRAME_BARE;
    }
    if (length <= STATION_FRAME_HEAD + STATION_FRAME_TAG) {
        return STATION_FRAME_MALFORMED;
    }
    size_t payload_length = get_u16(bytes);
    size_t signed_length = STATION_FRAME_HEAD + payload_length;
    if (payload_length == 0 || signed_length + STATION_FRAME_TAG != length) {
        return STATION_FRAME_MALFORMED;
    }
    if (key != NULL) {
        uint8_t tag[STATION_FRAME_TAG];
        put_tag(hal, key, bytes, signed_length, tag);
        if (!same_tag(tag, bytes + signed_length)) {
            return STATION_FRAME_BAD_TAG;
        }
    }
    frame->sequence = get_u16(bytes + 2) << 16 | get_u16(bytes + 4);
    frame->payload = bytes + STATION_FRAME_HEAD;
    frame->length = payload_length;
    return STATION_FRAME_OK;
}
