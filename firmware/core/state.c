#include "state.h"

enum station_state station_state_of(const struct station_facts *facts) {
    if (facts->alarm) {
        return STATION_STATE_ALARM;
    }
    if (facts->storage_failed) {
        return STATION_STATE_CRITICAL;
    }
    if (facts->testing) {
        return STATION_STATE_MAINTENANCE;
    }
    if (!facts->started) {
        return STATION_STATE_BOOT;
    }
    if (!facts->commissioned) {
        return STATION_STATE_INIT;
    }
    if (!facts->online) {
        return STATION_STATE_CONNECTING;
    }
    return facts->sensor_failed ? STATION_STATE_ERROR : STATION_STATE_NORMAL;
}
