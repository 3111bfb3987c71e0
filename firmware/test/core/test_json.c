#include "json.h"
#include "rig.h"

static char text[64];

static const char *ended(struct station_json *json) {
    static char copy[65];
    assert_false(json->failed);
    memcpy(copy, json->text, json->length);
    copy[json->length] = '\0';
    return copy;
}

static void test_members_and_arrays(void **state) {
    (void)state;
    struct station_json json = station_json_begin(text, sizeof text);
    station_json_open(&json, NULL, '{');
    station_json_u32(&json, "a", 4294967295U);
    station_json_open(&json, "b", '[');
    station_json_i32(&json, NULL, -5);
    station_json_bool(&json, NULL, true);
    station_json_close(&json, ']');
    station_json_float(&json, "c", 1.5F, 2);
    station_json_address(&json, "d", 0x0A000001);
    station_json_close(&json, '}');
    assert_string_equal(ended(&json),
                        "{\"a\":4294967295,\"b\":[-5,true],\"c\":1.50,\"d\":\"10.0.0.1\"}");
}

static void test_text_is_escaped(void **state) {
    (void)state;
    struct station_json json = station_json_begin(text, sizeof text);
    station_json_text(&json, NULL, "a\"b\\c\nñ");
    assert_string_equal(ended(&json), "\"a\\\"b\\\\c\\u000añ\"");
}

static void test_what_is_no_number_is_null(void **state) {
    (void)state;
    struct station_json json = station_json_begin(text, sizeof text);
    station_json_float(&json, NULL, __builtin_nanf(""), 2);
    assert_string_equal(ended(&json), "null");
}

static void test_what_does_not_fit_fails_for_good(void **state) {
    (void)state;
    struct station_json json = station_json_begin(text, 8);
    station_json_text(&json, NULL, "1234567");
    assert_true(json.failed);
    assert_true(json.length <= 8);
    station_json_bool(&json, NULL, true);
    assert_true(json.failed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members_and_arrays),
        cmocka_unit_test(test_text_is_escaped),
        cmocka_unit_test(test_what_is_no_number_is_null),
        cmocka_unit_test(test_what_does_not_fit_fails_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
