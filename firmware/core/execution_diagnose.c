// Diagnostics as JSON.
#include <string.h>

#include "clock.h"
#include "execution.h"
#include "text.h"
#include "unit.h"

enum {
    TEST_MEMORY = 1 << 0,
    TEST_WIFI = 1 << 1,
    TEST_MQTT = 1 << 2,
    TEST_SENSOR = 1 << 3,
    TEST_IO = 1 << 4,
    TEST_FLASH = 1 << 5,
    TEST_RTC = 1 << 6,
    TESTS = 0x7F,
    LEAST_HEAP = 16 * 1024,
    FAN_HZ = 25000,
    LOG_LINES = 20
};

static bool storage_works(const struct station_hal *hal) {
    static const char name[] = "selftest";
    uint32_t written = hal->random32(hal->port);
    uint32_t read = ~written;
    return hal->storage_write(hal->port, name, &written, sizeof written) &&
           hal->storage_read(hal->port, name, &read, sizeof read) == (int32_t)sizeof read &&
           read == written && hal->storage_erase(hal->port, name);
}

static void self_test(struct station_unit *unit, uint32_t wanted, struct station_outcome *outcome) {
    uint32_t mask = (wanted != 0 ? wanted : (uint32_t)TESTS) & TESTS;
    uint32_t failed = 0;
    struct station_network network = {.link_up = false};
    struct station_health health = {0};
    unit->hal->network(unit->hal->port, &network);
    unit->hal->health(unit->hal->port, &health);
    (void)station_sensor_read(&unit->sensor, unit->hal, unit->now_ms);
    failed |= health.free_heap < LEAST_HEAP ? TEST_MEMORY : 0U;
    failed |= network.link_up ? 0U : TEST_WIFI;
    failed |= station_connection_is_open(unit) ? 0U : TEST_MQTT;
    failed |= unit->sensor.bad_in_a_row != 0 ? TEST_SENSOR : 0U;
    failed |= (mask & TEST_FLASH) != 0 && !storage_works(unit->hal) ? TEST_FLASH : 0U;
    failed |= station_clock_is_set(unit) ? 0U : TEST_RTC;
    failed &= mask; // TEST_IO: an output cannot be read back without driving it
    station_json_open(&outcome->json, NULL, '{');
    station_json_u32(&outcome->json, "mask", mask);
    station_json_u32(&outcome->json, "failed", failed);
    station_json_close(&outcome->json, '}');
    station_outcome_say(outcome, failed == 0 ? "passed" : "failed");
}

static void tell_memory(struct station_unit *unit, struct station_json *json) {
    struct station_health health = {0};
    unit->hal->health(unit->hal->port, &health);
    station_json_u32(json, "free_heap", health.free_heap);
    station_json_u32(json, "min_heap", health.min_heap);
    station_json_u32(json, "largest_block", health.largest_block);
    station_json_u32(json, "psram_free", health.psram_free);
    station_json_u32(json, "psram_size", health.psram_size);
}

static void tell_network(struct station_unit *unit, struct station_json *json) {
    struct station_network network = {.link_up = false};
    char mac[STATION_MAC_TEXT];
    unit->hal->network(unit->hal->port, &network);
    station_text_mac(unit->board->mac, mac);
    station_json_bool(json, "wifi", !network.ethernet && network.link_up);
    station_json_text(json, "ssid", unit->settings.wifi.ssid);
    station_json_i32(json, "rssi", network.ethernet ? 0 : network.rssi_dbm);
    station_json_u32(json, "channel", network.channel);
    station_json_address(json, "ip", network.ip);
    station_json_address(json, "netmask", network.netmask);
    station_json_address(json, "gateway", network.gateway);
    station_json_address(json, "dns1", network.dns1);
    station_json_address(json, "dns2", network.dns2);
    station_json_text(json, "mac", mac);
    station_json_text(json, "auth_mode", network.auth_mode != NULL ? network.auth_mode : "");
}

static void tell_sensor(struct station_unit *unit, struct station_json *json) {
    (void)station_sensor_read(&unit->sensor, unit->hal, unit->now_ms);
    bool answers = unit->sensor.bad_in_a_row == 0;
    station_json_float(json, "temperature", unit->sensor.celsius, 2);
    station_json_float(json, "humidity", unit->sensor.percent, 2);
    station_json_text(json, "sensor", unit->board->sensor);
    station_json_text(json, "status", answers ? "ok" : "no valid answer");
}

static void tell_signals(struct station_unit *unit, struct station_json *json) {
    static const char *const inputs[] = {"panic1", "panic2", "box_sw", "aux1", "aux2"};
    static const char *const outputs[] = {"siren", "turret", "relay1", "relay2"};
    station_json_open(json, "inputs", '{');
    for (int i = 0; i < STATION_INPUTS; i++) {
        station_json_bool(json, inputs[i], unit->inputs.pins[i].active);
    }
    station_json_close(json, '}');
    station_json_open(json, "outputs", '{');
    for (uint32_t i = 0; i < STATION_OUTPUTS; i++) {
        station_json_bool(json, outputs[i], station_outputs_is_on(&unit->outputs, i));
    }
    station_json_close(json, '}');
    station_json_open(json, "fan", '{');
    station_json_bool(json, "running", unit->outputs.fan_duty_pct > 0);
    station_json_u32(json, "duty_percent", unit->outputs.fan_duty_pct);
    station_json_u32(json, "frequency", FAN_HZ);
    station_json_close(json, '}');
}

static void put_lines(const struct station_journal *journal, uint32_t lines,
                      struct station_json *json) {
    uint32_t count = station_journal_count(journal);
    station_json_open(json, "lines", '[');
    for (uint32_t i = count - lines; i < count; i++) {
        station_json_text(json, NULL, station_journal_line(journal, i));
    }
    station_json_close(json, ']');
    station_json_bool(json, "more", lines < count);
}

// As many of the newest lines as fit.
static void tell_log(struct station_unit *unit, uint32_t wanted, struct station_outcome *outcome) {
    uint32_t lines = station_journal_count(&unit->journal);
    uint32_t most = wanted != 0 ? wanted : (uint32_t)LOG_LINES;
    lines = lines < most ? lines : most;
    for (;;) {
        outcome->json = station_json_begin(outcome->payload, unit->profile->payload_max);
        station_json_open(&outcome->json, NULL, '{');
        put_lines(&unit->journal, lines, &outcome->json);
        station_json_close(&outcome->json, '}');
        if (!outcome->json.failed || lines == 0) {
            return;
        }
        lines--;
    }
}

void station_execution_diagnose(struct station_unit *unit,
                                const esg_alarm_DiagnosticCommand *command,
                                struct station_outcome *outcome) {
    typedef void teller(struct station_unit *, struct station_json *);
    teller *tell = NULL;
    switch (command->action) {
    case esg_alarm_DiagnosticAction_DIAG_SELF_TEST:
        self_test(unit, command->test_mask, outcome);
        return;
    case esg_alarm_DiagnosticAction_DIAG_LOG_DUMP:
        tell_log(unit, command->log_lines, outcome);
        return;
    case esg_alarm_DiagnosticAction_DIAG_MEMORY_INFO:
        tell = tell_memory;
        break;
    case esg_alarm_DiagnosticAction_DIAG_NETWORK_INFO:
        tell = tell_network;
        break;
    case esg_alarm_DiagnosticAction_DIAG_SENSOR_READ:
        tell = tell_sensor;
        break;
    case esg_alarm_DiagnosticAction_DIAG_INOUT_READ:
        tell = tell_signals;
        break;
    default:
        station_outcome_fail(outcome, 7, "unknown command");
        return;
    }
    station_json_open(&outcome->json, NULL, '{');
    tell(unit, &outcome->json);
    station_json_close(&outcome->json, '}');
}
