#include "rig.h"
#include "sensor.h"

static struct bench bench;

static int start(void **state) {
    (void)state;
    bench_init(&bench, 1);
    return 0;
}

static struct station_sensor sensor;

static bool read_values(float celsius, float percent) {
    bench.celsius = celsius;
    bench.percent = percent;
    return station_sensor_read(&sensor, &bench.hal, 0);
}

static void test_what_is_plausible(void **state) {
    (void)state;
    assert_true(station_sensor_is_plausible(-40, 0));
    assert_true(station_sensor_is_plausible(125, 100));
    assert_true(station_sensor_is_plausible(0, 0));
    assert_false(station_sensor_is_plausible(-40.1F, 50));
    assert_false(station_sensor_is_plausible(125.1F, 50));
    assert_false(station_sensor_is_plausible(20, -0.1F));
    assert_false(station_sensor_is_plausible(20, 100.1F));
    assert_false(station_sensor_is_plausible(__builtin_nanf(""), 50));
    assert_false(station_sensor_is_plausible(20, __builtin_nanf("")));
}

static void test_one_bad_reading_keeps_the_last_good_one(void **state) {
    (void)state;
    memset(&sensor, 0, sizeof sensor);
    assert_false(read_values(21, 40));
    assert_false(read_values(394, 40));
    assert_true(sensor.celsius > 20 && sensor.celsius < 22);
    assert_false(sensor.failed);
}

static void test_three_in_a_row_are_a_failure_and_no_reading(void **state) {
    (void)state;
    memset(&sensor, 0, sizeof sensor);
    assert_false(read_values(21, 40));
    bench.sensor_works = false;
    assert_false(read_values(21, 40));
    assert_false(read_values(21, 40));
    assert_true(read_values(21, 40));
    assert_false(read_values(21, 40)); // told once
    assert_true(sensor.failed);
    assert_true(sensor.celsius == 0 && sensor.percent == 0);
    bench.sensor_works = true;
    assert_false(read_values(0.3F, 40));
    assert_false(sensor.failed);
    assert_true(sensor.celsius > 0.2F);
}

static void test_before_the_first_reading_there_is_none(void **state) {
    (void)state;
    memset(&sensor, 0, sizeof sensor);
    bench.sensor_works = false;
    (void)read_values(21, 40);
    assert_true(sensor.celsius == 0 && sensor.percent == 0);
    assert_int_equal(sensor.next_ms, STATION_SENSOR_EVERY_MS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_what_is_plausible, start),
        cmocka_unit_test_setup(test_one_bad_reading_keeps_the_last_good_one, start),
        cmocka_unit_test_setup(test_three_in_a_row_are_a_failure_and_no_reading, start),
        cmocka_unit_test_setup(test_before_the_first_reading_there_is_none, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
