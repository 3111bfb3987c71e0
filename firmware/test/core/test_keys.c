#include "keys.h"
#include "rig.h"

static struct bench bench;

static int start(void **state) {
    (void)state;
    bench_init(&bench, 1);
    return 0;
}

static struct station_key key;

static void assert_weak(const uint8_t *bytes) {
    assert_true(station_key_is_weak(bytes));
}

static void test_a_random_key_is_not_weak(void **state) {
    (void)state;
    assert_false(station_key_is_weak(rig_key));
}

static void test_zero_and_repetitions_are_weak(void **state) {
    (void)state;
    uint8_t bytes[32] = {0};
    assert_weak(bytes);
    for (size_t period = 1; period <= 16; period *= 2) {
        for (size_t i = 0; i < 32; i++) {
            bytes[i] = rig_key[i % period];
        }
        assert_weak(bytes);
    }
}

static void test_counting_up_or_down_is_weak(void **state) {
    (void)state;
    uint8_t bytes[32];
    for (int step = 1; step < 256; step++) {
        for (int i = 0; i < 32; i++) {
            bytes[i] = (uint8_t)(200 + step * i);
        }
        assert_weak(bytes);
    }
}

static void test_few_different_bytes_are_weak(void **state) {
    (void)state;
    uint8_t bytes[32];
    for (size_t values = 11; values <= 12; values++) {
        for (size_t i = 0; i < 32; i++) {
            bytes[i] = rig_key[i < 20 ? i % values : (i * 7) % values];
        }
        assert_int_equal(station_key_is_weak(bytes), values == 11);
    }
}

static void test_text_is_weak(void **state) {
    (void)state;
    assert_weak((const uint8_t *)"The quick brown fox jumps over t");
}

static void test_a_key_is_kept_with_a_new_epoch(void **state) {
    (void)state;
    station_key_load(&key, &bench.hal);
    assert_false(key.present);
    assert_true(station_key_set(&key, &bench.hal, rig_key));
    station_key_load(&key, &bench.hal);
    assert_true(key.present);
    assert_int_equal(key.epoch, 1);
    assert_memory_equal(key.bytes, rig_key, 32);
}

static void test_a_key_that_cannot_be_stored_is_not_taken(void **state) {
    (void)state;
    station_key_load(&key, &bench.hal);
    bench.storage_broken = true;
    assert_false(station_key_set(&key, &bench.hal, rig_key));
    assert_false(key.present);
}

static void test_the_fingerprint_is_four_bytes_of_its_digest(void **state) {
    (void)state;
    char text[STATION_FINGERPRINT_TEXT];
    uint8_t digest[32];
    char expected[12];
    station_key_load(&key, &bench.hal);
    station_key_fingerprint(&key, &bench.hal, text);
    assert_string_equal(text, "");
    assert_true(station_key_set(&key, &bench.hal, rig_key));
    station_key_fingerprint(&key, &bench.hal, text);
    bench.hal.sha256(&bench, rig_key, 32, digest);
    snprintf(expected, sizeof expected, "%02x%02x%02x%02x", digest[0], digest[1], digest[2],
             digest[3]);
    assert_string_equal(text, expected);
}

static void test_only_64_hex_digits_are_a_key(void **state) {
    (void)state;
    uint8_t bytes[32];
    char text[66];
    memset(text, 'a', 65);
    text[64] = '\0';
    assert_true(station_key_parse(text, bytes));
    text[10] = 'g';
    assert_false(station_key_parse(text, bytes));
    text[10] = 'A';
    text[63] = '\0';
    assert_false(station_key_parse(text, bytes));
    text[63] = text[64] = 'a';
    text[65] = '\0';
    assert_false(station_key_parse(text, bytes));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_random_key_is_not_weak, start),
        cmocka_unit_test_setup(test_zero_and_repetitions_are_weak, start),
        cmocka_unit_test_setup(test_counting_up_or_down_is_weak, start),
        cmocka_unit_test_setup(test_few_different_bytes_are_weak, start),
        cmocka_unit_test_setup(test_text_is_weak, start),
        cmocka_unit_test_setup(test_a_key_is_kept_with_a_new_epoch, start),
        cmocka_unit_test_setup(test_a_key_that_cannot_be_stored_is_not_taken, start),
        cmocka_unit_test_setup(test_the_fingerprint_is_four_bytes_of_its_digest, start),
        cmocka_unit_test_setup(test_only_64_hex_digits_are_a_key, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
