#include "days.h"

#include <mbedtls/md.h>
#include <stdio.h>
#include <string.h>

// --- commands

static esg_alarm_CommandEnvelope envelope;

static esg_alarm_CommandEnvelope *blank(pb_size_t which) {
    memset(&envelope, 0, sizeof envelope);
    envelope.which_command = which;
    return &envelope;
}

static void system_action(struct world *world, esg_alarm_SystemAction action) {
    blank(esg_alarm_CommandEnvelope_system_tag)->command.system.action = action;
    world_command(world, &envelope);
}

static esg_alarm_ConfigCommand *config(esg_alarm_ConfigType type, pb_size_t which) {
    esg_alarm_ConfigCommand *command =
        &blank(esg_alarm_CommandEnvelope_config_tag)->command.config;
    command->type = type;
    command->which_settings = which;
    return command;
}

void day_locate(struct world *world, uint32_t zone) {
    esg_alarm_LocationConfig *location =
        &config(esg_alarm_ConfigType_CFG_LOCATION, esg_alarm_ConfigCommand_location_tag)
             ->settings.location;
    location->has_zone = location->has_country = true;
    location->zone = zone;
    strcpy(location->country, "MX");
    world_command(world, &envelope);
}

static void identify(struct world *world, uint32_t id, const char *hostname) {
    esg_alarm_DeviceConfig *device =
        &config(esg_alarm_ConfigType_CFG_DEVICE, esg_alarm_ConfigCommand_device_tag)
             ->settings.device;
    device->has_device_id = device->has_enable_heartbeat = device->has_heartbeat_interval = true;
    device->device_id = id;
    device->enable_heartbeat = true;
    device->heartbeat_interval = 45;
    device->has_hostname = hostname[0] != '\0';
    snprintf(device->hostname, sizeof device->hostname, "%s", hostname);
    world_command(world, &envelope);
}

static void ota(struct world *world, esg_alarm_OTAAction action, const char *image) {
    esg_alarm_OTACommand *command = &blank(esg_alarm_CommandEnvelope_ota_tag)->command.ota;
    command->action = action;
    if (image != NULL) {
        uint8_t md5[16];
        mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_MD5), (const uint8_t *)image,
                   strlen(image), md5);
        for (int i = 0; i < 16; i++) {
            snprintf(command->md5 + 2 * i, 3, "%02x", md5[i]);
        }
        strcpy(command->url, "https://updates.example/unit.bin");
        command->size = (uint32_t)strlen(image);
    }
    world_command(world, &envelope);
}

// --- days

static void rest(struct world *world) {
    world_pass(world, 7000);
}

static void panic1_on(struct world *world) {
    world_input(world, STATION_PANIC1, true);
}

static void panic1_off(struct world *world) {
    world_input(world, STATION_PANIC1, false);
}

static void panic2_on(struct world *world) {
    world_input(world, STATION_PANIC2, true);
}

static void panic2_off(struct world *world) {
    world_input(world, STATION_PANIC2, false);
}

static void box_open(struct world *world) {
    world_input(world, STATION_TAMPER, true);
}

static void box_closed(struct world *world) {
    world_input(world, STATION_TAMPER, false);
}

static void receipts_come(struct world *world) {
    world_receipts(world);
}

static void broker_goes(struct world *world) {
    world->connects = false;
    world_disconnect(world);
    world_pass(world, 500);
}

static void broker_returns(struct world *world) {
    world->connects = true;
    world_pass(world, 65000);
}

static void siren(struct world *world) {
    esg_alarm_OutputCommand *output =
        &blank(esg_alarm_CommandEnvelope_output_tag)->command.output;
    output->output = esg_alarm_OutputType_OUT_SIREN;
    output->pattern = esg_alarm_PatternType_PAT_BLINK_FAST;
    output->total_duration = 3;
    world_command(world, &envelope);
}

static void clear_counters(struct world *world) {
    system_action(world, esg_alarm_SystemAction_SYS_CLEAR_COUNTERS);
}

static void reboot(struct world *world) {
    system_action(world, esg_alarm_SystemAction_SYS_REBOOT);
    world_pass(world, 4000);
}

static void get_status(struct world *world) {
    system_action(world, esg_alarm_SystemAction_SYS_GET_STATUS);
}

static void zone5(struct world *world) {
    day_locate(world, 5);
}

static void zone6(struct world *world) {
    day_locate(world, 6);
}

static void id42(struct world *world) {
    identify(world, 42, "");
}

static void rename_it(struct world *world) {
    identify(world, 42, "RENAMED");
    world_pass(world, 4000);
}

static void other_broker(struct world *world) {
    esg_alarm_MqttConfig *mqtt =
        &config(esg_alarm_ConfigType_CFG_MQTT, esg_alarm_ConfigCommand_mqtt_tag)->settings.mqtt;
    mqtt->has_broker_url = mqtt->has_keepalive = true;
    strcpy(mqtt->broker_url, "b.example");
    mqtt->keepalive = 120;
    world_command(world, &envelope);
    world_pass(world, 4000);
}

static void bad_network(struct world *world) {
    esg_alarm_WifiConfig *wifi =
        &config(esg_alarm_ConfigType_CFG_WIFI, esg_alarm_ConfigCommand_wifi_tag)->settings.wifi;
    wifi->has_ssid = true;
    strcpy(wifi->ssid, "nowhere");
    world->connects = false;
    world_command(world, &envelope);
    world_disconnect(world);
    world_pass(world, 170000);
}

static void network_is_given_up(struct world *world) {
    world_pass(world, 30000);
    world->connects = true;
    world_pass(world, 65000);
}

static void ntp(struct world *world) {
    esg_alarm_NTPConfig *settings =
        &config(esg_alarm_ConfigType_CFG_NTP, esg_alarm_ConfigCommand_ntp_tag)->settings.ntp;
    settings->has_server1 = settings->has_sync_interval = true;
    strcpy(settings->server1, "time.example");
    settings->sync_interval = 7200;
    world_command(world, &envelope);
}

static void ble(struct world *world) {
    esg_alarm_BLEConfig *settings =
        &config(esg_alarm_ConfigType_CFG_BLE, esg_alarm_ConfigCommand_ble_tag)->settings.ble;
    settings->has_device_name = settings->has_tx_power = true;
    strcpy(settings->device_name, "Unit");
    settings->tx_power = 5;
    world_command(world, &envelope);
}

static void zone_by_serial(struct world *world) {
    world_say(world, "AT+ZONE=9");
}

static void id_by_serial(struct world *world) {
    world_say(world, "AT+DBID=77");
}

static void network_by_serial(struct world *world) {
    world_say(world, "AT+MQTTRETRYDELAY=500");
    world_say(world, "AT+MQTTSAVE");
}

static const char IMAGE[] = "an image of the firmware, 2.2.0, that does not matter";

static void ca_by_serial(struct world *world) {
    world_say(world, "AT+TLSCERTUPLOAD");
    world_say(world, "-----BEGIN CERTIFICATE-----");
    world_say(world, "MIIBszCCAVmgAwIBAgIUTm90IGEgcmVhbCBjZXJ0aWZpY2F0ZQ==");
    world_say(world, "-----END CERTIFICATE-----");
    world_pass(world, 100);
}

static void update_starts(struct world *world) {
    ota(world, esg_alarm_OTAAction_OTA_START_UPDATE, IMAGE);
}

static void update_arrives(struct world *world) {
    world_download(world, IMAGE, sizeof IMAGE - 1);
    world_pass(world, 10000);
}

static void validate(struct world *world) {
    ota(world, esg_alarm_OTAAction_OTA_VALIDATE, NULL);
}

static void roll_back(struct world *world) {
    ota(world, esg_alarm_OTAAction_OTA_ROLLBACK, NULL);
    world_pass(world, 10000);
}

static day_step *const PRESS[] = {panic1_on,     receipts_come, rest,           panic1_off,
                              panic2_on,     rest,          broker_goes,    panic2_off,
                              box_open,      panic1_on,     broker_returns, receipts_come,
                              box_closed,    panic1_off,    receipts_come,  rest};
static day_step *const COMMAND[] = {siren, get_status,  panic1_on, clear_counters, rest,
                                siren, reboot,      rest,      receipts_come,  panic1_off,
                                reboot, receipts_come, siren,  rest};
static day_step *const CONFIG[] = {id42,  zone5,        zone6,     ntp,          ble,
                               zone_by_serial, id_by_serial, network_by_serial, rename_it,
                               panic1_on, other_broker, receipts_come, bad_network, network_is_given_up, zone5, panic1_off, receipts_come};
static day_step *const OTA[] = {ca_by_serial, update_starts, panic1_on, update_arrives, rest,
                            receipts_come, validate,     panic1_off, roll_back,     receipts_come,
                            rest};
static day_step *OVERFLOW[2 * 40 + 8]; // written by make_overflow

// More alarms than there is room for, without a broker.
static size_t make_overflow(void) {
    size_t count = 0;
    OVERFLOW[count++] = broker_goes;
    for (int i = 0; i < 20; i++) {
        OVERFLOW[count++] = panic1_on;
        OVERFLOW[count++] = panic1_off;
        OVERFLOW[count++] = box_open;
        OVERFLOW[count++] = box_closed;
    }
    OVERFLOW[count++] = panic2_on;
    OVERFLOW[count++] = broker_returns;
    OVERFLOW[count++] = receipts_come;
    return count;
}

const struct day *day_named(const char *name) {
    static struct day days[] = {
        {"press", PRESS, sizeof PRESS / sizeof PRESS[0]},
        {"overflow", OVERFLOW, 0},
        {"command", COMMAND, sizeof COMMAND / sizeof COMMAND[0]},
        {"config", CONFIG, sizeof CONFIG / sizeof CONFIG[0]},
        {"ota", OTA, sizeof OTA / sizeof OTA[0]},
    };
    days[1].count = make_overflow();
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        if (strcmp(days[i].name, name) == 0) {
            return &days[i];
        }
    }
    return NULL;
}
