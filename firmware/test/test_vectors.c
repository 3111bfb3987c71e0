// The golden vectors, both ways, against the core's own codec and frame.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pb_decode.h>

#include "bench.h"
#include "codec.h"
#include "frame.h"
#include "keys.h"
#include "vectors.h"

enum { VECTOR_COUNT = sizeof VECTORS / sizeof VECTORS[0] };

static struct bench bench;
static uint8_t frame[STATION_FRAME_MAX];

static const struct vector *named(const char *name) {
    for (size_t i = 0; i < VECTOR_COUNT; i++) {
        if (strcmp(VECTORS[i].name, name) == 0) {
            return &VECTORS[i];
        }
    }
    fail_msg("there is no vector %s", name);
    return NULL;
}

static size_t frame_of(const struct vector *vector) {
    long length = bench_parse_hex(vector->frame, frame, sizeof frame);
    assert_true(length > 0);
    return (size_t)length;
}

static enum station_frame_result open_it(size_t length, struct station_frame *opened) {
    return station_frame_open(&bench.hal, VECTORS_KEY, frame, length, opened);
}

static void test_fields_give_exactly_the_frame(void **state) {
    (void)state;
    for (size_t i = 0; i < VECTOR_COUNT; i++) {
        const struct vector *vector = &VECTORS[i];
        uint8_t made[STATION_FRAME_MAX];
        size_t payload = station_codec_encode(vector->fields, vector->message,
                                              made + STATION_FRAME_HEAD, STATION_PAYLOAD_MAX);
        size_t length = station_frame_seal(&bench.hal, VECTORS_KEY, vector->sequence, made, payload);
        print_message("%s\n", vector->name);
        assert_int_equal(length, frame_of(vector));
        assert_memory_equal(made, frame, length);
    }
}

static void test_the_frame_gives_exactly_the_fields(void **state) {
    (void)state;
    static union {
        esg_alarm_CommandEnvelope command;
        esg_alarm_AlarmReceipt receipt;
        esg_alarm_StatusMessage status;
        esg_alarm_CommandResponse response;
        uint8_t bytes[4096];
    } read;
    for (size_t i = 0; i < VECTOR_COUNT; i++) {
        const struct vector *vector = &VECTORS[i];
        struct station_frame opened;
        assert_int_equal(open_it(frame_of(vector), &opened), STATION_FRAME_OK);
        assert_int_equal(opened.sequence, vector->sequence);
        memset(&read, 0, sizeof read);
        print_message("%s\n", vector->name);
        if (strcmp(vector->leaf, "cmd") == 0) {
            assert_true(station_codec_command(opened.payload, opened.length, &read.command));
        } else if (strcmp(vector->leaf, "ack") == 0) {
            assert_true(station_codec_receipt(opened.payload, opened.length, &read.receipt));
        } else {
            pb_istream_t stream = pb_istream_from_buffer(opened.payload, opened.length);
            assert_true(pb_decode(&stream, vector->fields, &read));
        }
        assert_memory_equal(&read, vector->message, vector->size);
    }
}

static void test_one_flipped_bit_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < VECTOR_COUNT; i++) {
        size_t length = frame_of(&VECTORS[i]);
        for (size_t bit = 0; bit < length * 8; bit++) {
            struct station_frame opened;
            frame[bit / 8] ^= (uint8_t)(1U << (bit % 8));
            assert_int_not_equal(open_it(length, &opened), STATION_FRAME_OK);
            frame[bit / 8] ^= (uint8_t)(1U << (bit % 8));
        }
    }
}

static void swap(uint8_t *one, uint8_t *other) {
    uint8_t kept = *one;
    *one = *other;
    *other = kept;
}

static void test_a_little_endian_header_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < VECTOR_COUNT; i++) {
        struct station_frame opened;
        size_t length = frame_of(&VECTORS[i]);
        swap(&frame[0], &frame[1]);
        swap(&frame[2], &frame[5]);
        swap(&frame[3], &frame[4]);
        assert_int_not_equal(open_it(length, &opened), STATION_FRAME_OK);
    }
}

static void test_the_first_bytes_of_the_digest_are_no_tag(void **state) {
    (void)state;
    for (size_t i = 0; i < VECTOR_COUNT; i++) {
        struct station_frame opened;
        uint8_t digest[32];
        size_t length = frame_of(&VECTORS[i]);
        size_t covered = length - STATION_FRAME_TAG;
        bench.hal.hmac_sha256(bench.hal.port, VECTORS_KEY, frame, covered, digest);
        memcpy(frame + covered, digest, STATION_FRAME_TAG);
        assert_int_equal(open_it(length, &opened), STATION_FRAME_BAD_TAG);
    }
}

static void test_the_key_of_the_vectors_is_weak(void **state) {
    (void)state;
    assert_true(station_key_is_weak(VECTORS_KEY));
}

static void test_an_alarm_never_passes_for_a_receipt(void **state) {
    (void)state;
    struct station_frame opened;
    esg_alarm_AlarmReceipt receipt;
    assert_int_equal(open_it(frame_of(named("V3")), &opened), STATION_FRAME_OK);
    assert_false(station_codec_receipt(opened.payload, opened.length, &receipt));
}

static int set_up(void **state) {
    (void)state;
    bench_init(&bench, 1);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_give_exactly_the_frame),
        cmocka_unit_test(test_the_frame_gives_exactly_the_fields),
        cmocka_unit_test(test_one_flipped_bit_is_refused),
        cmocka_unit_test(test_a_little_endian_header_is_refused),
        cmocka_unit_test(test_the_first_bytes_of_the_digest_are_no_tag),
        cmocka_unit_test(test_the_key_of_the_vectors_is_weak),
        cmocka_unit_test(test_an_alarm_never_passes_for_a_receipt),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
