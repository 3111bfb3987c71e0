#include "certificate.h"
#include "rig.h"

static struct bench bench;

static int start(void **state) {
    (void)state;
    bench_init(&bench, 1);
    return 0;
}

static struct station_certificate certificate;
static const char pem[] = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

static void append(const char *text) {
    station_certificate_append(&certificate, text, strlen(text));
}

static void test_a_certificate_in_pieces_is_kept(void **state) {
    (void)state;
    station_certificate_load(&certificate, &bench.hal);
    assert_int_equal(certificate.length, 0);
    station_certificate_begin(&certificate);
    append("-----BEGIN CERTIFICATE-----\nMI");
    append("IB\n-----END CERTIFICATE-----\n");
    assert_true(station_certificate_finish(&certificate, &bench.hal));
    station_certificate_load(&certificate, &bench.hal);
    assert_int_equal(certificate.length, strlen(pem));
    assert_memory_equal(station_certificate_text(&certificate), pem, strlen(pem));
}

static void keep_one(void) {
    station_certificate_load(&certificate, &bench.hal);
    station_certificate_begin(&certificate);
    append(pem);
    assert_true(station_certificate_finish(&certificate, &bench.hal));
}

static void test_what_is_none_leaves_the_former_one(void **state) {
    (void)state;
    keep_one();
    station_certificate_begin(&certificate);
    append("<html>");
    assert_false(station_certificate_finish(&certificate, &bench.hal));
    assert_int_equal(certificate.length, strlen(pem));
}

static void test_one_that_is_too_long_is_refused(void **state) {
    (void)state;
    static char filling[STATION_CERTIFICATE_MAX];
    keep_one();
    memset(filling, 'A', sizeof filling - 1);
    station_certificate_begin(&certificate);
    append(filling);
    append(pem);
    assert_false(station_certificate_finish(&certificate, &bench.hal));
    assert_int_equal(certificate.length, strlen(pem));
}

static void test_an_erased_one_is_gone(void **state) {
    (void)state;
    keep_one();
    assert_true(station_certificate_erase(&certificate, &bench.hal));
    station_certificate_load(&certificate, &bench.hal);
    assert_int_equal(certificate.length, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_certificate_in_pieces_is_kept, start),
        cmocka_unit_test_setup(test_what_is_none_leaves_the_former_one, start),
        cmocka_unit_test_setup(test_one_that_is_too_long_is_refused, start),
        cmocka_unit_test_setup(test_an_erased_one_is_gone, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
