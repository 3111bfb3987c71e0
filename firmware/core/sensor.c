#include "sensor.h"

bool station_sensor_is_plausible(float celsius, float percent) {
    // Written so that NaN is not plausible. Both exactly 0 would read as "no reading" anyway.
    return celsius >= -40.0F && celsius <= 125.0F && percent >= 0.0F && percent <= 100.0F;
}

bool station_sensor_read(struct station_sensor *sensor, const struct station_hal *hal,
                         uint64_t now_ms) {
    float celsius = 0;
    float percent = 0;
    sensor->next_ms = now_ms + STATION_SENSOR_EVERY_MS;
    if (hal->read_sensor(hal->port, &celsius, &percent) &&
        station_sensor_is_plausible(celsius, percent)) {
        sensor->celsius = celsius;
        sensor->percent = percent;
        sensor->failed = false;
        sensor->bad_in_a_row = 0;
        return false;
    }
    sensor->bad_in_a_row++;
    if (sensor->failed || sensor->bad_in_a_row < STATION_SENSOR_FAILURES) {
        return false;
    }
    sensor->failed = true;
    sensor->celsius = 0;
    sensor->percent = 0;
    return true;
}
