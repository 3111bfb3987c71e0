#include "telemetry.h"

#include "clock.h"
#include "text.h"
#include "unit.h"

static bool active(const struct station_unit *unit, enum station_input input) {
    // In local test mode an input raises no alarm, so its flag must not either.
    return unit->inputs.pins[input].active && unit->testing_until_ms == 0;
}

static bool on(const struct station_unit *unit, uint32_t channel) {
    return station_outputs_is_on(&unit->outputs, channel);
}

uint32_t station_telemetry_errors(const struct station_unit *unit) {
    uint32_t errors = 0;
    errors |= unit->sensor.failed ? STATION_ERROR_SENSOR : 0U;
    errors |= unit->storage_failed ? STATION_ERROR_STORAGE : 0U;
    errors |= unit->outbox.storage_failed ? STATION_ERROR_OUTBOX : 0U;
    errors |= station_clock_is_set(unit) ? 0U : STATION_ERROR_TIME;
    errors |=
        unit->settings.mqtt.tls && unit->certificate.length == 0 ? STATION_ERROR_CERTIFICATE : 0U;
    bool exhausted = unit->sequence.next == UINT32_MAX;
    errors |= !unit->key.present || unit->key.weak || exhausted ? STATION_ERROR_KEY : 0U;
    errors |= unit->outbox.count * 4 > STATION_OUTBOX_ENTRIES * 3 ? STATION_ERROR_OUTBOX_FULL : 0U;
    errors |= unit->board->reset == STATION_RESET_FAULT ? STATION_ERROR_RESET : 0U;
    return errors;
}

static void fill_extensions(const struct station_unit *unit, esg_alarm_Heartbeat *beat) {
    beat->boot_id = unit->boot_id;
    beat->alarm_sequence = unit->alarms.last;
    beat->relay1 = on(unit, STATION_RELAY1);
    beat->relay2 = on(unit, STATION_RELAY2);
    beat->aux1 = active(unit, STATION_AUX1);
    beat->aux2 = active(unit, STATION_AUX2);
}

void station_telemetry_heartbeat(struct station_unit *unit) {
    esg_alarm_Heartbeat beat = {
        .timestamp = station_clock_stamp(unit),
        .device_db_id = unit->settings.device.device_id,
        .temperature = unit->sensor.celsius,
        .humidity = unit->sensor.percent,
        .panic1 = active(unit, STATION_PANIC1),
        .panic2 = active(unit, STATION_PANIC2),
        .siren = on(unit, STATION_SIREN),
        .turret = on(unit, STATION_TURRET),
        .box_sw = active(unit, STATION_TAMPER),
        .uptime = station_clock_uptime(unit),
        .eth_interface = unit->settings.local.ethernet ? 1 : 0,
        .fan_pwm_duty = unit->outputs.fan_duty_pct,
    };
    station_text_copy(beat.firmware, sizeof beat.firmware, unit->board->firmware);
    if (unit->profile->extensions) {
        fill_extensions(unit, &beat);
    }
    (void)station_uplink_send(unit, STATION_LEAF_HB, esg_alarm_Heartbeat_fields, &beat, 0);
}

static void fill_network(const struct station_unit *unit, esg_alarm_StatusMessage *status) {
    struct station_network network = {.link_up = false};
    struct station_health health = {0};
    unit->hal->network(unit->hal->port, &network);
    unit->hal->health(unit->hal->port, &health);
    status->free_heap = health.free_heap;
    status->min_heap = health.min_heap;
    status->network = network.ethernet ? esg_alarm_NetworkInterface_NET_ETHERNET
                                       : esg_alarm_NetworkInterface_NET_WIFI;
    status->connected = network.link_up;
    status->has_ip = network.has_ip;
    status->rssi = network.ethernet ? 0 : network.rssi_dbm;
    status->ip_address = network.ip;
    status->mqtt_connected = station_uplink_is_open(unit);
    status->ntp_synced = unit->telemetry.last_synced_at != 0;
    status->last_ntp_sync = unit->telemetry.last_synced_at;
    for (int i = 0; i < 6; i++) {
        status->mac_address[i] = unit->board->mac[i];
    }
}

static void fill_signals(const struct station_unit *unit, esg_alarm_StatusMessage *status) {
    const struct station_counters *counters = &unit->counters;
    status->panic1 = active(unit, STATION_PANIC1);
    status->panic2 = active(unit, STATION_PANIC2);
    status->box_sw = active(unit, STATION_TAMPER);
    status->siren = on(unit, STATION_SIREN);
    status->turret = on(unit, STATION_TURRET);
    status->panic1_count = counters->activations[STATION_PANIC1];
    status->panic2_count = counters->activations[STATION_PANIC2];
    status->tamper_count = counters->activations[STATION_TAMPER];
    status->wifi_disconnects = counters->wifi_disconnects;
    status->mqtt_disconnects = counters->mqtt_disconnects;
    status->temperature = unit->sensor.celsius;
    status->humidity = unit->sensor.percent;
    status->error_flags = station_telemetry_errors(unit);
    status->error_count = counters->errors;
}

static void fill_identity(const struct station_unit *unit, esg_alarm_StatusMessage *status) {
    const struct station_location *location = &unit->settings.location;
    struct station_image image = {.validated = true};
    unit->hal->image(unit->hal->port, &image);
    status->timestamp = station_clock_stamp(unit);
    status->device_db_id = unit->settings.device.device_id;
    status->state = (esg_alarm_DeviceState)unit->telemetry.state;
    status->state_duration = (uint32_t)((unit->now_ms - unit->telemetry.state_since_ms) / 1000);
    status->uptime = station_clock_uptime(unit);
    status->boot_count = unit->boot_count;
    station_text_copy(status->firmware, sizeof status->firmware, unit->board->firmware);
    station_text_copy(status->country, sizeof status->country, location->country);
    status->zone = location->zone;
    status->latitude = location->latitude;
    status->longitude = location->longitude;
    status->partition = image.partition;
    status->ota_validated = image.validated;
}

static void send_status(struct station_unit *unit, enum station_leaf leaf) {
    struct station_letter letter;
    if (!station_uplink_is_open(unit) || !station_uplink_begin(unit, &letter)) {
        return;
    }
    esg_alarm_StatusMessage status = esg_alarm_StatusMessage_init_zero;
    status.sequence = letter.sequence;
    fill_identity(unit, &status);
    fill_network(unit, &status);
    fill_signals(unit, &status);
    if (station_uplink_write(unit, &letter, esg_alarm_StatusMessage_fields, &status)) {
        (void)station_uplink_publish(unit, leaf, &letter, 1);
    }
}

void station_telemetry_status(struct station_unit *unit) {
    send_status(unit, STATION_LEAF_STATUS);
    unit->telemetry.last_status_ms = unit->now_ms;
    unit->telemetry.status_ms = unit->now_ms + STATION_STATUS_EVERY_MS;
}

void station_telemetry_login(struct station_unit *unit) {
    send_status(unit, STATION_LEAF_LOGIN);
    unit->telemetry.status_ms = unit->now_ms + STATION_STATUS_EVERY_MS;
    unit->telemetry.last_status_ms = 0;
    station_telemetry_replan(unit);
    if (unit->settings.device.heartbeat) {
        station_telemetry_heartbeat(unit);
    }
}

bool station_telemetry_will(struct station_unit *unit, struct station_letter *letter) {
    struct station_network network = {.link_up = false};
    unit->hal->network(unit->hal->port, &network);
    if (!station_uplink_begin(unit, letter)) {
        return false;
    }
    esg_alarm_LastWillMessage will = {
        .sequence = letter->sequence,
        .timestamp = station_clock_stamp(unit),
        .device_db_id = unit->settings.device.device_id,
        .uptime_at_connect = station_clock_uptime(unit),
        .ip_address = network.ip,
        .rssi = network.ethernet ? 0 : network.rssi_dbm,
    };
    station_text_copy(will.firmware, sizeof will.firmware, unit->board->firmware);
    station_text_copy(will.hostname, sizeof will.hostname, unit->host);
    return station_uplink_write(unit, letter, esg_alarm_LastWillMessage_fields, &will);
}

void station_telemetry_want_status(struct station_unit *unit) {
    struct station_telemetry *telemetry = &unit->telemetry;
    uint64_t soon = unit->now_ms;
    if (telemetry->last_status_ms != 0 &&
        telemetry->last_status_ms + STATION_STATUS_SPACING_MS > soon) {
        soon = telemetry->last_status_ms + STATION_STATUS_SPACING_MS;
    }
    if (soon < telemetry->status_ms) {
        telemetry->status_ms = soon;
    }
}

static uint64_t heartbeat_interval(const struct station_unit *unit) {
    return (uint64_t)unit->settings.device.heartbeat_s * 1000;
}

void station_telemetry_replan(struct station_unit *unit) {
    unit->telemetry.heartbeat_ms = unit->now_ms + heartbeat_interval(unit);
}

void station_telemetry_settle(struct station_unit *unit) {
    struct station_telemetry *telemetry = &unit->telemetry;
    struct station_facts facts = {
        .started = unit->now_ms - unit->booted_ms >= STATION_DEBOUNCE_MS,
        .commissioned = station_connection_is_commissioned(unit),
        .online = station_uplink_is_open(unit),
        .alarm = active(unit, STATION_PANIC1) || active(unit, STATION_PANIC2) ||
                 active(unit, STATION_TAMPER),
        .testing = unit->testing_until_ms != 0,
        .sensor_failed = unit->sensor.failed,
        .storage_failed = unit->outbox.storage_failed,
    };
    enum station_state state = station_state_of(&facts);
    uint32_t errors = station_telemetry_errors(unit);
    if (state != telemetry->state) {
        telemetry->state = state;
        telemetry->state_since_ms = unit->now_ms;
        station_telemetry_want_status(unit);
    }
    if (errors != telemetry->known_errors) {
        unit->counters.errors += (errors & ~telemetry->known_errors) != 0;
        telemetry->known_errors = errors;
        station_telemetry_want_status(unit);
    }
}

void station_telemetry_step(struct station_unit *unit) {
    struct station_telemetry *telemetry = &unit->telemetry;
    station_telemetry_settle(unit);
    if (!station_uplink_is_open(unit)) {
        return;
    }
    if (telemetry->heartbeat_ms <= unit->now_ms) {
        // The schedule does not drift; after a pause nothing is made up for.
        telemetry->heartbeat_ms += heartbeat_interval(unit);
        if (telemetry->heartbeat_ms <= unit->now_ms) {
            station_telemetry_replan(unit);
        }
        if (unit->settings.device.heartbeat) {
            station_telemetry_heartbeat(unit);
        }
    }
    if (telemetry->status_ms <= unit->now_ms) {
        station_telemetry_status(unit);
    }
}

uint64_t station_telemetry_next_due(const struct station_unit *unit) {
    const struct station_telemetry *telemetry = &unit->telemetry;
    if (!station_uplink_is_open(unit)) {
        return UINT64_MAX;
    }
    return telemetry->heartbeat_ms < telemetry->status_ms ? telemetry->heartbeat_ms
                                                          : telemetry->status_ms;
}
