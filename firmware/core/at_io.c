// AT: local test mode, inputs, outputs, fan; and what this board does not have.
#include "at.h"

#include <string.h>

#include "text.h"
#include "unit.h"

enum { TEST_MODE_MS = 30 * 60 * 1000 };

static bool arm(struct station_unit *unit, const char *value) {
    (void)value;
    if (unit->testing_until_ms != 0) {
        station_unit_arm(unit);
    }
    return true;
}

// Local test mode: presses are told as TEST. It ends by itself, and is refused during an alarm.
static bool disarm(struct station_unit *unit, const char *value) {
    (void)value;
    for (int input = 0; input <= STATION_TAMPER; input++) {
        if (unit->inputs.pins[input].active) {
            return false;
        }
    }
    unit->testing_until_ms = unit->now_ms + TEST_MODE_MS;
    station_journal_add(unit, STATION_LOG_WARNING, "disarmed for 30 minutes");
    return true;
}

static bool show_status(struct station_unit *unit, const char *value) {
    (void)value;
    station_at_print(unit, "STATUS: %s, state %d",
                     unit->testing_until_ms != 0 ? "disarmed" : "armed",
                     (int)unit->telemetry.state);
    return true;
}

static const char *const inputs[] = {"panic1", "panic2", "box_sw", "aux1", "aux2"};
static const char *const outputs[] = {"SIREN", "TURRET", "RELAY1", "RELAY2", "FAN", "ALL"};

static bool show_triggers(struct station_unit *unit, const char *value) {
    (void)value;
    for (unsigned i = 0; i < STATION_INPUTS; i++) {
        if ((unit->triggered >> i & 1) != 0) {
            station_at_print(unit, "TRIGGER: %s", inputs[i]);
        }
    }
    return true;
}

static void command_output(struct station_unit *unit, const esg_alarm_OutputCommand *command) {
    station_outputs_command(&unit->outputs, unit->hal, command, unit->now_ms, station_alarms_output,
                            unit);
}

// Local only: forgets the triggers and silences siren and turret. The alarms stay in the outbox.
static bool clear(struct station_unit *unit, const char *value) {
    esg_alarm_OutputCommand command = {.pattern = esg_alarm_PatternType_PAT_OFF};
    (void)value;
    unit->triggered = 0;
    command.output = esg_alarm_OutputType_OUT_SIREN;
    command_output(unit, &command);
    command.output = esg_alarm_OutputType_OUT_TURRET;
    command_output(unit, &command);
    return true;
}

static bool show_inputs(struct station_unit *unit, const char *value) {
    (void)value;
    for (int i = 0; i < STATION_INPUTS; i++) {
        station_at_print(unit, "INPUT: %s %d", inputs[i], unit->inputs.pins[i].active);
    }
    return true;
}

static bool show_outputs(struct station_unit *unit, const char *value) {
    (void)value;
    for (uint32_t i = 0; i < STATION_CHANNELS; i++) {
        station_at_print(unit, "OUTPUT: %s %d", outputs[i],
                         station_outputs_is_on(&unit->outputs, i));
    }
    return true;
}

static bool switch_output(struct station_unit *unit, const char *value,
                          esg_alarm_OutputType output) {
    bool on = false;
    if (!station_at_flag(value, &on)) {
        return false;
    }
    esg_alarm_OutputCommand command = {.output = output,
                                       .pattern = on ? esg_alarm_PatternType_PAT_CONSTANT
                                                     : esg_alarm_PatternType_PAT_OFF,
                                       .state = on};
    command_output(unit, &command);
    return true;
}

static bool switch_siren(struct station_unit *unit, const char *value) {
    return switch_output(unit, value, esg_alarm_OutputType_OUT_SIREN);
}

static bool switch_turret(struct station_unit *unit, const char *value) {
    return switch_output(unit, value, esg_alarm_OutputType_OUT_TURRET);
}

static bool test_outputs(struct station_unit *unit, const char *value) {
    esg_alarm_OutputCommand command = {.output = esg_alarm_OutputType_OUT_ALL,
                                       .pattern = esg_alarm_PatternType_PAT_CONSTANT,
                                       .state = true,
                                       .total_duration = 1};
    (void)value;
    command_output(unit, &command);
    return true;
}

// The next item of a list; false when there is none or it does not fit.
static bool next_item(const char **list, char *item, size_t capacity) {
    size_t length = strcspn(*list, ",");
    if (length == 0 || length >= capacity) {
        return false;
    }
    memcpy(item, *list, length);
    item[length] = '\0';
    *list += length + ((*list)[length] == ',');
    return true;
}

static bool next_number(const char **list, uint32_t *number) {
    char item[12];
    return next_item(list, item, sizeof item) && station_text_parse_u32(item, number);
}

static uint32_t output_of(const char *name) {
    for (uint32_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++) {
        if (strcmp(outputs[i], name) == 0) {
            return i + 1;
        }
    }
    uint32_t number = 0;
    return station_text_parse_u32(name, &number) ? number : 0;
}

// <out>,CONTINUOUS,<s> or <out>,INTERMITTENT,<on ms>,<off ms>,<s>
static bool run_output(struct station_unit *unit, const char *value) {
    char name[12];
    char mode[16];
    esg_alarm_OutputCommand command = esg_alarm_OutputCommand_init_zero;
    if (!next_item(&value, name, sizeof name) || !next_item(&value, mode, sizeof mode)) {
        return false;
    }
    command.output = (esg_alarm_OutputType)output_of(name);
    command.state = true;
    command.pattern = esg_alarm_PatternType_PAT_CONSTANT;
    if (strcmp(mode, "INTERMITTENT") == 0) {
        command.pattern = esg_alarm_PatternType_PAT_PULSE;
        if (!next_number(&value, &command.on_duration_ms) ||
            !next_number(&value, &command.off_duration_ms)) {
            return false;
        }
    } else if (strcmp(mode, "CONTINUOUS") != 0) {
        return false;
    }
    if (!next_number(&value, &command.total_duration) || value[0] != '\0' ||
        station_pattern_problem(&command) != NULL) {
        return false;
    }
    command_output(unit, &command);
    return true;
}

static bool set_fan(struct station_unit *unit, const char *value) {
    uint32_t duty = 0;
    if (!station_text_parse_u32(value, &duty) || duty > 100) {
        return false;
    }
    esg_alarm_OutputCommand command = {.output = esg_alarm_OutputType_OUT_FAN,
                                       .pattern = esg_alarm_PatternType_PAT_PWM,
                                       .custom_data = duty};
    command_output(unit, &command);
    return true;
}

static bool show_fan(struct station_unit *unit, const char *value) {
    (void)value;
    station_at_print(unit, "FAN: %lu %%", (unsigned long)unit->outputs.fan_duty_pct);
    return true;
}

static bool not_fitted(struct station_unit *unit, const char *value) {
    (void)value;
    station_at_print(unit, "not fitted");
    return false;
}

static bool show_ble(struct station_unit *unit, const char *value) {
    const struct station_ble *ble = &unit->settings.ble;
    (void)value;
    station_at_print(unit, "BLE: not fitted; configured %s, name %s", ble->enable ? "on" : "off",
                     ble->name);
    return true;
}

static bool set_ble_signing(struct station_unit *unit, const char *value) {
    struct station_ble *ble = &unit->settings.ble;
    if (strlen(value) != 3 || value[1] != ',' || (value[0] != '0' && value[0] != '1') ||
        (value[2] != '0' && value[2] != '1')) {
        return false;
    }
    ble->adv_signed = value[0] == '1';
    ble->spp_signed = value[2] == '1';
    return station_settings_save(&unit->settings, unit->hal, STATION_GROUP_BLE);
}

enum { ANY = STATION_AT_PLAIN | STATION_AT_QUERY | STATION_AT_SET };

static const struct station_at_command commands[] = {
    {"ARM", STATION_AT_PLAIN, arm},
    {"DISARM", STATION_AT_PLAIN, disarm},
    {"STATUS", STATION_AT_QUERY, show_status},
    {"TRIGGERS", STATION_AT_QUERY, show_triggers},
    {"CLEAR", STATION_AT_PLAIN, clear},
    {"INPUTS", STATION_AT_QUERY, show_inputs},
    {"OUTPUTS", STATION_AT_QUERY, show_outputs},
    {"SIRENA", STATION_AT_SET, switch_siren},
    {"TORRETA", STATION_AT_SET, switch_turret},
    {"TESTIO", STATION_AT_PLAIN, test_outputs},
    {"OUTPUT", STATION_AT_SET, run_output},
    {"FANSET", STATION_AT_SET, set_fan},
    {"FANSTATUS", STATION_AT_PLAIN, show_fan},
    {"LEDTEST", ANY, not_fitted},
    {"LEDRGB", ANY, not_fitted},
    {"LED", ANY, not_fitted},
    {"LEDMANUAL", ANY, not_fitted},
    {"RS485STATUS", ANY, not_fitted},
    {"RS485SEND", ANY, not_fitted},
    {"RS485CONFIG", ANY, not_fitted},
    {"BLESTATUS", STATION_AT_PLAIN, show_ble},
    {"BLESTART", STATION_AT_PLAIN, not_fitted},
    {"BLESTOP", STATION_AT_PLAIN, not_fitted},
    {"BLEDISCONNECT", STATION_AT_PLAIN, not_fitted},
    {"BLEHMAC", STATION_AT_SET, set_ble_signing},
};

const struct station_at_area station_at_io = {commands, sizeof commands / sizeof commands[0]};
