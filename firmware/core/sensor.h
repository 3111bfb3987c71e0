// Temperature and humidity: what is plausible, and when the sensor has failed.
#ifndef STATION_SENSOR_H
#define STATION_SENSOR_H

#include "hal.h"

enum { STATION_SENSOR_EVERY_MS = 10000, STATION_SENSOR_FAILURES = 3 };

// A single bad reading keeps the last good one; three in a row, or none yet, make "no reading".
struct station_sensor {
    float celsius, percent; // both 0 for "no reading", as on the wire
    bool failed;
    uint32_t bad_in_a_row;
    uint64_t next_ms;
};

bool station_sensor_is_plausible(float celsius, float percent);

// Read the sensor now. True when it has just failed.
bool station_sensor_read(struct station_sensor *sensor, const struct station_hal *hal,
                         uint64_t now_ms);

#endif
