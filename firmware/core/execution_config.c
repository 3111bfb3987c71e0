// Configuration over MQTT: an absent field stays as it is; all fields are taken, or none.
#include <stdio.h>
#include <string.h>

#include "execution.h"
#include "text.h"
#include "unit.h"

#define TAKE(member, field)                                                                        \
    do {                                                                                           \
        if (from->has_##field) {                                                                   \
            to->member = from->field;                                                              \
        }                                                                                          \
    } while (0)
#define TAKE_TEXT(member, field)                                                                   \
    do {                                                                                           \
        if (from->has_##field) {                                                                   \
            station_text_copy(to->member, sizeof to->member, from->field);                         \
        }                                                                                          \
    } while (0)
#define TAKE_SECRET(member, field)                                                                 \
    do {                                                                                           \
        if (from->has_##field) {                                                                   \
            memset(&to->member, 0, sizeof to->member);                                             \
            to->member.length = (uint8_t)from->field.size;                                         \
            memcpy(to->member.bytes, from->field.bytes, from->field.size);                         \
        }                                                                                          \
    } while (0)

static void take_wifi(struct station_wifi *to, const esg_alarm_WifiConfig *from) {
    TAKE_TEXT(ssid, ssid);
    TAKE_TEXT(password, password);
    TAKE(dhcp, dhcp);
    TAKE(static_ip, static_ip);
    TAKE(gateway, gateway);
    TAKE(netmask, netmask);
}

static void take_mqtt(struct station_mqtt *to, const esg_alarm_MqttConfig *from) {
    TAKE_TEXT(broker, broker_url);
    TAKE(port, port);
    TAKE_TEXT(username, username);
    TAKE_TEXT(password, password);
    TAKE(keepalive_s, keepalive);
    TAKE(qos, qos);
    TAKE(tls, use_tls);
}

static void take_device(struct station_device *to, const esg_alarm_DeviceConfig *from) {
    uint32_t former = to->device_id;
    TAKE_TEXT(hostname, hostname);
    TAKE(device_id, device_id);
    TAKE(heartbeat, enable_heartbeat);
    TAKE(heartbeat_s, heartbeat_interval);
    if (to->device_id == 0) { // an id takes effect when it is above 0
        to->device_id = former;
    }
}

static void take_location(struct station_location *to, const esg_alarm_LocationConfig *from) {
    TAKE_TEXT(country, country);
    TAKE(zone, zone);
    TAKE(latitude, latitude);
    TAKE(longitude, longitude);
}

static void take_ntp(struct station_ntp *to, const esg_alarm_NTPConfig *from) {
    TAKE_TEXT(servers[0], server1);
    TAKE_TEXT(servers[1], server2);
    TAKE_TEXT(servers[2], server3);
    TAKE(sync, enable_sync);
    TAKE(interval_s, sync_interval);
    TAKE(offset_s, timezone_offset);
    TAKE_TEXT(zone_name, timezone_name);
}

static void take_ble(struct station_ble *to, const esg_alarm_BLEConfig *from) {
    TAKE(enable, enable);
    TAKE_TEXT(name, device_name);
    TAKE(advertise, advertise);
    TAKE(interval_ms, interval_ms);
    TAKE_SECRET(adv_key, adv_hmac_key);
    TAKE_SECRET(spp_key, spp_hmac_key);
    TAKE(tx_power, tx_power);
}

static void take(void *to, const esg_alarm_ConfigCommand *command, enum station_group group) {
    switch (group) {
    case STATION_GROUP_WIFI:
        take_wifi(to, &command->settings.wifi);
        break;
    case STATION_GROUP_MQTT:
        take_mqtt(to, &command->settings.mqtt);
        break;
    case STATION_GROUP_DEVICE:
        take_device(to, &command->settings.device);
        break;
    case STATION_GROUP_LOCATION:
        take_location(to, &command->settings.location);
        break;
    case STATION_GROUP_NTP:
        take_ntp(to, &command->settings.ntp);
        break;
    default:
        take_ble(to, &command->settings.ble);
        break;
    }
}

// What the tables of the settings do not know: what only the wire forbids.
static const char *wire_problem(const esg_alarm_ConfigCommand *command) {
    const esg_alarm_ConfigCommand *from = command;
    switch (command->which_settings) {
    case esg_alarm_ConfigCommand_device_tag:
        if (from->settings.device.has_hostname &&
            !station_text_is_host(from->settings.device.hostname)) {
            return "hostname is not allowed";
        }
        return NULL;
    case esg_alarm_ConfigCommand_location_tag:
        return from->settings.location.has_country && from->settings.location.country[0] == '\0'
                   ? "country is not two letters"
                   : NULL;
    case esg_alarm_ConfigCommand_ntp_tag:
        return from->settings.ntp.has_sync_interval && from->settings.ntp.sync_interval > 86400
                   ? "sync_interval is outside 300 to 86400"
                   : NULL;
    case esg_alarm_ConfigCommand_ble_tag:
        if (from->settings.ble.has_adv_hmac_key && from->settings.ble.adv_hmac_key.size != 32) {
            return "adv_hmac_key is not 32 bytes";
        }
        return from->settings.ble.has_spp_hmac_key && from->settings.ble.spp_hmac_key.size != 32
                   ? "spp_hmac_key is not 32 bytes"
                   : NULL;
    default:
        return NULL;
    }
}

static bool changes_connection(enum station_group group) {
    return group == STATION_GROUP_WIFI || group == STATION_GROUP_MQTT;
}

// What a stored change sets in motion.
static void follow_up(struct station_unit *unit, enum station_group group, bool renamed) {
    switch (group) {
    case STATION_GROUP_WIFI:
        station_restart_plan_reconnect(unit, true);
        break;
    case STATION_GROUP_MQTT:
        station_restart_plan_reconnect(unit, false);
        break;
    case STATION_GROUP_DEVICE:
        station_telemetry_replan(unit);
        if (renamed) { // after the answer has left under the old name
            station_restart_plan_reconnect(unit, false);
        }
        break;
    case STATION_GROUP_NTP:
        station_connection_sync_clock(unit);
        break;
    default:
        break;
    }
}

// Such settings could never open a session.
static bool lacks_certificate(const struct station_unit *unit, enum station_group group,
                              const void *values) {
    return group == STATION_GROUP_MQTT && ((const struct station_mqtt *)values)->tls &&
           unit->certificate.length == 0;
}

static void write_group(struct station_unit *unit, const esg_alarm_ConfigCommand *command,
                        enum station_group group, struct station_outcome *outcome) {
    union {
        uint8_t bytes[STATION_GROUP_LARGEST];
        uint64_t alignment;
    } candidate, former;
    size_t size = station_settings_fields(group).size;
    void *present = station_settings_group(&unit->settings, group);
    char host[32];
    memcpy(&candidate, present, size);
    memcpy(&former, present, size);
    station_text_copy(host, sizeof host, station_unit_hostname(unit));
    take(&candidate, command, group);
    const char *problem = wire_problem(command);
    if (problem != NULL) {
        station_outcome_fail(outcome, 3, problem);
        return;
    }
    if (station_settings_problem(group, &candidate, outcome->message, sizeof outcome->message)) {
        outcome->error_code = 3;
        return;
    }
    if (lacks_certificate(unit, group, &candidate)) {
        station_outcome_fail(outcome, 9, "there is no CA certificate");
        return;
    }
    if (memcmp(&candidate, &former, size) == 0) {
        return; // nothing to store, and no reason to leave the broker
    }
    bool kept = !changes_connection(group) || station_trial_begin(unit);
    memcpy(present, &candidate, size);
    if (!kept || !station_settings_save(&unit->settings, unit->hal, group)) {
        memcpy(present, &former, size);
        unit->storage_failed = true;
        station_outcome_fail(outcome, 500, "storage failed");
        return;
    }
    follow_up(unit, group, strcmp(host, station_unit_hostname(unit)) != 0);
}

void station_execution_config(struct station_unit *unit, const esg_alarm_ConfigCommand *command,
                              struct station_outcome *outcome) {
    static const pb_size_t tags[] = {
        esg_alarm_ConfigCommand_wifi_tag,   esg_alarm_ConfigCommand_mqtt_tag,
        esg_alarm_ConfigCommand_device_tag, esg_alarm_ConfigCommand_location_tag,
        esg_alarm_ConfigCommand_ntp_tag,    esg_alarm_ConfigCommand_ble_tag};
    uint32_t type = (uint32_t)command->type;
    if (type < 1 || type > 6 || tags[type - 1] != command->which_settings) {
        station_outcome_fail(outcome, 1, "type and settings disagree");
        return;
    }
    if (!unit->profile->reads_config && type > esg_alarm_ConfigType_CFG_LOCATION) {
        station_outcome_fail(outcome, 7, "unknown command");
        return;
    }
    station_outcome_say(outcome, "saved");
    write_group(unit, command, (enum station_group)(type - 1), outcome);
    if (outcome->error_code == 0 && type == esg_alarm_ConfigType_CFG_DEVICE) {
        (void)snprintf(outcome->message, sizeof outcome->message, "device id %lu",
                       (unsigned long)unit->settings.device.device_id);
    }
}
