// AT: link and broker.
#include "at.h"

#include <string.h>

#include "text.h"
#include "unit.h"

static const char *mask(const char *secret) {
    return secret[0] != '\0' ? "********" : "";
}

static bool show_network(struct station_unit *unit, const char *value) {
    struct station_network network = {.link_up = false};
    char ip[STATION_ADDRESS_TEXT];
    char gateway[STATION_ADDRESS_TEXT];
    (void)value;
    unit->hal->network(unit->hal->port, &network);
    station_text_address(network.ip, ip);
    station_text_address(network.gateway, gateway);
    station_at_print(unit, "NETWORK: %s, link %s, ip %s, gateway %s, rssi %ld",
                     network.ethernet ? "Ethernet" : "WiFi", network.link_up ? "up" : "down", ip,
                     gateway, (long)network.rssi_dbm);
    return true;
}

static bool show_wifi(struct station_unit *unit, const char *value) {
    const struct station_wifi *wifi = &unit->settings.wifi;
    (void)value;
    station_at_print(unit, "WIFISSID: %s", wifi->ssid);
    station_at_print(unit, "WIFIPASS: %s", mask(wifi->password));
    station_at_print(unit, "WIFIDHCP: %d", wifi->dhcp);
    station_at_print(unit, "WIFICHANNEL: %lu", (unsigned long)wifi->channel);
    station_at_print(unit, "WIFITXPOWER: %lu", (unsigned long)wifi->tx_power_dbm);
    station_at_print(unit, "WIFIRETRYDELAY: %lu ms, reconnects for ever",
                     (unsigned long)wifi->retry_delay_ms);
    return true;
}

static bool save(struct station_unit *unit, enum station_group group) {
    station_trial_forget(unit); // somebody is here and wants it so
    return station_settings_save(&unit->settings, unit->hal, group);
}

static bool save_wifi(struct station_unit *unit, const char *value) {
    (void)value;
    return save(unit, STATION_GROUP_WIFI);
}

static bool load_wifi(struct station_unit *unit, const char *value) {
    (void)value;
    return station_settings_load(&unit->settings, unit->hal, STATION_GROUP_WIFI);
}

static bool connect_wifi(struct station_unit *unit, const char *value) {
    (void)value;
    station_connection_stop(unit, true);
    station_connection_start(unit);
    return true;
}

static bool disconnect_wifi(struct station_unit *unit, const char *value) {
    (void)value;
    station_connection_stop(unit, true);
    return true;
}

static bool show_mqtt(struct station_unit *unit, const char *value) {
    const struct station_mqtt *mqtt = &unit->settings.mqtt;
    (void)value;
    station_at_print(unit, "MQTTSERVER: %s", mqtt->broker);
    station_at_print(unit, "MQTTPORT: %lu", (unsigned long)mqtt->port);
    station_at_print(unit, "MQTTUSER: %s", mqtt->username);
    station_at_print(unit, "MQTTPASS: %s", mask(mqtt->password));
    station_at_print(unit, "MQTTCLIENT: %s",
                     mqtt->client[0] != '\0' ? mqtt->client : station_unit_hostname(unit));
    station_at_print(unit, "MQTTTOPIC: %s", mqtt->base);
    station_at_print(unit, "MQTTSSL: %d", mqtt->tls);
    station_at_print(unit, "MQTTENABLE: %d", mqtt->enabled);
    station_at_print(unit, "MQTTRETRYDELAY: %lu ms doubling to 60 s, for ever",
                     (unsigned long)mqtt->retry_delay_ms);
    return true;
}

static bool save_mqtt(struct station_unit *unit, const char *value) {
    (void)value;
    return save(unit, STATION_GROUP_MQTT);
}

static bool load_mqtt(struct station_unit *unit, const char *value) {
    (void)value;
    return station_settings_load(&unit->settings, unit->hal, STATION_GROUP_MQTT);
}

static bool connect_mqtt(struct station_unit *unit, const char *value) {
    (void)value;
    if (!station_connection_is_commissioned(unit)) {
        return false;
    }
    unit->restart.reconnect_ms = 0; // this is it, if one was planned
    station_connection_stop(unit, false);
    station_connection_start(unit);
    return true;
}

static bool disconnect_mqtt(struct station_unit *unit, const char *value) {
    (void)value;
    station_connection_stop(unit, false);
    return true;
}

static bool show_session(struct station_unit *unit, const char *value) {
    static const char *const phases[] = {"off", "no link", "waiting", "connecting", "connected"};
    (void)value;
    station_at_print(unit, "MQTTSTATUS: %s", phases[unit->connection.phase]);
    return true;
}

// <0/1>[,port]
static bool set_tls(struct station_unit *unit, const char *value) {
    char flag[2] = {value[0], '\0'};
    struct station_mqtt *mqtt = &unit->settings.mqtt;
    uint32_t port = mqtt->port;
    bool tls = false;
    if (strcmp(value, "?") == 0) {
        station_at_print(unit, "MQTTSSL: %d,%lu", mqtt->tls, (unsigned long)mqtt->port);
        return true;
    }
    if (!station_at_flag(flag, &tls) || (value[1] != '\0' && value[1] != ',') ||
        (value[1] == ',' &&
         (!station_text_parse_u32(value + 2, &port) || port < 1 || port > 65535))) {
        return false;
    }
    mqtt->tls = tls;
    mqtt->port = port;
    return true;
}

static const struct station_at_command commands[] = {
    {"ETHSTATUS", STATION_AT_QUERY, show_network},
    {"NETSTATUS", STATION_AT_QUERY, show_network},
    {"WIFISHOW", STATION_AT_PLAIN, show_wifi},
    {"WIFISAVE", STATION_AT_PLAIN, save_wifi},
    {"WIFILOAD", STATION_AT_PLAIN, load_wifi},
    {"WIFICONNECT", STATION_AT_PLAIN, connect_wifi},
    {"WIFIDISCONNECT", STATION_AT_PLAIN, disconnect_wifi},
    {"WIFISTATUS", STATION_AT_PLAIN, show_network},
    {"MQTTSSL", STATION_AT_SET | STATION_AT_QUERY, set_tls},
    {"MQTTSHOW", STATION_AT_PLAIN, show_mqtt},
    {"MQTTSAVE", STATION_AT_PLAIN, save_mqtt},
    {"MQTTLOAD", STATION_AT_PLAIN, load_mqtt},
    {"MQTTCONNECT", STATION_AT_PLAIN, connect_mqtt},
    {"MQTTDISCONNECT", STATION_AT_PLAIN, disconnect_mqtt},
    {"MQTTSTATUS", STATION_AT_PLAIN, show_session},
};

const struct station_at_area station_at_network = {commands, sizeof commands / sizeof commands[0]};
