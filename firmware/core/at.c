#include "at.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "unit.h"

static const struct station_at_area *const areas[] = {&station_at_system, &station_at_io,
                                                      &station_at_network, &station_at_security,
                                                      &station_at_update};

enum {
    CERTIFICATE_SILENCE_MS = 60000,
    NAME_MAX_LENGTH = 20,
    AREAS = sizeof areas / sizeof areas[0]
};

void station_at_print(struct station_unit *unit, const char *format, ...) {
    char line[208];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 2, format, arguments);
    va_end(arguments);
    size_t end = length < 0 ? 0 : (size_t)length;
    if (end > sizeof line - 3) {
        end = sizeof line - 3;
    }
    memcpy(line + end, "\r\n", 3);
    unit->hal->uart_write(unit->hal->port, line);
}

bool station_at_flag(const char *value, bool *flag) {
    bool valid = strcmp(value, "0") == 0 || strcmp(value, "1") == 0;
    if (valid) {
        *flag = value[0] == '1';
    }
    return valid;
}

// --- settings by their tables

static bool parse_value(const struct station_field *field, const char *text, void *value) {
    uint32_t number = 0;
    int32_t sign = 0;
    float real = 0;
    switch ((enum station_field_kind)field->kind) {
    case STATION_FIELD_BOOL:
        return station_at_flag(text, value);
    case STATION_FIELD_U32:
        if (!station_text_parse_u32(text, &number)) {
            return false;
        }
        memcpy(value, &number, sizeof number);
        return true;
    case STATION_FIELD_I32:
        if (!station_text_parse_i32(text, &sign)) {
            return false;
        }
        memcpy(value, &sign, sizeof sign);
        return true;
    case STATION_FIELD_FLOAT:
        if (!station_text_parse_float(text, &real)) {
            return false;
        }
        memcpy(value, &real, sizeof real);
        return true;
    case STATION_FIELD_SECRET:
        return false;
    default:
        if (strlen(text) >= field->size) {
            return false;
        }
        station_text_copy(value, field->size, text);
        return true;
    }
}

static bool has_save_command(enum station_group group) {
    return group == STATION_GROUP_WIFI || group == STATION_GROUP_MQTT || group == STATION_GROUP_NTP;
}

// Some areas stay as they were until they are saved; the others save themselves.
static bool set_field(struct station_unit *unit, enum station_group group,
                      const struct station_field *field, const char *text) {
    union {
        uint8_t bytes[STATION_GROUP_LARGEST];
        uint64_t alignment;
    } former;
    char problem[STATION_MESSAGE];
    size_t size = station_settings_fields(group).size;
    char *values = station_settings_group(&unit->settings, group);
    memcpy(&former, values, size);
    if (!parse_value(field, text, values + field->offset) ||
        station_settings_problem(group, values, problem, sizeof problem) ||
        (!has_save_command(group) && !station_settings_save(&unit->settings, unit->hal, group))) {
        memcpy(values, &former, size);
        return false;
    }
    if (group == STATION_GROUP_DEVICE && field->kind == STATION_FIELD_HOST) {
        station_restart_plan_reconnect(unit, false);
    }
    return true;
}

static bool is_secret(const struct station_field *field) {
    return strstr(field->label, "password") != NULL || field->kind == STATION_FIELD_SECRET;
}

static bool print_field(struct station_unit *unit, const struct station_field *field,
                        const char *value) {
    uint32_t number = 0;
    float real = 0;
    if (is_secret(field)) {
        return false;
    }
    switch ((enum station_field_kind)field->kind) {
    case STATION_FIELD_BOOL:
        station_at_print(unit, "%s: %d", field->at, *(const bool *)value);
        return true;
    case STATION_FIELD_U32:
    case STATION_FIELD_I32:
        memcpy(&number, value, sizeof number);
        station_at_print(unit, "%s: %lu", field->at, (unsigned long)number);
        return true;
    case STATION_FIELD_FLOAT:
        memcpy(&real, value, sizeof real);
        station_at_print(unit, "%s: %.6f", field->at, (double)real);
        return true;
    case STATION_FIELD_HOST:
        station_at_print(unit, "%s: %s", field->at, station_unit_hostname(unit));
        return true;
    default:
        station_at_print(unit, "%s: %s", field->at, value);
        return true;
    }
}

static bool run_setting(struct station_unit *unit, const char *name, const char *value) {
    for (int group = 0; group < STATION_GROUPS; group++) {
        struct station_fields fields = station_settings_fields((enum station_group)group);
        for (size_t i = 0; i < fields.count; i++) {
            const struct station_field *field = &fields.fields[i];
            if (field->at == NULL || strcmp(field->at, name) != 0) {
                continue;
            }
            const char *values = station_settings_group(&unit->settings, (enum station_group)group);
            return value == NULL || strcmp(value, "?") == 0
                       ? print_field(unit, field, values + field->offset)
                       : set_field(unit, (enum station_group)group, field, value);
        }
    }
    return false;
}

// --- lines

static const struct station_at_command *find(const char *name) {
    for (unsigned area = 0; area < AREAS; area++) {
        for (unsigned i = 0; i < areas[area]->count; i++) {
            if (strcmp(areas[area]->commands[i].name, name) == 0) {
                return &areas[area]->commands[i];
            }
        }
    }
    return NULL;
}

static void print_names(struct station_unit *unit) {
    for (unsigned area = 0; area < AREAS; area++) {
        for (unsigned i = 0; i < areas[area]->count; i++) {
            station_at_print(unit, "AT+%s", areas[area]->commands[i].name);
        }
    }
    for (int group = 0; group < STATION_GROUPS; group++) {
        struct station_fields fields = station_settings_fields((enum station_group)group);
        for (size_t i = 0; i < fields.count; i++) {
            if (fields.fields[i].at != NULL) {
                station_at_print(unit, "AT+%s=", fields.fields[i].at);
            }
        }
    }
}

static unsigned form_of(const char *value) {
    if (value == NULL) {
        return STATION_AT_PLAIN;
    }
    return strcmp(value, "?") == 0 ? STATION_AT_QUERY : STATION_AT_SET;
}

static bool run(struct station_unit *unit, const char *name, const char *value) {
    if (strcmp(name, "HELP") == 0 && value == NULL) {
        print_names(unit);
        return true;
    }
    const struct station_at_command *command = find(name);
    if (command != NULL && (command->forms & form_of(value)) != 0) {
        return command->action(unit, value);
    }
    return run_setting(unit, name, value);
}

// The lines of a certificate are taken as they are, also one that begins like a command, until its
// end. An empty line, or a minute of silence, gives it up.
static bool take_certificate_line(struct station_unit *unit, const char *line) {
    struct station_certificate *certificate = &unit->certificate;
    if (!certificate->receiving || unit->update.for_certificate) {
        return false;
    }
    bool silent = unit->now_ms - certificate->heard_ms >= CERTIFICATE_SILENCE_MS;
    if (line[0] == '\0' || silent) {
        station_certificate_cancel(certificate, unit->hal);
        return false;
    }
    certificate->heard_ms = unit->now_ms;
    station_certificate_append(certificate, line, strlen(line));
    station_certificate_append(certificate, "\n", 1);
    if (strstr(line, "-----END CERTIFICATE-----") != NULL) {
        bool stored = station_certificate_finish(certificate, unit->hal);
        station_at_print(unit, stored ? "OK" : "ERROR");
    }
    return true;
}

void station_at_line(struct station_unit *unit, const char *line) {
    char name[NAME_MAX_LENGTH];
    if (strlen(line) > STATION_AT_LINE_MAX) {
        station_at_print(unit, "ERROR");
        return;
    }
    bool is_command = strncmp(line, "AT", 2) == 0 && (line[2] == '\0' || line[2] == '+');
    if (take_certificate_line(unit, line)) {
        return;
    }
    if (line[0] == '\0') {
        return;
    }
    bool done = is_command && line[2] == '\0';
    if (is_command && !done) {
        const char *text = line + 3;
        size_t length = strcspn(text, "=?");
        bool is_query = text[length] == '?' && text[length + 1] == '\0';
        bool is_set = text[length] == '=';
        if (length > 0 && length < sizeof name && (text[length] == '\0' || is_query || is_set)) {
            memcpy(name, text, length);
            name[length] = '\0';
            // "=?" would be the value "?"; no setting is a lone question mark.
            bool is_lone_mark = is_set && strcmp(text + length, "=?") == 0;
            done = !is_lone_mark && run(unit, name,
                                        is_set     ? text + length + 1
                                        : is_query ? "?"
                                                   : NULL);
        }
    }
    station_at_print(unit, done ? "OK" : "ERROR");
}
