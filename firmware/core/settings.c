#include "settings.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

enum { VERSION = 1 };

#define FIELD(type, member, kind, low, high, at)                                                   \
    {                                                                                              \
#member, at, (uint16_t)offsetof(struct type, member), STATION_FIELD_##kind,                \
            (uint16_t)sizeof(((struct type *)0)->member), low, high                                \
    }
#define NAMED(label, type, member, kind, low, high, at)                                            \
    {                                                                                              \
        label, at, (uint16_t)offsetof(struct type, member), STATION_FIELD_##kind,                  \
            (uint16_t)sizeof(((struct type *)0)->member), low, high                                \
    }
#define FLAG(type, member, at) FIELD(type, member, BOOL, 0, 1, at)
#define TEXT(type, member, at) FIELD(type, member, TEXT, 0, 0, at)

static const struct station_field wifi_fields[] = {
    TEXT(station_wifi, ssid, "WIFISSID"),
    TEXT(station_wifi, password, "WIFIPASS"),
    FLAG(station_wifi, dhcp, "WIFIDHCP"),
    FIELD(station_wifi, static_ip, U32, 0, UINT32_MAX, NULL),
    FIELD(station_wifi, gateway, U32, 0, UINT32_MAX, NULL),
    FIELD(station_wifi, netmask, U32, 0, UINT32_MAX, NULL),
    FIELD(station_wifi, tx_power_dbm, U32, 2, 21, "WIFITXPOWER"),
    FIELD(station_wifi, channel, U32, 0, 13, "WIFICHANNEL"),
    FLAG(station_wifi, reconnect, "WIFIRECONNECT"),
    FIELD(station_wifi, retries, U32, 0, 255, "WIFIRETRIES"),
    FIELD(station_wifi, retry_delay_ms, U32, 100, 60000, "WIFIRETRYDELAY"),
};

static const struct station_field mqtt_fields[] = {
    NAMED("broker_url", station_mqtt, broker, TEXT, 0, 0, "MQTTSERVER"),
    FIELD(station_mqtt, port, U32, 1, 65535, "MQTTPORT"),
    TEXT(station_mqtt, username, "MQTTUSER"),
    TEXT(station_mqtt, password, "MQTTPASS"),
    NAMED("keepalive", station_mqtt, keepalive_s, U32, 10, 3600, NULL),
    FIELD(station_mqtt, qos, U32, 0, 2, NULL),
    NAMED("use_tls", station_mqtt, tls, BOOL, 0, 1, NULL),
    TEXT(station_mqtt, client, "MQTTCLIENT"),
    FIELD(station_mqtt, base, BASE, 0, 0, "MQTTTOPIC"),
    FLAG(station_mqtt, enabled, "MQTTENABLE"),
    FLAG(station_mqtt, reconnect, "MQTTRECONNECT"),
    FIELD(station_mqtt, retries, U32, 0, 65535, "MQTTRETRIES"),
    FIELD(station_mqtt, retry_delay_ms, U32, 100, 60000, "MQTTRETRYDELAY"),
    FIELD(station_mqtt, backoff_ms, U32, 0, 10000, "MQTTBACKOFF"),
};

static const struct station_field device_fields[] = {
    FIELD(station_device, hostname, HOST, 0, 0, "HOSTNAME"),
    FIELD(station_device, device_id, U32, 0, STATION_LARGEST_DEVICE_ID, "DBID"),
    NAMED("enable_heartbeat", station_device, heartbeat, BOOL, 0, 1, NULL),
    NAMED("heartbeat_interval", station_device, heartbeat_s, U32, 10, 3600, NULL),
};

static const struct station_field location_fields[] = {
    FIELD(station_location, country, COUNTRY, 0, 0, "COUNTRY"),
    FIELD(station_location, zone, U32, 1, 255, "ZONE"),
    FIELD(station_location, latitude, FLOAT, -90, 90, "LAT"),
    FIELD(station_location, longitude, FLOAT, -180, 180, "LON"),
    FIELD(station_location, installed_at, U32, 0, UINT32_MAX, "INSTALLTS"),
};

static const struct station_field ntp_fields[] = {
    NAMED("server1", station_ntp, servers[0], TEXT, 0, 0, "NTPSERVER1"),
    NAMED("server2", station_ntp, servers[1], TEXT, 0, 0, "NTPSERVER2"),
    NAMED("server3", station_ntp, servers[2], TEXT, 0, 0, "NTPSERVER3"),
    NAMED("enable_sync", station_ntp, sync, BOOL, 0, 1, "NTPENABLE"),
    // The console sets hours, up to a week; over MQTT the limit is a day.
    NAMED("sync_interval", station_ntp, interval_s, U32, 300, 604800, NULL),
    NAMED("timezone_offset", station_ntp, offset_s, I32, -43200, 50400, NULL),
    NAMED("timezone_name", station_ntp, zone_name, TEXT, 0, 0, NULL),
    FIELD(station_ntp, timeout_ms, U32, 1000, 30000, "NTPTIMEOUT"),
    TEXT(station_ntp, timezone, "TIMEZONE"),
};

static const struct station_field ble_fields[] = {
    FLAG(station_ble, enable, NULL),
    NAMED("device_name", station_ble, name, TEXT, 0, 0, NULL),
    FLAG(station_ble, advertise, NULL),
    FIELD(station_ble, interval_ms, U32, 20, 10240, NULL),
    NAMED("adv_hmac_key", station_ble, adv_key, SECRET, 0, 0, NULL),
    NAMED("spp_hmac_key", station_ble, spp_key, SECRET, 0, 0, NULL),
    FIELD(station_ble, tx_power, U32, 0, 7, NULL),
    FLAG(station_ble, adv_signed, NULL),
    FLAG(station_ble, spp_signed, NULL),
};

static const struct station_field local_fields[] = {
    FLAG(station_local, ethernet, "NETMODE"),
    FLAG(station_local, protobuf, "PBPROTO"),
    FLAG(station_local, signs, "PBHMAC"),
    FLAG(station_local, verifies, "PBVERIFY"),
};

#define GROUP(type, name)                                                                          \
    { name##_fields, sizeof name##_fields / sizeof name##_fields[0], sizeof(struct type) }

static const struct station_fields groups[STATION_GROUPS] = {
    GROUP(station_wifi, wifi),         GROUP(station_mqtt, mqtt), GROUP(station_device, device),
    GROUP(station_location, location), GROUP(station_ntp, ntp),   GROUP(station_ble, ble),
    GROUP(station_local, local),
};

static const char *const names[STATION_GROUPS] = {
    "cfg_wifi", "cfg_mqtt", "cfg_device", "cfg_location", "cfg_ntp", "cfg_ble", "cfg_local"};

void station_settings_defaults(struct station_settings *settings, uint32_t heartbeat_s) {
    *settings = (struct station_settings){
        .wifi = {.dhcp = true, .tx_power_dbm = 20, .reconnect = true, .retry_delay_ms = 5000},
        .mqtt = {.port = 1883,
                 .keepalive_s = 60,
                 .qos = 1,
                 .enabled = true,
                 .reconnect = true,
                 .retry_delay_ms = 1000},
        .device = {.heartbeat = true, .heartbeat_s = heartbeat_s},
        .location = {.zone = 1},
        .ntp = {.servers = {"pool.ntp.org", "", ""},
                .sync = true,
                .interval_s = 3600,
                .zone_name = "UTC",
                .timeout_ms = 5000,
                .timezone = "UTC0"},
        .ble = {.interval_ms = 1000, .tx_power = 3, .adv_signed = true, .spp_signed = true},
        .local = {.protobuf = true, .signs = true, .verifies = true},
    };
    for (int group = 0; group < STATION_GROUPS; group++) {
        settings->twins[group].name = names[group];
    }
}

struct station_fields station_settings_fields(enum station_group group) {
    return groups[group];
}

void *station_settings_group(struct station_settings *settings, enum station_group group) {
    void *const members[STATION_GROUPS] = {&settings->wifi,     &settings->mqtt, &settings->device,
                                           &settings->location, &settings->ntp,  &settings->ble,
                                           &settings->local};
    return members[group];
}

static bool is_country(const char *text) {
    for (int i = 0; i < 2; i++) {
        char c = text[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) {
            return false;
        }
    }
    return text[2] == '\0';
}

// NULL when the value is allowed; "" when it is outside low to high.
static const char *problem_of(const struct station_field *field, const void *value) {
    uint32_t number = 0;
    int32_t sign = 0;
    float real = 0;
    const char *text = value;
    switch ((enum station_field_kind)field->kind) {
    case STATION_FIELD_U32:
        memcpy(&number, value, sizeof number);
        return number < (uint32_t)field->low || number > field->high ? "" : NULL;
    case STATION_FIELD_I32:
        memcpy(&sign, value, sizeof sign);
        return sign < field->low || sign > (int32_t)field->high ? "" : NULL;
    case STATION_FIELD_FLOAT: // written so that NaN is outside
        memcpy(&real, value, sizeof real);
        return real >= (float)field->low && real <= (float)field->high ? NULL : "";
    case STATION_FIELD_TEXT:
        return station_text_is_utf8(text) ? NULL : "is not UTF-8";
    case STATION_FIELD_HOST: // "" stands for the name of the factory
        return text[0] == '\0' || station_text_is_host(text) ? NULL : "is not allowed";
    case STATION_FIELD_BASE:
        if (text[0] == '\0') {
            return NULL;
        }
        return station_text_is_base(text) && station_text_is_utf8(text) ? NULL : "is not allowed";
    case STATION_FIELD_COUNTRY:
        return text[0] == '\0' || is_country(text) ? NULL : "is not two letters";
    case STATION_FIELD_SECRET:
        return *(const uint8_t *)value == 0 || *(const uint8_t *)value == 32 ? NULL
                                                                             : "is not 32 bytes";
    default:
        return NULL;
    }
}

bool station_settings_problem(enum station_group group, const void *values, char *text,
                              size_t capacity) {
    for (size_t i = 0; i < groups[group].count; i++) {
        const struct station_field *field = &groups[group].fields[i];
        const char *problem = problem_of(field, (const char *)values + field->offset);
        if (problem == NULL) {
            continue;
        }
        if (problem[0] != '\0') {
            (void)snprintf(text, capacity, "%s %s", field->label, problem);
        } else {
            (void)snprintf(text, capacity, "%s is outside %ld to %lu", field->label,
                           (long)field->low, (unsigned long)field->high);
        }
        return true;
    }
    return false;
}

void station_settings_put(enum station_group group, const void *values,
                          struct station_writer *writer) {
    for (size_t i = 0; i < groups[group].count; i++) {
        const struct station_field *field = &groups[group].fields[i];
        const char *value = (const char *)values + field->offset;
        uint32_t number = 0;
        switch ((enum station_field_kind)field->kind) {
        case STATION_FIELD_BOOL:
            station_put_u8(writer, *(const bool *)value ? 1 : 0);
            break;
        case STATION_FIELD_U32:
        case STATION_FIELD_I32:
        case STATION_FIELD_FLOAT:
            memcpy(&number, value, sizeof number);
            station_put_u32(writer, number);
            break;
        case STATION_FIELD_SECRET:
            station_put_u8(writer, *(const uint8_t *)value);
            station_put_bytes(writer, value + 1, 32);
            break;
        default:
            station_put_text(writer, value);
            break;
        }
    }
}

void station_settings_get(enum station_group group, void *values, struct station_reader *reader) {
    for (size_t i = 0; i < groups[group].count; i++) {
        const struct station_field *field = &groups[group].fields[i];
        char *value = (char *)values + field->offset;
        uint32_t number = 0;
        switch ((enum station_field_kind)field->kind) {
        case STATION_FIELD_BOOL:
            (void)station_get_bool(reader, (bool *)value);
            break;
        case STATION_FIELD_U32:
        case STATION_FIELD_I32:
        case STATION_FIELD_FLOAT:
            if (station_get_u32(reader, &number)) {
                memcpy(value, &number, sizeof number);
            }
            break;
        case STATION_FIELD_SECRET:
            if (station_get_u8(reader, (uint8_t *)value)) {
                (void)station_get_bytes(reader, value + 1, 32);
            }
            break;
        default:
            (void)station_get_text(reader, value, field->size);
            break;
        }
    }
}

bool station_settings_save(struct station_settings *settings, const struct station_hal *hal,
                           enum station_group group) {
    uint8_t buffer[STATION_RECORD_SMALL];
    struct station_writer writer = station_writer_begin(buffer, sizeof buffer);
    station_settings_put(group, station_settings_group(settings, group), &writer);
    return station_twin_save(&settings->twins[group], hal, VERSION, &writer);
}

bool station_settings_load(struct station_settings *settings, const struct station_hal *hal,
                           enum station_group group) {
    uint8_t buffer[STATION_RECORD_SMALL];
    struct station_reader reader;
    if (!station_twin_load(&settings->twins[group], hal, VERSION, buffer, sizeof buffer, &reader)) {
        return false;
    }
    station_settings_get(group, station_settings_group(settings, group), &reader);
    return true;
}
