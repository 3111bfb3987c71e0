// Configuration read back as JSON; secrets always masked.
#include "execution.h"
#include "text.h"
#include "unit.h"

static const char *mask(bool present) {
    return present ? "********" : "";
}

static struct station_network network_of(struct station_unit *unit) {
    struct station_network network = {.link_up = false};
    unit->hal->network(unit->hal->port, &network);
    return network;
}

static void read_wifi(struct station_unit *unit, struct station_json *json) {
    const struct station_wifi *wifi = &unit->settings.wifi;
    struct station_network network = network_of(unit);
    char mac[STATION_MAC_TEXT];
    station_text_mac(unit->board->mac, mac);
    station_json_text(json, "ssid", wifi->ssid);
    station_json_text(json, "password", mask(wifi->password[0] != '\0'));
    station_json_bool(json, "dhcp", wifi->dhcp);
    station_json_address(json, "ip", wifi->dhcp ? network.ip : wifi->static_ip);
    station_json_address(json, "netmask", wifi->dhcp ? network.netmask : wifi->netmask);
    station_json_address(json, "gateway", wifi->dhcp ? network.gateway : wifi->gateway);
    station_json_text(json, "mac", mac);
    station_json_i32(json, "rssi", network.ethernet ? 0 : network.rssi_dbm);
    station_json_bool(json, "connected", network.link_up && !network.ethernet);
}

static void read_mqtt(struct station_unit *unit, struct station_json *json) {
    const struct station_mqtt *mqtt = &unit->settings.mqtt;
    station_json_text(json, "broker", mqtt->broker);
    station_json_u32(json, "port", mqtt->port);
    station_json_text(json, "user", mqtt->username);
    station_json_text(json, "password", mask(mqtt->password[0] != '\0'));
    station_json_u32(json, "keepalive", mqtt->keepalive_s);
    station_json_u32(json, "qos", mqtt->qos);
    station_json_bool(json, "tls", mqtt->tls);
    station_json_bool(json, "connected", station_connection_is_open(unit));
}

static void read_device(struct station_unit *unit, struct station_json *json) {
    station_json_text(json, "hostname", station_unit_hostname(unit));
    station_json_u32(json, "device_id", unit->settings.device.device_id);
    station_json_bool(json, "hb_enable", unit->settings.device.heartbeat);
    station_json_u32(json, "hb_interval", unit->settings.device.heartbeat_s);
}

static void read_location(struct station_unit *unit, struct station_json *json) {
    const struct station_location *location = &unit->settings.location;
    station_json_text(json, "country", location->country);
    station_json_u32(json, "zone", location->zone);
    station_json_float(json, "lat", location->latitude, 6);
    station_json_float(json, "lon", location->longitude, 6);
}

static void read_ntp(struct station_unit *unit, struct station_json *json) {
    const struct station_ntp *ntp = &unit->settings.ntp;
    station_json_text(json, "srv1", ntp->servers[0]);
    station_json_text(json, "srv2", ntp->servers[1]);
    station_json_text(json, "srv3", ntp->servers[2]);
    station_json_bool(json, "sync", ntp->sync);
    station_json_u32(json, "interval", ntp->interval_s);
    station_json_i32(json, "tz_offset", ntp->offset_s);
    station_json_text(json, "tz", ntp->zone_name);
}

static void read_ble(struct station_unit *unit, struct station_json *json) {
    const struct station_ble *ble = &unit->settings.ble;
    station_json_bool(json, "enable", ble->enable);
    station_json_text(json, "name", ble->name);
    station_json_bool(json, "adv", ble->advertise);
    station_json_u32(json, "interval", ble->interval_ms);
    station_json_text(json, "adv_key", mask(ble->adv_key.length != 0));
    station_json_text(json, "spp_key", mask(ble->spp_key.length != 0));
    station_json_u32(json, "tx_pwr", ble->tx_power);
}

// The reduced key set, which fits into one answer.
static void read_all(struct station_unit *unit, struct station_json *json) {
    const struct station_settings *settings = &unit->settings;
    station_json_open(json, "wifi", '{');
    station_json_text(json, "ssid", settings->wifi.ssid);
    station_json_bool(json, "dhcp", settings->wifi.dhcp);
    station_json_address(json, "ip", network_of(unit).ip);
    station_json_close(json, '}');
    station_json_open(json, "mqtt", '{');
    station_json_text(json, "broker", settings->mqtt.broker);
    station_json_u32(json, "port", settings->mqtt.port);
    station_json_bool(json, "tls", settings->mqtt.tls);
    station_json_close(json, '}');
    station_json_open(json, "device", '{');
    station_json_text(json, "hostname", station_unit_hostname(unit));
    station_json_u32(json, "device_id", settings->device.device_id);
    station_json_u32(json, "hb_interval", settings->device.heartbeat_s);
    station_json_close(json, '}');
    station_json_open(json, "location", '{');
    station_json_text(json, "country", settings->location.country);
    station_json_u32(json, "zone", settings->location.zone);
    station_json_close(json, '}');
    station_json_open(json, "ntp", '{');
    station_json_text(json, "srv1", settings->ntp.servers[0]);
    station_json_bool(json, "sync", settings->ntp.sync);
    station_json_close(json, '}');
    station_json_open(json, "ble", '{');
    station_json_bool(json, "enable", settings->ble.enable);
    station_json_close(json, '}');
}

void station_execution_read(struct station_unit *unit, const esg_alarm_ConfigReadCommand *command,
                            struct station_outcome *outcome) {
    typedef void reader(struct station_unit *, struct station_json *);
    static reader *const readers[] = {read_wifi, read_mqtt, read_device, read_location,
                                      read_ntp,  read_ble,  read_all};
    uint32_t type = (uint32_t)command->type;
    if (!unit->profile->reads_config) {
        station_outcome_fail(outcome, 1, "invalid command");
        return;
    }
    if (type < 1 || type > sizeof readers / sizeof readers[0]) {
        station_outcome_fail(outcome, 7, "unknown command");
        return;
    }
    station_json_open(&outcome->json, NULL, '{');
    readers[type - 1](unit, &outcome->json);
    station_json_close(&outcome->json, '}');
}
