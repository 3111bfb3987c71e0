#include "rig.h"

static struct bench bench;

static int start(void **state) {
    (void)state;
    bench_init(&bench, 1);
    return 0;
}

static uint8_t frame[STATION_FRAME_MAX];
static struct station_frame opened;

static size_t seal_text(const char *text) {
    memcpy(frame + STATION_FRAME_HEAD, text, strlen(text));
    return station_frame_seal(&bench.hal, rig_key, 0x01020304, frame, strlen(text));
}

static void test_a_sealed_frame_opens_to_what_was_put_in(void **state) {
    (void)state;
    size_t length = seal_text("\x08hello");
    assert_int_equal(length, 6 + STATION_FRAME_HEAD + STATION_FRAME_TAG);
    assert_int_equal(station_frame_open(&bench.hal, rig_key, frame, length, &opened),
                     STATION_FRAME_OK);
    assert_int_equal(opened.sequence, 0x01020304);
    assert_int_equal(opened.length, 6);
    assert_memory_equal(opened.payload, "\x08hello", 6);
}

static void test_every_flipped_bit_is_found(void **state) {
    (void)state;
    size_t length = seal_text("\x08hello");
    for (size_t bit = 0; bit < 8 * length; bit++) {
        frame[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_not_equal(station_frame_open(&bench.hal, rig_key, frame, length, &opened),
                             STATION_FRAME_OK);
        frame[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

static void test_no_prefix_of_a_frame_is_a_frame(void **state) {
    (void)state;
    size_t length = seal_text("\x08hello");
    for (size_t cut = 0; cut < length; cut++) {
        assert_int_equal(station_frame_open(&bench.hal, rig_key, frame, cut, &opened),
                         STATION_FRAME_MALFORMED);
    }
}

static void test_a_frame_without_payload_is_malformed(void **state) {
    (void)state;
    size_t length = station_frame_seal(&bench.hal, rig_key, 1, frame, 0);
    assert_int_equal(station_frame_open(&bench.hal, rig_key, frame, length, &opened),
                     STATION_FRAME_MALFORMED);
}

static void test_bare_protobuf_is_told_apart(void **state) {
    (void)state;
    static const uint8_t bare[] = {0x08, 0x01};
    assert_int_equal(station_frame_open(&bench.hal, rig_key, bare, 2, &opened), STATION_FRAME_BARE);
    assert_int_equal(opened.length, 2);
}

static void test_the_first_digest_bytes_are_no_tag(void **state) {
    (void)state;
    uint8_t digest[32];
    size_t length = seal_text("\x08hello");
    bench.hal.hmac_sha256(&bench, rig_key, frame, length - STATION_FRAME_TAG, digest);
    memcpy(frame + length - STATION_FRAME_TAG, digest, STATION_FRAME_TAG);
    assert_int_equal(station_frame_open(&bench.hal, rig_key, frame, length, &opened),
                     STATION_FRAME_BAD_TAG);
}

static void test_a_full_tag_and_a_little_endian_header_are_refused(void **state) {
    (void)state;
    size_t length = seal_text("\x08hello");
    bench.hal.hmac_sha256(&bench, rig_key, frame, length - STATION_FRAME_TAG,
                          frame + length - STATION_FRAME_TAG);
    assert_int_equal(station_frame_open(&bench.hal, rig_key, frame, length + 24, &opened),
                     STATION_FRAME_MALFORMED);
    frame[0] = 6;
    frame[1] = 0;
    assert_int_equal(station_frame_open(&bench.hal, rig_key, frame, length, &opened),
                     STATION_FRAME_MALFORMED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_sealed_frame_opens_to_what_was_put_in, start),
        cmocka_unit_test_setup(test_every_flipped_bit_is_found, start),
        cmocka_unit_test_setup(test_no_prefix_of_a_frame_is_a_frame, start),
        cmocka_unit_test_setup(test_a_frame_without_payload_is_malformed, start),
        cmocka_unit_test_setup(test_bare_protobuf_is_told_apart, start),
        cmocka_unit_test_setup(test_the_first_digest_bytes_are_no_tag, start),
        cmocka_unit_test_setup(test_a_full_tag_and_a_little_endian_header_are_refused, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
