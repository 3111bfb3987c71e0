// Whatever arrives is taken apart without harm, and what passes the tag is a frame we would write.
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "codec.h"
#include "frame.h"

static const uint8_t KEY[32] = {9, 1, 7};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void take_apart(const struct bench *bench, const uint8_t *key, const uint8_t *bytes,
                       size_t length) {
    struct station_frame frame;
    esg_alarm_AlarmReceipt receipt;
    static esg_alarm_CommandEnvelope envelope;
    enum station_frame_result result =
        station_frame_open(&bench->hal, key, bytes, length, &frame);
    if (result != STATION_FRAME_OK && result != STATION_FRAME_BARE) {
        return;
    }
    if (result == STATION_FRAME_OK && key != NULL) {
        uint8_t again[2048 + 16];
        memcpy(again + STATION_FRAME_HEAD, frame.payload, frame.length);
        size_t sealed =
            station_frame_seal(&bench->hal, key, frame.sequence, again, frame.length);
        if (sealed != length || memcmp(again, bytes, length) != 0) {
            abort();
        }
    }
    (void)station_codec_command(frame.payload, frame.length, &envelope);
    if (station_codec_receipt(frame.payload, frame.length, &receipt) &&
        receipt.committed_at < STATION_CLOCK_SET_FROM) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static struct bench bench;
    if (bench.hal.port == NULL) {
        bench_init(&bench, 1);
    }
    uint8_t *exactly = malloc(length == 0 ? 1 : length); // so that one byte too far is seen
    if (exactly == NULL) {
        return 0;
    }
    memcpy(exactly, bytes, length);
    take_apart(&bench, NULL, exactly, length);
    take_apart(&bench, KEY, exactly, length);
    if (length > STATION_FRAME_HEAD + STATION_FRAME_TAG) { // and once with a sound tag
        uint8_t digest[32];
        size_t covered = length - STATION_FRAME_TAG;
        bench.hal.hmac_sha256(&bench, KEY, exactly, covered, digest);
        memcpy(exactly + covered, digest + sizeof digest - STATION_FRAME_TAG, STATION_FRAME_TAG);
        take_apart(&bench, KEY, exactly, length);
    }
    free(exactly);
    return 0;
}
