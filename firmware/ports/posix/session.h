// A unit's MQTT session over libmosquitto, without threads: the caller polls the socket.
#ifndef POSIX_SESSION_H
#define POSIX_SESSION_H

#include "hal.h"

struct mosquitto;

enum { SESSION_TOPIC_MAX = 200, SESSION_RETIRED_MAX = 4 };

// Called from session_ready and session_tend only.
struct session_listener {
    void *context;
    void (*connected)(void *context);
    void (*lost)(void *context);
    void (*message)(void *context, enum station_leaf leaf, const uint8_t *bytes, size_t length,
                    bool retained);
};

struct session_counts {
    uint64_t published, acked, received, connects, losses, refused;
};

struct session {
    struct session_listener listener;
    struct session_counts *counts;
    struct mosquitto *client;
    // Clients that are over. A client cannot be taken down inside its own callback.
    struct mosquitto *retired[SESSION_RETIRED_MAX];
    bool retired_clean[SESSION_RETIRED_MAX];
    size_t retired_count;
    bool started;   // connecting has begun
    bool connected; // and the subscriptions are confirmed
    bool failed;    // to be told
    bool told_connected;
    uint64_t deadline_ms;
    uint64_t tended_ms;
    char base_and_host[SESSION_TOPIC_MAX];
    char broker[128];
    uint16_t port, keepalive_s;
};

void session_init(struct session *session, const struct session_listener *listener,
                  struct session_counts *counts);

// One attempt, as `session_open` of hal.h; `ca_file` is where its certificate may be put.
void session_open(struct session *session, const struct station_session *wanted,
                  const char *ca_file, uint64_t now_ms);
void session_close(struct session *session, bool clean);
bool session_publish(struct session *session, enum station_leaf leaf, const uint8_t *bytes,
                     size_t length, int qos);

// For poll(2); the descriptor is -1 while there is none.
int session_descriptor(const struct session *session);
short session_events(const struct session *session);
void session_ready(struct session *session, short events);

// To be called after everything that may have used the session, and once a second.
void session_tend(struct session *session, uint64_t now_ms);

#endif
