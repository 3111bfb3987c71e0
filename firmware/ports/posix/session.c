#include "session.h"

#include <mosquitto.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { CONNECT_TIMEOUT_MS = 30000, TEND_EVERY_MS = 1000, FLUSH_MS = 1000 };

static void topic_of(const struct session *session, enum station_leaf leaf,
                     char topic[SESSION_TOPIC_MAX + 16]) {
    snprintf(topic, SESSION_TOPIC_MAX + 16, "%s/%s", session->base_and_host,
             station_leaf_name(leaf));
}

// --- told by libmosquitto

static void on_connect(struct mosquitto *client, void *context, int code) {
    struct session *session = context;
    if (session->client != client) {
        return;
    }
    char cmd[SESSION_TOPIC_MAX + 16];
    char ack[SESSION_TOPIC_MAX + 16];
    topic_of(session, STATION_LEAF_CMD, cmd);
    topic_of(session, STATION_LEAF_ACK, ack);
    char *topics[] = {cmd, ack};
    if (code != 0) {
        session->counts->refused++;
        session->failed = true;
    } else if (mosquitto_subscribe_multiple(client, NULL, 2, topics, 1, 0, NULL) !=
               MOSQ_ERR_SUCCESS) {
        session->failed = true;
    }
}

static void on_subscribe(struct mosquitto *client, void *context, int id, int count,
                         const int *granted) {
    struct session *session = context;
    (void)id;
    if (session->client != client) {
        return;
    }
    for (int i = 0; i < count; i++) {
        session->failed = session->failed || granted[i] > 2; // 0x80: refused
    }
    session->connected = !session->failed;
    session->counts->connects += session->connected;
}

static void on_disconnect(struct mosquitto *client, void *context, int code) {
    struct session *session = context;
    (void)code;
    if (session->client == client) {
        session->failed = true;
    }
}

static void on_publish(struct mosquitto *client, void *context, int id) {
    struct session *session = context;
    (void)client, (void)id;
    session->counts->acked++;
}

static void on_message(struct mosquitto *client, void *context,
                       const struct mosquitto_message *message) {
    struct session *session = context;
    const char *last = strrchr(message->topic, '/');
    if (session->client != client || last == NULL || message->payloadlen < 0) {
        return;
    }
    session->counts->received++;
    if (session->connected && !session->told_connected) {
        session->told_connected = true; // the SUBACK and this came in one go
        session->listener.connected(session->listener.context);
    }
    enum station_leaf leaf =
        strcmp(last + 1, station_leaf_name(STATION_LEAF_ACK)) == 0 ? STATION_LEAF_ACK
                                                                   : STATION_LEAF_CMD;
    session->listener.message(session->listener.context, leaf, message->payload,
                              (size_t)message->payloadlen, message->retain);
}

// --- opening and closing

void session_init(struct session *session, const struct session_listener *listener,
                  struct session_counts *counts) {
    *session = (struct session){.listener = *listener, .counts = counts};
}

static bool write_ca(const char *path, const uint8_t *ca, size_t length) {
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return false;
    }
    bool written = fwrite(ca, 1, length, file) == length;
    return fclose(file) == 0 && written;
}

static bool configure(struct session *session, const struct station_session *wanted,
                      const char *ca_file) {
    struct mosquitto *client = session->client;
    char will[SESSION_TOPIC_MAX + 16];
    topic_of(session, STATION_LEAF_LW, will);
    mosquitto_connect_callback_set(client, on_connect);
    mosquitto_subscribe_callback_set(client, on_subscribe);
    mosquitto_disconnect_callback_set(client, on_disconnect);
    mosquitto_publish_callback_set(client, on_publish);
    mosquitto_message_callback_set(client, on_message);
    bool ready = mosquitto_will_set(client, will, (int)wanted->will_length, wanted->will, 1,
                                    false) == MOSQ_ERR_SUCCESS;
    if (wanted->username[0] != '\0') {
        ready = ready && mosquitto_username_pw_set(client, wanted->username,
                                                   wanted->password) == MOSQ_ERR_SUCCESS;
    }
    if (wanted->tls) {
        ready = ready && wanted->ca != NULL && write_ca(ca_file, wanted->ca, wanted->ca_length) &&
                mosquitto_tls_set(client, ca_file, NULL, NULL, NULL, NULL) == MOSQ_ERR_SUCCESS;
    }
    return ready;
}

void session_open(struct session *session, const struct station_session *wanted,
                  const char *ca_file, uint64_t now_ms) {
    session_close(session, false);
    snprintf(session->base_and_host, sizeof session->base_and_host, "%s/pb/d/%s", wanted->base,
             wanted->host);
    snprintf(session->broker, sizeof session->broker, "%s", wanted->broker);
    session->port = wanted->port;
    session->keepalive_s = wanted->keepalive_s;
    session->started = session->connected = session->told_connected = false;
    session->deadline_ms = now_ms + CONNECT_TIMEOUT_MS;
    session->client = mosquitto_new(wanted->client_id, true, session);
    session->failed = session->client == NULL || !configure(session, wanted, ca_file);
}

static void retire(struct session *session, bool clean) {
    if (session->client == NULL) {
        return;
    }
    if (session->retired_count == SESSION_RETIRED_MAX) { // never: it is emptied all the time
        abort();
    }
    session->retired[session->retired_count] = session->client;
    session->retired_clean[session->retired_count] = clean;
    session->retired_count++;
    session->client = NULL;
}

void session_close(struct session *session, bool clean) {
    retire(session, clean && session->connected);
    session->connected = session->failed = false;
}

// Let what was published leave, then DISCONNECT.
static void take_leave(struct mosquitto *client) {
    for (int step = 0; step < 2; step++) {
        for (int waited = 0; waited < FLUSH_MS && mosquitto_want_write(client); waited++) {
            struct pollfd socket = {.fd = mosquitto_socket(client), .events = POLLOUT};
            if (socket.fd < 0 || poll(&socket, 1, 1) < 0 ||
                mosquitto_loop_write(client, 1) != MOSQ_ERR_SUCCESS) {
                return;
            }
        }
        if (step == 0 && mosquitto_disconnect(client) != MOSQ_ERR_SUCCESS) {
            return;
        }
    }
}

static void bury(struct session *session) {
    for (size_t i = 0; i < session->retired_count; i++) {
        if (session->retired_clean[i]) {
            take_leave(session->retired[i]);
        }
        mosquitto_destroy(session->retired[i]); // without DISCONNECT: the broker sends the will
    }
    session->retired_count = 0;
}

bool session_publish(struct session *session, enum station_leaf leaf, const uint8_t *bytes,
                     size_t length, int qos) {
    if (session->client == NULL || !session->connected) {
        return false;
    }
    char topic[SESSION_TOPIC_MAX + 16];
    topic_of(session, leaf, topic);
    if (mosquitto_publish(session->client, NULL, topic, (int)length, bytes, qos, false) !=
        MOSQ_ERR_SUCCESS) {
        return false;
    }
    session->counts->published++;
    return true;
}

// --- the loop

int session_descriptor(const struct session *session) {
    return session->client == NULL ? -1 : mosquitto_socket(session->client);
}

short session_events(const struct session *session) {
    bool writes = session->client != NULL && mosquitto_want_write(session->client);
    return (short)(POLLIN | (writes ? POLLOUT : 0));
}

void session_ready(struct session *session, short events) {
    struct mosquitto *client = session->client;
    int result = MOSQ_ERR_SUCCESS;
    if (client != NULL && (events & (POLLIN | POLLERR | POLLHUP)) != 0) {
        result = mosquitto_loop_read(client, 1);
    }
    if (result == MOSQ_ERR_SUCCESS && client != NULL && client == session->client &&
        (events & POLLOUT) != 0) {
        result = mosquitto_loop_write(client, 1);
    }
    if (result != MOSQ_ERR_SUCCESS && client == session->client) {
        session->failed = true;
    }
}

static void begin(struct session *session) {
    session->started = true;
    int result = mosquitto_connect_async(session->client, session->broker, session->port,
                                         session->keepalive_s);
    // A connection under way is reported as pending and goes on by itself.
    session->failed = result > MOSQ_ERR_SUCCESS;
}

void session_tend(struct session *session, uint64_t now_ms) {
    bury(session);
    if (session->client == NULL && !session->failed) {
        return;
    }
    if (session->client != NULL && !session->failed && !session->started) {
        begin(session);
    }
    if (!session->connected && now_ms >= session->deadline_ms) {
        session->failed = true;
    }
    if (!session->failed && now_ms >= session->tended_ms + TEND_EVERY_MS) {
        session->tended_ms = now_ms;
        session->failed = mosquitto_loop_misc(session->client) != MOSQ_ERR_SUCCESS;
    }
    if (session->failed) {
        session->counts->losses += session->connected;
        session_close(session, false);
        session->listener.lost(session->listener.context);
    } else if (session->connected && !session->told_connected) {
        session->told_connected = true;
        session->listener.connected(session->listener.context);
    }
}
