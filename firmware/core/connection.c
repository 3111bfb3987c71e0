#include "connection.h"

#include "text.h"
#include "unit.h"
#include "uplink.h"

bool station_connection_is_commissioned(const struct station_unit *unit) {
    const struct station_mqtt *mqtt = &unit->settings.mqtt;
    return mqtt->broker[0] != '\0' && mqtt->base[0] != '\0';
}

bool station_connection_is_open(const struct station_unit *unit) {
    return unit->connection.phase == STATION_ONLINE;
}

static void start_link(struct station_unit *unit) {
    const struct station_wifi *wifi = &unit->settings.wifi;
    const struct station_link link = {
        .ethernet = unit->settings.local.ethernet,
        .ssid = wifi->ssid,
        .password = wifi->password,
        .channel = wifi->channel,
        .tx_power_dbm = wifi->tx_power_dbm,
        .dhcp = wifi->dhcp,
        .static_ip = wifi->static_ip,
        .gateway = wifi->gateway,
        .netmask = wifi->netmask,
    };
    struct station_connection *connection = &unit->connection;
    connection->phase = STATION_NO_LINK;
    connection->due_ms = unit->now_ms + STATION_CONNECT_TIMEOUT_MS;
    unit->hal->link_start(unit->hal->port, &link);
}

void station_connection_sync_clock(struct station_unit *unit) {
    const struct station_ntp *ntp = &unit->settings.ntp;
    const struct station_time_source source = {
        .enabled = ntp->sync,
        .servers = {ntp->servers[0], ntp->servers[1], ntp->servers[2]},
        .interval_s = ntp->interval_s,
        .timeout_ms = ntp->timeout_ms,
        .timezone = ntp->timezone,
    };
    unit->hal->clock_sync(unit->hal->port, &source);
}

// Wait, longer each time.
static void try_later(struct station_unit *unit) {
    struct station_connection *connection = &unit->connection;
    uint32_t spread = unit->settings.mqtt.backoff_ms;
    uint32_t jitter = spread == 0 ? 0 : unit->hal->random32(unit->hal->port) % (spread + 1);
    connection->phase = STATION_WAITING;
    connection->due_ms = unit->now_ms + connection->backoff_ms + jitter;
    connection->backoff_ms *= 2;
    if (connection->backoff_ms > STATION_RECONNECT_LONGEST_MS) {
        connection->backoff_ms = STATION_RECONNECT_LONGEST_MS;
    }
}

static void open_session(struct station_unit *unit) {
    const struct station_mqtt *mqtt = &unit->settings.mqtt;
    struct station_letter will;
    station_text_copy(unit->host, sizeof unit->host, station_unit_hostname(unit));
    bool lacks_ca = mqtt->tls && unit->certificate.length == 0;
    if (lacks_ca || !station_telemetry_will(unit, &will)) {
        try_later(unit); // without a CA there is no TLS; the error flag tells it on the console
        return;
    }
    const struct station_session session = {
        .broker = mqtt->broker,
        .port = (uint16_t)mqtt->port,
        .username = mqtt->username,
        .password = mqtt->password,
        .client_id = mqtt->client[0] != '\0' ? mqtt->client : unit->host,
        .base = mqtt->base,
        .host = unit->host,
        .keepalive_s = (uint16_t)mqtt->keepalive_s,
        .tls = mqtt->tls,
        .ca = mqtt->tls ? station_certificate_text(&unit->certificate) : NULL,
        .ca_length = mqtt->tls ? unit->certificate.length : 0,
        .will = will.bytes,
        .will_length = will.length,
    };
    unit->connection.phase = STATION_CONNECTING;
    unit->connection.due_ms = unit->now_ms + STATION_CONNECT_TIMEOUT_MS;
    unit->hal->session_open(unit->hal->port, &session);
}

static bool wants_session(const struct station_unit *unit) {
    return station_connection_is_commissioned(unit) && unit->settings.mqtt.enabled;
}

static void use_link(struct station_unit *unit) {
    if (wants_session(unit)) {
        open_session(unit);
    } else {
        unit->connection.phase = STATION_OFF; // the link alone, while being commissioned
    }
}

void station_connection_start(struct station_unit *unit) {
    struct station_connection *connection = &unit->connection;
    bool wants_link = unit->settings.wifi.ssid[0] != '\0' || unit->settings.local.ethernet;
    connection->backoff_ms = unit->settings.mqtt.retry_delay_ms;
    if (connection->link_up) {
        use_link(unit);
    } else if (wants_link || wants_session(unit)) {
        station_connection_sync_clock(unit);
        start_link(unit);
    }
}

static void leave(struct station_unit *unit) {
    struct station_connection *connection = &unit->connection;
    if (connection->phase == STATION_ONLINE) {
        connection->offline_since_ms = unit->now_ms;
        unit->trial.offline_since_ms = unit->now_ms;
    }
}

void station_connection_stop(struct station_unit *unit, bool with_link) {
    struct station_connection *connection = &unit->connection;
    if (connection->phase == STATION_CONNECTING || connection->phase == STATION_ONLINE) {
        unit->hal->session_close(unit->hal->port, connection->phase == STATION_ONLINE);
    }
    leave(unit);
    connection->phase = STATION_OFF;
    if (with_link) {
        unit->hal->link_stop(unit->hal->port);
        connection->link_up = false;
    }
}

void station_connection_link(struct station_unit *unit, bool up) {
    struct station_connection *connection = &unit->connection;
    bool was_up = connection->link_up;
    connection->link_up = up;
    if (up) {
        if (connection->phase == STATION_NO_LINK) {
            use_link(unit);
        }
        return;
    }
    if (was_up) {
        unit->counters.wifi_disconnects += unit->settings.local.ethernet ? 0 : 1;
        station_journal_add(unit, STATION_LOG_WARNING, "link lost");
    }
    if (connection->phase == STATION_CONNECTING || connection->phase == STATION_ONLINE) {
        unit->counters.mqtt_disconnects += connection->phase == STATION_ONLINE;
        unit->hal->session_close(unit->hal->port, false);
    }
    if (connection->phase != STATION_OFF) {
        leave(unit);
        connection->phase = STATION_NO_LINK;
        connection->backoff_ms = unit->settings.mqtt.retry_delay_ms;
        connection->due_ms = unit->now_ms + unit->settings.wifi.retry_delay_ms;
    }
}

void station_connection_opened(struct station_unit *unit) {
    struct station_connection *connection = &unit->connection;
    if (connection->phase != STATION_CONNECTING) {
        return;
    }
    connection->phase = STATION_ONLINE;
    connection->backoff_ms = unit->settings.mqtt.retry_delay_ms;
    station_journal_add(unit, STATION_LOG_INFO, "session open");
    station_trial_succeeded(unit);
    station_telemetry_settle(unit); // the login tells the state of now
    station_telemetry_login(unit);
    station_alarms_opened(unit);
    station_commands_opened(unit);
}

void station_connection_lost(struct station_unit *unit) {
    struct station_connection *connection = &unit->connection;
    if (connection->phase != STATION_CONNECTING && connection->phase != STATION_ONLINE) {
        return;
    }
    if (connection->phase == STATION_ONLINE) {
        unit->counters.mqtt_disconnects++;
        station_journal_add(unit, STATION_LOG_WARNING, "session lost");
    }
    leave(unit);
    try_later(unit);
}

void station_connection_step(struct station_unit *unit) {
    struct station_connection *connection = &unit->connection;
    if (station_trial_step(unit)) {
        station_connection_stop(unit, true);
        station_connection_start(unit);
        return;
    }
    if (connection->due_ms > unit->now_ms) {
        return;
    }
    if (connection->phase == STATION_WAITING) {
        open_session(unit);
    } else if (connection->phase == STATION_CONNECTING) {
        unit->hal->session_close(unit->hal->port, false);
        try_later(unit);
    } else if (connection->phase == STATION_NO_LINK) {
        start_link(unit);
    }
}

uint64_t station_connection_next_due(const struct station_unit *unit) {
    const struct station_connection *connection = &unit->connection;
    bool waits = connection->phase == STATION_WAITING || connection->phase == STATION_CONNECTING ||
                 connection->phase == STATION_NO_LINK;
    uint64_t own = waits ? connection->due_ms : UINT64_MAX;
    uint64_t trial = station_trial_next_due(unit);
    return own < trial ? own : trial;
}
