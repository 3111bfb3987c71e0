#include "rig.h"
#include "text.h"

static void test_addresses_go_both_ways(void **state) {
    (void)state;
    char text[STATION_ADDRESS_TEXT];
    uint32_t address = 0;
    station_text_address(0xC0000207, text);
    assert_string_equal(text, "192.0.2.7");
    station_text_address(0, text);
    assert_string_equal(text, "");
    assert_true(station_text_parse_address("255.255.255.0", &address));
    assert_int_equal(address, 0xFFFFFF00);
    static const char *const wrong[] = {"",       "1.2.3",   "1.2.3.4.5", "256.1.1.1",
                                        "1..2.3", "a.b.c.d", "1.2.3.4 ",  "0001.2.3.4"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(station_text_parse_address(wrong[i], &address));
    }
}

static void test_numbers_have_their_limits(void **state) {
    (void)state;
    uint32_t number = 0;
    int32_t sign = 0;
    assert_true(station_text_parse_u32("4294967295", &number));
    assert_false(station_text_parse_u32("4294967296", &number));
    assert_false(station_text_parse_u32("-1", &number));
    assert_false(station_text_parse_u32("", &number));
    assert_false(station_text_parse_u32("1 ", &number));
    assert_true(station_text_parse_i32("-43200", &sign));
    assert_int_equal(sign, -43200);
    assert_false(station_text_parse_i32("--1", &sign));
    assert_false(station_text_parse_i32("2147483648", &sign));
}

static void test_decimals_are_read(void **state) {
    (void)state;
    float value = 0;
    assert_true(station_text_parse_float("-3.7038", &value));
    assert_true(value > -3.70381F && value < -3.70379F);
    assert_true(station_text_parse_float("180", &value));
    assert_true(value > 179.9F && value < 180.1F);
    static const char *const wrong[] = {
        "", "-", ".", ".5", "1.2.3", "1e5", "nan", "1,5", "1234567890123456"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(station_text_parse_float(wrong[i], &value));
    }
}

static void test_hosts(void **state) {
    (void)state;
    assert_true(station_text_is_host("ESG_ALARM_02E500000001"));
    assert_true(station_text_is_host("a-1"));
    assert_true(station_text_is_host("1234567890123456789012345678901"));
    assert_false(station_text_is_host("12345678901234567890123456789012"));
    static const char *const wrong[] = {"", "a b", "a/b", "a+", "é", "a.b"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(station_text_is_host(wrong[i]));
    }
}

static void test_base_topics(void **state) {
    (void)state;
    assert_true(station_text_is_base("a"));
    assert_true(station_text_is_base("a/b c/d"));
    static const char *const wrong[] = {"", "/a", "a/", "a//b", "a/+", "#", "a\tb"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(station_text_is_base(wrong[i]));
    }
}

static void test_utf8(void **state) {
    (void)state;
    assert_true(station_text_is_utf8("año \xF0\x9F\x94\x94"));
    static const char *const wrong[] = {"\x80",
                                        "\xC3",
                                        "\xC0\x80",
                                        "\xE0\x80\x80",
                                        "\xED\xA0\x80",
                                        "\xF5\x80\x80\x80",
                                        "\xF4\x90\x80\x80",
                                        "\xE2\x82",
                                        "ab\xFF"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(station_text_is_utf8(wrong[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_go_both_ways),
        cmocka_unit_test(test_numbers_have_their_limits),
        cmocka_unit_test(test_decimals_are_read),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_base_topics),
        cmocka_unit_test(test_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
