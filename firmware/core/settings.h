// Everything that can be configured, in groups. Each group is described by a table of its fields,
// from which it is checked, stored, loaded and set from the console.
#ifndef STATION_SETTINGS_H
#define STATION_SETTINGS_H

#include "record.h"

enum { STATION_BASE_MAX = 96, STATION_LARGEST_DEVICE_ID = 999999999 };

enum station_group {
    STATION_GROUP_WIFI,
    STATION_GROUP_MQTT,
    STATION_GROUP_DEVICE,
    STATION_GROUP_LOCATION,
    STATION_GROUP_NTP,
    STATION_GROUP_BLE,
    STATION_GROUP_LOCAL,
    STATION_GROUPS
};

struct station_wifi {
    char ssid[33];
    char password[65];
    bool dhcp;
    uint32_t static_ip, gateway, netmask;
    uint32_t tx_power_dbm, channel;
    bool reconnect;                   // both kept for the console only:
    uint32_t retries, retry_delay_ms; // the unit tries for ever
};

struct station_mqtt {
    char broker[128];
    uint32_t port;
    char username[32];
    char password[32];
    uint32_t keepalive_s, qos;
    bool tls;
    char client[32]; // "" = the hostname
    char base[STATION_BASE_MAX];
    bool enabled, reconnect;
    uint32_t retries, retry_delay_ms, backoff_ms;
};

struct station_device {
    char hostname[32]; // "" = the name of the factory
    uint32_t device_id;
    bool heartbeat;
    uint32_t heartbeat_s;
};

struct station_location {
    char country[3];
    uint32_t zone;
    float latitude, longitude;
    uint32_t installed_at;
};

struct station_ntp {
    char servers[3][64];
    bool sync;
    uint32_t interval_s;
    int32_t offset_s;
    char zone_name[32];
    uint32_t timeout_ms;
    char timezone[64]; // POSIX text
};

struct station_secret {
    uint8_t length; // 0 = none, else 32
    uint8_t bytes[32];
};

struct station_ble {
    bool enable;
    char name[32];
    bool advertise;
    uint32_t interval_ms;
    struct station_secret adv_key, spp_key;
    uint32_t tx_power;
    bool adv_signed, spp_signed;
};

// Set by serial only.
struct station_local {
    bool ethernet;
    bool protobuf; // false: commands are answered with error 99
    bool signs, verifies;
};

struct station_settings {
    struct station_wifi wifi;
    struct station_mqtt mqtt;
    struct station_device device;
    struct station_location location;
    struct station_ntp ntp;
    struct station_ble ble;
    struct station_local local;
    struct station_twin twins[STATION_GROUPS];
};

enum station_field_kind {
    STATION_FIELD_BOOL,
    STATION_FIELD_U32,
    STATION_FIELD_I32,
    STATION_FIELD_FLOAT,
    STATION_FIELD_TEXT,
    STATION_FIELD_HOST,
    STATION_FIELD_BASE,
    STATION_FIELD_COUNTRY,
    STATION_FIELD_SECRET
};

struct station_field {
    const char *label; // in messages
    const char *at;    // AT command that sets it; NULL for none
    uint16_t offset;
    uint8_t kind;
    uint16_t size; // of a text, with its NUL
    int32_t low;
    uint32_t high;
};

struct station_fields {
    const struct station_field *fields;
    size_t count;
    size_t size; // of the struct
};

enum { STATION_GROUP_LARGEST = 512 }; // bytes of the largest group in memory

void station_settings_defaults(struct station_settings *settings, uint32_t heartbeat_s);
struct station_fields station_settings_fields(enum station_group group);
void *station_settings_group(struct station_settings *settings, enum station_group group);

// What is wrong with a group, as "<label> <problem>"; false when nothing is.
bool station_settings_problem(enum station_group group, const void *values, char *text,
                              size_t capacity);

// A group as the body of a record, and back.
void station_settings_put(enum station_group group, const void *values,
                          struct station_writer *writer);
void station_settings_get(enum station_group group, void *values, struct station_reader *reader);

bool station_settings_save(struct station_settings *settings, const struct station_hal *hal,
                           enum station_group group);
// Leaves the group as it is when there is no sound record. True when there is one.
bool station_settings_load(struct station_settings *settings, const struct station_hal *hal,
                           enum station_group group);

#endif
