#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "at.h"
#include "clock.h"
#include "text.h"
#include "uplink.h"

enum { VERSION = 1, LONGEST_WAIT_MS = 1000 };

const struct station_profile station_our_firmware = {
    .extensions = true,
    .signs = true,
    .verifies = true,
    .reads_config = true,
    .payload_max = STATION_JSON_MAX,
    .heartbeat_s = 30,
};

const struct station_profile station_field_device = {
    .signs = true,
    .verifies = true,
    .answers_on_resp = true,
    .cuts_json = true,
    .reads_config = true,
    .plain_http_update = true,
    .payload_max = 256,
    .heartbeat_s = 60,
};

const struct station_profile station_unsigned_field_device = {
    .cuts_json = true,
    .plain_http_update = true,
    .payload_max = 256,
    .heartbeat_s = 60,
};

const char *station_leaf_name(enum station_leaf leaf) {
    static const char *const names[STATION_LEAVES] = {
        "hb", "login", "status", "alarm", "response", "resp", "lw", "cmd", "ack"};
    return names[leaf];
}

const char *station_unit_hostname(const struct station_unit *unit) {
    const char *configured = unit->settings.device.hostname;
    return configured[0] != '\0' ? configured : unit->factory_host;
}

static void count_boot(struct station_unit *unit) {
    struct station_twin twin = {.name = "boot"};
    uint8_t buffer[STATION_RECORD_TINY];
    struct station_reader reader;
    if (station_twin_load(&twin, unit->hal, VERSION, buffer, sizeof buffer, &reader)) {
        (void)station_get_u32(&reader, &unit->boot_count);
    }
    unit->boot_count++;
    struct station_writer writer = station_writer_begin(buffer, sizeof buffer);
    station_put_u32(&writer, unit->boot_count);
    if (!station_twin_save(&twin, unit->hal, VERSION, &writer)) {
        unit->storage_failed = true;
    }
    while (unit->boot_id == 0) {
        unit->boot_id = unit->hal->random32(unit->hal->port);
    }
}

static void load(struct station_unit *unit) {
    station_restart_resume(unit->hal);
    station_settings_defaults(&unit->settings, unit->profile->heartbeat_s);
    for (int group = 0; group < STATION_GROUPS; group++) {
        (void)station_settings_load(&unit->settings, unit->hal, (enum station_group)group);
    }
    station_key_load(&unit->key, unit->hal);
    station_sequence_load(&unit->sequence, unit->hal, unit->key.epoch, unit->profile->extensions);
    station_window_load(&unit->window, unit->hal, unit->key.epoch);
    station_certificate_load(&unit->certificate, unit->hal);
    station_trial_load(unit);
    station_alarms_load(unit);
    station_answers_load(&unit->answers, unit->hal);
}

static void name_factory_host(struct station_unit *unit) {
    const uint8_t *mac = unit->board->mac;
    (void)snprintf(unit->factory_host, sizeof unit->factory_host,
                   "ESG_ALARM_%02X%02X%02X%02X%02X%02X", mac[0], mac[1], mac[2], mac[3], mac[4],
                   mac[5]);
}

void station_unit_init(struct station_unit *unit, const struct station_hal *hal,
                       const struct station_board *board, const struct station_profile *profile,
                       uint64_t now_ms) {
    memset(unit, 0, sizeof *unit);
    unit->hal = hal;
    unit->board = board;
    unit->profile = profile != NULL ? profile : &station_our_firmware;
    unit->now_ms = now_ms;
    unit->booted_ms = now_ms;
    unit->telemetry.state_since_ms = now_ms;
    unit->connection.offline_since_ms = now_ms;
    for (int output = 0; output < STATION_OUTPUTS; output++) {
        hal->set_output(hal->port, (enum station_output)output, false);
    }
    hal->set_fan(hal->port, 0);
    name_factory_host(unit);
    load(unit);
    count_boot(unit);
    (void)station_sensor_read(&unit->sensor, hal, now_ms);
    struct station_image image = {.validated = true};
    hal->image(hal->port, &image);
    unit->image_unvalidated = !image.validated;
    unit->telemetry.known_errors = station_telemetry_errors(unit);
    station_journal_add(unit, STATION_LOG_INFO, "boot %lu firmware %s",
                        (unsigned long)unit->boot_count, board->firmware);
    station_connection_start(unit);
}

// True when the unit may act at this moment.
static bool enter(struct station_unit *unit, uint64_t now_ms) {
    if (now_ms > unit->now_ms) {
        unit->now_ms = now_ms;
    }
    return !unit->halted;
}

static bool raises_alarm(uint32_t input) {
    return input <= STATION_TAMPER;
}

static void take_edge(struct station_unit *unit, uint32_t input) {
    bool is_active = unit->inputs.pins[input].active;
    bool testing = unit->testing_until_ms != 0;
    if (is_active) {
        // A counter that rose would raise an alarm in the station, so a test does not count.
        unit->counters.activations[input] += testing ? 0 : 1;
        unit->triggered |= 1U << input;
    }
    station_telemetry_want_status(unit);
    if (!raises_alarm(input) || (testing && !is_active)) {
        return;
    }
    station_alarms_input(unit, (enum station_input)input,
                         testing     ? esg_alarm_EventState_EVENT_TEST
                         : is_active ? esg_alarm_EventState_EVENT_ACTIVE
                                     : esg_alarm_EventState_EVENT_INACTIVE);
}

static void step_inputs(struct station_unit *unit) {
    uint32_t changed = station_inputs_step(&unit->inputs, unit->now_ms);
    for (uint32_t input = 0; input < STATION_INPUTS; input++) {
        if ((changed >> input & 1) != 0) {
            take_edge(unit, input);
        }
    }
    if (unit->testing_until_ms != 0 && unit->testing_until_ms <= unit->now_ms) {
        station_unit_arm(unit);
    }
}

void station_unit_arm(struct station_unit *unit) {
    unit->testing_until_ms = 0;
    station_journal_add(unit, STATION_LOG_INFO, "armed");
    for (uint32_t input = 0; input <= STATION_TAMPER; input++) {
        if (unit->inputs.pins[input].active) { // held since the test: now it is an alarm
            unit->counters.activations[input]++;
            station_alarms_input(unit, (enum station_input)input,
                                 esg_alarm_EventState_EVENT_ACTIVE);
        }
    }
}

void station_unit_tick(struct station_unit *unit, uint64_t now_ms) {
    if (!enter(unit, now_ms)) {
        return;
    }
    station_outputs_step(&unit->outputs, unit->hal, unit->now_ms, station_alarms_output, unit);
    step_inputs(unit);
    if (unit->sensor.next_ms <= unit->now_ms &&
        station_sensor_read(&unit->sensor, unit->hal, unit->now_ms)) {
        station_journal_add(unit, STATION_LOG_ERROR, "sensor failed");
    }
    station_connection_step(unit);
    station_telemetry_step(unit);
    station_alarms_step(unit);
    station_update_step(unit);
    if (!unit->halted) {
        station_restart_step(unit);
    }
}

uint64_t station_unit_next_due(const struct station_unit *unit, uint64_t now_ms) {
    const uint64_t dues[] = {
        station_outputs_next_due(&unit->outputs, now_ms),
        station_inputs_next_due(&unit->inputs),
        unit->sensor.next_ms,
        station_connection_next_due(unit),
        station_telemetry_next_due(unit),
        station_alarms_next_due(unit),
        station_update_next_due(unit),
        station_restart_next_due(unit),
    };
    uint64_t due = now_ms + LONGEST_WAIT_MS;
    for (size_t i = 0; !unit->halted && i < sizeof dues / sizeof dues[0]; i++) {
        due = dues[i] < due ? dues[i] : due;
    }
    return due > now_ms ? due : now_ms;
}

void station_unit_on_input(struct station_unit *unit, enum station_input input, bool level,
                           uint64_t now_ms) {
    if (enter(unit, now_ms)) {
        station_inputs_level(&unit->inputs, input, level == unit->board->input_active_high[input],
                             unit->now_ms);
    }
}

void station_unit_on_link(struct station_unit *unit, bool up, uint64_t now_ms) {
    if (enter(unit, now_ms)) {
        station_connection_link(unit, up);
    }
}

void station_unit_on_connected(struct station_unit *unit, uint64_t now_ms) {
    if (enter(unit, now_ms)) {
        station_connection_opened(unit);
    }
}

void station_unit_on_disconnected(struct station_unit *unit, uint64_t now_ms) {
    if (enter(unit, now_ms)) {
        station_connection_lost(unit);
    }
}

void station_unit_on_message(struct station_unit *unit, enum station_leaf leaf,
                             const uint8_t *bytes, size_t length, bool retained, uint64_t now_ms) {
    if (enter(unit, now_ms)) {
        station_commands_receive(unit, leaf, bytes, length, retained);
    }
}

void station_unit_on_time_synced(struct station_unit *unit, uint64_t now_ms) {
    if (enter(unit, now_ms) && station_clock_is_set(unit)) {
        unit->telemetry.last_synced_at = station_clock_stamp(unit);
    }
}

void station_unit_on_download(struct station_unit *unit, const uint8_t *bytes, size_t length,
                              uint64_t now_ms) {
    if (enter(unit, now_ms)) {
        station_update_data(unit, bytes, length);
    }
}

void station_unit_on_download_end(struct station_unit *unit, enum station_download_result result,
                                  uint64_t now_ms) {
    if (enter(unit, now_ms)) {
        station_update_end(unit, result);
    }
}

void station_unit_at_line(struct station_unit *unit, const char *line, uint64_t now_ms) {
    if (enter(unit, now_ms)) {
        station_at_line(unit, line);
    }
}
