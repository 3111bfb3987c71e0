// One MQTT session over esp-mqtt. All of it runs in the network's task except on_event.
#include <esp_log.h>
#include <mqtt_client.h>
#include <string.h>

#include "port.h"

enum { TIMEOUT_MS = 30000, RECEIVE_BUFFER = 1024, SEND_BUFFER = 1024, TOPIC_MAX = 160 };

static esp_mqtt_client_handle_t client;
static char topic[TOPIC_MAX]; // without the leaf
static uint32_t current;
static volatile bool open;

static void topic_of(enum station_leaf leaf, char text[TOPIC_MAX]) {
    strlcpy(text, topic, TOPIC_MAX);
    strlcat(text, "/", TOPIC_MAX);
    strlcat(text, station_leaf_name(leaf), TOPIC_MAX);
}

static void tell(enum event_kind kind) {
    static struct event event; // esp-mqtt calls from its own task only
    event = (struct event){.kind = kind, .generation = current};
    port_tell(&event);
}

static void subscribe(void) {
    char cmd[TOPIC_MAX];
    char ack[TOPIC_MAX];
    topic_of(STATION_LEAF_CMD, cmd);
    topic_of(STATION_LEAF_ACK, ack);
    const esp_mqtt_topic_t topics[] = {{.filter = cmd, .qos = 1}, {.filter = ack, .qos = 1}};
    if (esp_mqtt_client_subscribe_multiple(client, topics, 2) < 0) {
        tell(EVENT_DISCONNECTED);
    }
}

static bool ends_in(const esp_mqtt_event_t *message, enum station_leaf leaf) {
    const char *name = station_leaf_name(leaf);
    size_t length = strlen(name);
    size_t whole = message->topic_len > 0 ? (size_t)message->topic_len : 0;
    return whole > length && message->topic[whole - length - 1] == '/' &&
           memcmp(message->topic + whole - length, name, length) == 0;
}

static void take_message(const esp_mqtt_event_t *message) {
    static struct event event;
    if (message->data_len < 0 || message->data_len != message->total_data_len ||
        (size_t)message->data_len > sizeof event.bytes) {
        ESP_LOGW(PORT_TAG, "a message of %d bytes is too long", message->total_data_len);
        return;
    }
    event = (struct event){
        .kind = EVENT_MESSAGE,
        .generation = current,
        .leaf = ends_in(message, STATION_LEAF_ACK) ? STATION_LEAF_ACK : STATION_LEAF_CMD,
        .retained = message->retain,
        .length = (size_t)message->data_len,
    };
    memcpy(event.bytes, message->data, event.length);
    port_tell(&event);
}

static bool was_granted(const esp_mqtt_event_t *answer) {
    for (int i = 0; i < answer->data_len; i++) {
        if ((uint8_t)answer->data[i] > 2) { // 0x80: refused
            return false;
        }
    }
    return true;
}

static void on_event(void *unused, esp_event_base_t base, int32_t id, void *data) {
    (void)unused, (void)base;
    switch ((esp_mqtt_event_id_t)id) {
    case MQTT_EVENT_CONNECTED:
        subscribe();
        break;
    case MQTT_EVENT_SUBSCRIBED:
        open = was_granted(data);
        tell(open ? EVENT_CONNECTED : EVENT_DISCONNECTED);
        break;
    case MQTT_EVENT_DISCONNECTED:
        open = false;
        tell(EVENT_DISCONNECTED);
        break;
    case MQTT_EVENT_DATA:
        take_message(data);
        break;
    default:
        break;
    }
}

void session_start(const struct session_wanted *wanted, const char *ca, uint32_t generation) {
    char will[TOPIC_MAX];
    strlcpy(topic, wanted->topic, sizeof topic);
    topic_of(STATION_LEAF_LW, will);
    current = generation;
    const esp_mqtt_client_config_t config = {
        .broker = {.address = {.hostname = wanted->broker,
                               .transport = wanted->tls ? MQTT_TRANSPORT_OVER_SSL
                                                        : MQTT_TRANSPORT_OVER_TCP,
                               .port = wanted->port},
                   .verification = {.certificate = wanted->tls ? ca : NULL}},
        .credentials = {.username = wanted->username[0] == '\0' ? NULL : wanted->username,
                        .client_id = wanted->client_id,
                        .authentication = {.password = wanted->password[0] == '\0'
                                                           ? NULL
                                                           : wanted->password}},
        .session = {.last_will = {.topic = will,
                                  .msg = (const char *)wanted->will,
                                  .msg_len = (int)wanted->will_length,
                                  .qos = 1,
                                  .retain = 0},
                    .keepalive = wanted->keepalive_s,
                    .protocol_ver = MQTT_PROTOCOL_V_3_1_1},
        .network = {.timeout_ms = TIMEOUT_MS, .disable_auto_reconnect = true},
        .buffer = {.size = RECEIVE_BUFFER, .out_size = SEND_BUFFER},
    };
    client = esp_mqtt_client_init(&config);
    if (client == NULL ||
        esp_mqtt_client_register_event(client, MQTT_EVENT_ANY, on_event, NULL) != ESP_OK ||
        esp_mqtt_client_start(client) != ESP_OK) {
        port_tell(&(struct event){.kind = EVENT_DISCONNECTED, .generation = generation});
    }
}

void session_stop(bool clean) {
    if (client == NULL) {
        return;
    }
    if (clean && open) {
        // What was published has been written to the socket before: publishing does not queue.
        (void)esp_mqtt_client_disconnect(client);
    }
    open = false;
    (void)esp_mqtt_client_destroy(client); // stops it too
    client = NULL;
}

void session_publish(enum station_leaf leaf, const uint8_t *bytes, size_t length, int qos) {
    char where[TOPIC_MAX];
    if (client == NULL || !open) {
        return; // the outbox repeats what matters
    }
    topic_of(leaf, where);
    (void)esp_mqtt_client_publish(client, where, (const char *)bytes, (int)length, qos, 0);
}
