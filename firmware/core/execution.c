#include "execution.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "unit.h"

uint32_t station_execution_required_level(const esg_alarm_CommandEnvelope *envelope) {
    switch (envelope->which_command) {
    case esg_alarm_CommandEnvelope_system_tag:
        if (envelope->command.system.action == esg_alarm_SystemAction_SYS_GET_STATUS) {
            return 0;
        }
        return envelope->command.system.action == esg_alarm_SystemAction_SYS_SET_TIME ? 1 : 2;
    case esg_alarm_CommandEnvelope_output_tag:
    case esg_alarm_CommandEnvelope_diagnostic_tag:
    case esg_alarm_CommandEnvelope_config_read_tag:
        return 1;
    default:
        return 2;
    }
}

static void tell_status(struct station_unit *unit, struct station_outcome *outcome) {
    struct station_network network = {.link_up = false};
    struct station_health health = {0};
    struct station_json *json = &outcome->json;
    unit->hal->network(unit->hal->port, &network);
    unit->hal->health(unit->hal->port, &health);
    station_telemetry_status(unit);
    station_json_open(json, NULL, '{');
    station_json_u32(json, "device_id", unit->settings.device.device_id);
    station_json_text(json, "hostname", station_unit_hostname(unit));
    station_json_u32(json, "uptime", station_clock_uptime(unit));
    station_json_text(json, "firmware", unit->board->firmware);
    station_json_u32(json, "free_heap", health.free_heap);
    station_json_u32(json, "min_heap", health.min_heap);
    station_json_bool(json, "wifi_connected", network.link_up && !network.ethernet);
    station_json_bool(json, "mqtt_connected", station_connection_is_open(unit));
    station_json_u32(json, "eth_interface", network.ethernet ? 1 : 0);
    station_json_address(json, "ip", network.ip);
    station_json_i32(json, "rssi", network.ethernet ? 0 : network.rssi_dbm);
    station_json_close(json, '}');
}

static void reboot(struct station_unit *unit, const char *request_id, uint32_t delay_s,
                   struct station_outcome *outcome) {
    char message[32];
    if (delay_s > 3600) {
        station_outcome_fail(outcome, 3, "delay_seconds is outside 0 to 3600");
        return;
    }
    if (unit->restart.reboot_ms != 0 || unit->restart.reset_ms != 0 ||
        station_update_is_busy(unit)) {
        station_outcome_fail(outcome, 5, "an update or a restart is under way");
        return;
    }
    (void)snprintf(message, sizeof message, "reboot in %lu s", (unsigned long)delay_s);
    if (!station_commands_commit(unit, request_id, outcome, STATION_DEBT_REBOOT, message)) {
        return;
    }
    station_outcome_say(outcome, message);
    outcome->later = unit->profile->extensions;
    station_restart_plan(unit, (uint64_t)delay_s * 1000);
}

static void clear_counters(struct station_unit *unit, const char *request_id,
                           struct station_outcome *outcome) {
    if (station_commands_commit(unit, request_id, outcome, STATION_DEBT_COUNTERS, "accepted")) {
        unit->counters = (struct station_counters){.errors = 0};
        station_outcome_say(outcome, "counters cleared");
    }
}

static void set_time(struct station_unit *unit, uint32_t unix_time,
                     struct station_outcome *outcome) {
    if (unix_time < STATION_CLOCK_SET_FROM) {
        station_outcome_fail(outcome, 3, "unix_time is not a time");
        return;
    }
    unit->hal->clock_set(unit->hal->port, (uint64_t)unix_time * 1000);
    station_outcome_say(outcome, "time set");
}

static void run_system(struct station_unit *unit, const char *request_id,
                       const esg_alarm_SystemCommand *command, struct station_outcome *outcome) {
    switch (command->action) {
    case esg_alarm_SystemAction_SYS_REBOOT:
        reboot(unit, request_id, command->delay_seconds, outcome);
        break;
    case esg_alarm_SystemAction_SYS_FACTORY_RESET: // accepted is all that will ever be said
        station_outcome_say(outcome, "factory reset");
        outcome->later = true;
        station_restart_plan_reset(unit);
        break;
    case esg_alarm_SystemAction_SYS_GET_STATUS:
        tell_status(unit, outcome);
        break;
    case esg_alarm_SystemAction_SYS_SET_TIME:
        set_time(unit, command->unix_time, outcome);
        break;
    case esg_alarm_SystemAction_SYS_CLEAR_COUNTERS:
        clear_counters(unit, request_id, outcome);
        break;
    default:
        station_outcome_fail(outcome, 7, "unknown command");
        break;
    }
}

static void run_output(struct station_unit *unit, const esg_alarm_OutputCommand *command,
                       struct station_outcome *outcome) {
    const char *problem = station_pattern_problem(command);
    if (problem != NULL) {
        station_outcome_fail(outcome, 3, problem);
        return;
    }
    station_outputs_command(&unit->outputs, unit->hal, command, unit->now_ms, station_alarms_output,
                            unit);
    bool off = command->pattern == esg_alarm_PatternType_PAT_OFF;
    station_outcome_say(outcome, off ? "output off" : "pattern started");
    station_telemetry_want_status(unit);
}

void station_execution_run(struct station_unit *unit, const esg_alarm_CommandEnvelope *envelope,
                           struct station_outcome *outcome) {
    const char *request_id = envelope->request_id;
    switch (envelope->which_command) {
    case esg_alarm_CommandEnvelope_system_tag:
        run_system(unit, request_id, &envelope->command.system, outcome);
        break;
    case esg_alarm_CommandEnvelope_config_tag:
        station_execution_config(unit, &envelope->command.config, outcome);
        break;
    case esg_alarm_CommandEnvelope_output_tag:
        run_output(unit, &envelope->command.output, outcome);
        break;
    case esg_alarm_CommandEnvelope_diagnostic_tag:
        station_execution_diagnose(unit, &envelope->command.diagnostic, outcome);
        break;
    case esg_alarm_CommandEnvelope_ota_tag:
        station_execution_update(unit, request_id, &envelope->command.ota, outcome);
        break;
    case esg_alarm_CommandEnvelope_config_read_tag:
        station_execution_read(unit, &envelope->command.config_read, outcome);
        break;
    default:
        station_outcome_fail(outcome, 7, "unknown command");
        break;
    }
}
