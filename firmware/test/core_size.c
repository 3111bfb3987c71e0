// The whole core with one unit and nothing else, to be linked and measured, never run.
#include "unit.h"

static struct station_unit unit;
static volatile struct station_hal hal;
static volatile struct station_board board;
static uint8_t bytes[1];

int main(void) {
    const struct station_hal *machine = (const struct station_hal *)(uintptr_t)&hal;
    const struct station_board *what = (const struct station_board *)(uintptr_t)&board;
    station_unit_init(&unit, machine, what, NULL, 0);
    for (uint64_t now_ms = 0;; now_ms = station_unit_next_due(&unit, now_ms)) {
        station_unit_on_input(&unit, STATION_PANIC1, bytes[0] != 0, now_ms);
        station_unit_on_link(&unit, true, now_ms);
        station_unit_on_connected(&unit, now_ms);
        station_unit_on_message(&unit, STATION_LEAF_CMD, bytes, 1, false, now_ms);
        station_unit_on_time_synced(&unit, now_ms);
        station_unit_on_download(&unit, bytes, 1, now_ms);
        station_unit_on_download_end(&unit, STATION_DOWNLOAD_OK, now_ms);
        station_unit_at_line(&unit, "AT+HELP", now_ms);
        station_unit_on_disconnected(&unit, now_ms);
        station_unit_tick(&unit, now_ms);
    }
}
