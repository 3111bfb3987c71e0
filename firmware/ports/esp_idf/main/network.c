// Orders for the network, in the order they were given, carried out by a task that may wait.
#include <esp_system.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <string.h>

#include "port.h"

enum { ORDERS = 16, NETWORK_STACK = 6144, NETWORK_PRIORITY = 6, NETWORK_CORE = 0, DRAIN_MS = 2000 };

enum order_kind { ORDER_LINK_UP, ORDER_LINK_DOWN, ORDER_OPEN, ORDER_CLOSE, ORDER_PUBLISH };

struct order {
    enum order_kind kind;
    uint32_t generation;
    bool clean;
    enum station_leaf leaf;
    int qos;
    size_t length;
    uint8_t bytes[STATION_FRAME_MAX];
};

// The texts of a link, which a struct station_link only points to.
struct link_wanted {
    struct station_link link;
    char ssid[33], password[65];
};

static QueueHandle_t orders;
static SemaphoreHandle_t wishes; // guards what follows
static struct link_wanted next_link;
static struct session_wanted next_session;
static char next_ca[STATION_RECORD_MAX + 1];

// Written by the unit's task only.
static uint32_t link_generation;
static uint32_t session_generation;

bool network_is_current(const struct event *event) {
    bool of_link = event->kind == EVENT_LINK_UP || event->kind == EVENT_LINK_DOWN;
    return event->generation == (of_link ? link_generation : session_generation);
}

static void give(const struct order *order) {
    (void)xQueueSend(orders, order, portMAX_DELAY); // orders that bring down must not be lost
}

bool network_publish(void *port, enum station_leaf leaf, const uint8_t *bytes, size_t length,
                     int qos) {
    (void)port;
    static struct order order;
    if (length > sizeof order.bytes) {
        return false;
    }
    order = (struct order){.kind = ORDER_PUBLISH, .leaf = leaf, .qos = qos, .length = length};
    memcpy(order.bytes, bytes, length);
    return xQueueSend(orders, &order, 0) == pdTRUE;
}

void network_link_start(void *port, const struct station_link *link) {
    (void)port;
    (void)xSemaphoreTake(wishes, portMAX_DELAY);
    next_link.link = *link;
    strlcpy(next_link.ssid, link->ssid, sizeof next_link.ssid);
    strlcpy(next_link.password, link->password, sizeof next_link.password);
    (void)xSemaphoreGive(wishes);
    give(&(struct order){.kind = ORDER_LINK_UP, .generation = ++link_generation});
}

void network_link_stop(void *port) {
    (void)port;
    link_generation++;
    give(&(struct order){.kind = ORDER_LINK_DOWN});
}

void network_session_open(void *port, const struct station_session *session) {
    (void)port;
    (void)xSemaphoreTake(wishes, portMAX_DELAY);
    next_session.port = session->port;
    next_session.keepalive_s = session->keepalive_s;
    next_session.tls = session->tls;
    strlcpy(next_session.broker, session->broker, sizeof next_session.broker);
    strlcpy(next_session.username, session->username, sizeof next_session.username);
    strlcpy(next_session.password, session->password, sizeof next_session.password);
    strlcpy(next_session.client_id, session->client_id, sizeof next_session.client_id);
    strlcpy(next_session.topic, session->base, sizeof next_session.topic);
    strlcat(next_session.topic, "/pb/d/", sizeof next_session.topic);
    strlcat(next_session.topic, session->host, sizeof next_session.topic);
    next_session.will_length = session->will_length < sizeof next_session.will
                                   ? session->will_length
                                   : sizeof next_session.will;
    memcpy(next_session.will, session->will, next_session.will_length);
    next_ca[0] = '\0';
    if (session->tls && session->ca_length < sizeof next_ca) {
        memcpy(next_ca, session->ca, session->ca_length);
        next_ca[session->ca_length] = '\0';
    }
    (void)xSemaphoreGive(wishes);
    give(&(struct order){.kind = ORDER_OPEN, .generation = ++session_generation});
}

void network_session_close(void *port, bool clean) {
    (void)port;
    session_generation++;
    give(&(struct order){.kind = ORDER_CLOSE, .clean = clean});
}

static void bring_link_up(uint32_t generation) {
    static struct link_wanted wanted;
    (void)xSemaphoreTake(wishes, portMAX_DELAY);
    wanted = next_link;
    (void)xSemaphoreGive(wishes);
    wanted.link.ssid = wanted.ssid;
    wanted.link.password = wanted.password;
    link_up(&wanted.link, generation);
}

static void open_session(uint32_t generation) {
    static struct session_wanted wanted;
    static char ca[sizeof next_ca];
    session_stop(false); // before its certificate is overwritten
    (void)xSemaphoreTake(wishes, portMAX_DELAY);
    wanted = next_session;
    memcpy(ca, next_ca, sizeof ca);
    (void)xSemaphoreGive(wishes);
    session_start(&wanted, ca, generation);
}

void network_drain(void) {
    for (int waited = 0; waited < DRAIN_MS && uxQueueMessagesWaiting(orders) > 0; waited += 10) {
        vTaskDelay(pdMS_TO_TICKS(10));
    }
    vTaskDelay(pdMS_TO_TICKS(100)); // the last order is still being carried out
}

static void carry_out(void *unused) {
    (void)unused;
    static struct order order;
    for (;;) {
        if (xQueueReceive(orders, &order, portMAX_DELAY) != pdTRUE) {
            continue;
        }
        switch (order.kind) {
        case ORDER_LINK_UP:
            bring_link_up(order.generation);
            break;
        case ORDER_LINK_DOWN:
            link_down();
            break;
        case ORDER_OPEN:
            open_session(order.generation);
            break;
        case ORDER_CLOSE:
            session_stop(order.clean);
            break;
        case ORDER_PUBLISH:
            session_publish(order.leaf, order.bytes, order.length, order.qos);
            break;
        }
    }
}

void network_open(const uint8_t mac[6]) {
    orders = xQueueCreate(ORDERS, sizeof(struct order));
    wishes = xSemaphoreCreateMutex();
    link_open(mac);
    if (orders == NULL || wishes == NULL ||
        xTaskCreatePinnedToCore(carry_out, "network", NETWORK_STACK, NULL, NETWORK_PRIORITY, NULL,
                                NETWORK_CORE) != pdPASS) {
        esp_system_abort("no memory for the network");
    }
}
