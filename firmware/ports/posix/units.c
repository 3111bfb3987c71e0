#include "units.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "json_tree.h"

enum { COMMISSIONING_MAX = 8192 };

// --- the list

static char *read_all(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    size_t length = 0;
    size_t capacity = 65536;
    char *text = malloc(capacity);
    while (text != NULL) {
        length += fread(text + length, 1, capacity - length - 1, file);
        if (length < capacity - 1) {
            text[length] = '\0';
            break;
        }
        capacity *= 2;
        char *larger = realloc(text, capacity);
        if (larger == NULL) {
            free(text);
        }
        text = larger;
    }
    fclose(file);
    return text;
}

static bool read_mac(const char *text, uint8_t mac[6]) {
    for (int i = 0; i < 6; i++) {
        char *end;
        unsigned long byte = strtoul(text, &end, 16);
        char wanted = i < 5 ? ':' : '\0';
        if (end - text != 2 || byte > 0xFF || *end != wanted) {
            return false;
        }
        mac[i] = (uint8_t)byte;
        text = end + 1;
    }
    return true;
}

static bool set_kind(const char *kind, struct machine_plan *plan) {
#ifdef STATION_FIELD_DEVICE
    const char *usual = "field";
#else
    const char *usual = "our";
#endif
    kind = kind[0] == '\0' ? usual : kind;
    if (strcmp(kind, "our") == 0) {
        plan->profile = &station_our_firmware;
        plan->firmware = "2.1.0";
    } else if (strcmp(kind, "field") == 0) {
        plan->profile = &station_field_device;
        plan->firmware = "1.4.2";
    } else if (strcmp(kind, "field-unsigned") == 0) {
        plan->profile = &station_unsigned_field_device;
        plan->firmware = "1.2.0";
    }
    return plan->profile != NULL;
}

static bool copy(char *to, size_t capacity, const char *from) {
    return (size_t)snprintf(to, capacity, "%s", from) < capacity;
}

// "21.5 45": the climate at the start; "" leaves it to the unit.
static bool read_climate(const char *text, struct machine_plan *plan) {
    if (text[0] == '\0') {
        return true;
    }
    char *rest;
    plan->celsius = strtof(text, &rest);
    const char *second = rest;
    plan->percent = strtof(second, &rest);
    plan->has_climate = rest != second && *rest == '\0';
    return plan->has_climate;
}

static bool read_plan(const struct json *entry, struct machine_plan *plan) {
    *plan = (struct machine_plan){0};
    bool read = entry->kind == JSON_OBJECT &&
                copy(plan->host, sizeof plan->host, json_text(entry, "host")) &&
                read_mac(json_text(entry, "mac"), plan->mac) &&
                copy(plan->name, sizeof plan->name, json_text(entry, "name")) &&
                copy(plan->key_hex, sizeof plan->key_hex, json_text(entry, "key_hex")) &&
                copy(plan->user, sizeof plan->user, json_text(entry, "broker_user")) &&
                copy(plan->password, sizeof plan->password,
                     json_text(entry, "broker_password")) &&
                read_climate(json_text(entry, "climate"), plan) &&
                set_kind(json_text(entry, "kind"), plan);
    const struct json *site = json_member(entry, "site_path");
    for (const struct json *level = site == NULL ? NULL : site->first;
         level != NULL && plan->site_levels < MACHINE_LEVELS_MAX; level = level->next) {
        if (level->kind == JSON_STRING) {
            (void)copy(plan->site[plan->site_levels++], MACHINE_TEXT_MAX, level->string);
        }
    }
    return read && plan->host[0] != '\0';
}

bool units_read(const char *file, struct machine_plan **plans, size_t *count) {
    char *text = read_all(file);
    struct json *list = text == NULL ? NULL : json_parse(text);
    free(text);
    *count = 0;
    *plans = NULL;
    if (list == NULL || list->kind != JSON_ARRAY) {
        fprintf(stderr, "%s is no list of units\n", file);
        json_free(list);
        return false;
    }
    size_t all = 0;
    for (const struct json *entry = list->first; entry != NULL; entry = entry->next) {
        all++;
    }
    *plans = calloc(all == 0 ? 1 : all, sizeof **plans);
    bool read = *plans != NULL;
    for (const struct json *entry = list->first; read && entry != NULL; entry = entry->next) {
        read = read_plan(entry, &(*plans)[*count]);
        if (read) {
            (*count)++;
        } else {
            fprintf(stderr, "%s: unit %zu cannot be read\n", file, *count + 1);
        }
    }
    json_free(list);
    return read;
}

// --- commissioning

struct script {
    char text[COMMISSIONING_MAX];
    size_t length;
    bool failed;
};

static void add(struct script *script, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct script *script, const char *format, ...) {
    va_list values;
    va_start(values, format);
    size_t space = sizeof script->text - script->length;
    int length = vsnprintf(script->text + script->length, space, format, values);
    va_end(values);
    script->failed = script->failed || length < 0 || (size_t)length >= space;
    script->length += script->failed ? 0 : (size_t)length;
}

// The order of the handbook: identity, WiFi, broker, key.
static void write_script(struct script *script, const struct machine_plan *plan,
                         const struct fleet_options *options) {
    const struct fleet_broker *broker = &options->broker;
    bool shared = broker->user[0] != '\0';
    const char *own = plan->user[0] != '\0' ? plan->user : plan->host;
    add(script, "AT+HOSTNAME=%s\n", plan->host);
    add(script, "AT+WIFISSID=virtual\nAT+WIFIPASS=no real network\nAT+WIFISAVE\n");
    add(script, "AT+MQTTSERVER=%s\nAT+MQTTPORT=%u\n", broker->host, broker->port);
    if (shared || plan->password[0] != '\0') {
        add(script, "AT+MQTTUSER=%s\nAT+MQTTPASS=%s\n", shared ? broker->user : own,
            shared ? broker->password : plan->password);
    }
    add(script, "AT+MQTTTOPIC=%s\n", broker->base_topic);
    if (broker->tls) {
        char *certificate = read_all(broker->ca_file);
        script->failed = script->failed || certificate == NULL;
        add(script, "AT+TLSCERTUPLOAD\n%s\nAT+MQTTSSL=1,%u\n",
            certificate == NULL ? "" : certificate, broker->port);
        free(certificate);
    }
    add(script, "AT+MQTTENABLE=1\nAT+MQTTSAVE\nAT+PBPROTO=1\n");
    if (plan->key_hex[0] != '\0') {
        add(script, "AT+PBKEY=%s\n", plan->key_hex);
    }
    add(script, "AT+PBHMAC=%d\nAT+PBVERIFY=%d\nAT+PBJSON=0\n", plan->profile->signs,
        plan->profile->verifies);
    add(script, "AT+MQTTCONNECT\n");
}

// The digest of what was done, so that no secret lies about in another file.
static void name_script(const struct script *script, char digest[65]) {
    uint8_t bytes[32];
    mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), (const uint8_t *)script->text,
               script->length, bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        snprintf(digest + 2 * i, 3, "%02x", bytes[i]);
    }
}

static bool was_done(const char *path, const char *digest) {
    char line[80] = "";
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    bool done = fgets(line, sizeof line, file) != NULL && strcmp(line, digest) == 0;
    fclose(file);
    return done;
}

static bool play(struct machine *machine, char *script, uint64_t now_ms) {
    for (char *line = strtok(script, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *answer = machine_at(machine, line, now_ms);
        bool silent = strncmp(line, "AT+", 3) != 0; // a line of the certificate
        if (strstr(answer, "ERROR") != NULL || (answer[0] == '\0' && !silent)) {
            line[strcspn(line, "=")] = '\0'; // what follows may be a secret
            fprintf(stderr, "%s: %s was answered with %s\n", machine->plan.host, line, answer);
            return false;
        }
    }
    return true;
}

static bool commission(struct machine *machine, const struct fleet_options *options,
                       uint64_t now_ms) {
    struct script script = {.length = 0};
    char path[FILES_PATH_MAX + 64];
    char digest[65];
    write_script(&script, &machine->plan, options);
    name_script(&script, digest);
    if (script.failed || !files_path(&machine->files, "commissioned", ".txt", path)) {
        fprintf(stderr, "%s: its settings cannot be written down\n", machine->plan.host);
        return false;
    }
    if (was_done(path, digest)) {
        return true;
    }
    if (!play(machine, script.text, now_ms)) {
        return false;
    }
    FILE *file = fopen(path, "w");
    return file != NULL && fputs(digest, file) >= 0 && fclose(file) == 0;
}

bool units_bring_up(struct machine *machine, const struct machine_plan *plan,
                    const struct fleet_options *options, struct session_counts *counts,
                    uint64_t now_ms) {
    char folder[FILES_PATH_MAX];
    int length = snprintf(folder, sizeof folder, "%s/%s", options->folder, plan->host);
    if (length >= (int)sizeof folder ||
        !machine_create(machine, plan, folder, options->durable, counts, now_ms)) {
        fprintf(stderr, "%s: %s\n", folder, strerror(errno));
        return false;
    }
    machine->talkative = options->talkative;
    if (!commission(machine, options, now_ms)) {
        return false;
    }
    // No console command sets it: the station does, by CFG_DEVICE.
    struct station_settings *settings = &machine->unit.settings;
    if (options->heartbeat_s != 0 && options->heartbeat_s != settings->device.heartbeat_s) {
        settings->device.heartbeat_s = options->heartbeat_s;
        return station_settings_save(settings, &machine->hal, STATION_GROUP_DEVICE);
    }
    return true;
}

bool units_change_account(struct machine *machine, const char *user, const char *password,
                          uint64_t now_ms) {
    char script[256];
    int length = snprintf(script, sizeof script,
                          "AT+MQTTUSER=%s\nAT+MQTTPASS=%s\nAT+MQTTSAVE\nAT+MQTTCONNECT\n", user,
                          password);
    return length < (int)sizeof script && play(machine, script, now_ms);
}
