// The board: everything the core asks for, on ESP-IDF. Three tasks share the work:
//
//   unit     owns the core and the pins, and never waits for the network
//   network  carries out what may take long: link, session, publishing, in order
//   console  reads lines from the UART; the download task reads from a server
//
// What happens anywhere becomes an event in the unit's queue.
#ifndef PORT_H
#define PORT_H

#include <freertos/FreeRTOS.h>
#include <freertos/queue.h>
#include <freertos/semphr.h>

#include "unit.h"

#define PORT_TAG "unit"

enum event_kind {
    EVENT_LINK_UP,
    EVENT_LINK_DOWN,
    EVENT_CONNECTED,
    EVENT_DISCONNECTED,
    EVENT_MESSAGE,
    EVENT_TIME_SYNCED,
    EVENT_LINE,
    EVENT_PIECE,
    EVENT_END
};

struct event {
    enum event_kind kind;
    uint32_t generation; // of the link or session it comes from
    enum station_leaf leaf;
    bool retained;
    enum station_download_result result;
    size_t length;
    uint8_t bytes[STATION_RECEIVE_MAX]; // a message, or a line with its NUL
    const uint8_t *piece;               // of a download; see download_taken
};

// Tell the unit. Waits while its queue is full.
void port_tell(const struct event *event);

// storage.c
bool storage_open(void);
int32_t storage_read(void *port, const char *name, void *bytes, size_t capacity);
bool storage_write(void *port, const char *name, const void *bytes, size_t length);
bool storage_erase(void *port, const char *name);

// pins.c
void pins_open(void);
void pins_read(bool levels[STATION_INPUTS]);
void pins_set_output(void *port, enum station_output output, bool on);
void pins_set_fan(void *port, uint32_t duty_pct);
extern const bool pins_active_high[STATION_INPUTS];

// sensor.c
void sensor_open(void);
bool sensor_read(void *port, float *celsius, float *percent);

// network.c: the task that carries out what may take long
void network_open(const uint8_t mac[6]);
bool network_publish(void *port, enum station_leaf leaf, const uint8_t *bytes, size_t length,
                     int qos);
void network_link_start(void *port, const struct station_link *link);
void network_link_stop(void *port);
void network_session_open(void *port, const struct station_session *session);
void network_session_close(void *port, bool clean);
void network_drain(void); // before a restart: let the last words leave
bool network_is_current(const struct event *event); // not of a link or session that is over

// link.c, for network.c
void link_open(const uint8_t mac[6]);
void link_up(const struct station_link *link, uint32_t generation);
void link_down(void);
void link_tell(void *port, struct station_network *network);

// session.c, for network.c
struct session_wanted {
    char broker[128], username[32], password[32], client_id[32], topic[136];
    uint16_t port, keepalive_s;
    bool tls;
    uint8_t will[160];
    size_t will_length;
};
void session_start(const struct session_wanted *wanted, const char *ca, uint32_t generation);
void session_stop(bool clean);
void session_publish(enum station_leaf leaf, const uint8_t *bytes, size_t length, int qos);

// timekeeping.c
bool timekeeping_get(void *port, uint64_t *unix_ms);
void timekeeping_set(void *port, uint64_t unix_ms);
void timekeeping_sync(void *port, const struct station_time_source *source);

// download.c
void download_open(void);
bool download_start(void *port, const char *url, const uint8_t *ca, size_t ca_length);
void download_stop(void *port);
bool download_is_current(const struct event *event);
void download_taken(void); // the unit has read the piece

// image.c
void image_tell(void *port, struct station_image *image);
bool image_begin(void *port, uint32_t size);
bool image_write(void *port, const uint8_t *bytes, size_t length);
bool image_finish(void *port, uint8_t md5[16]);
bool image_activate(void *port);
bool image_mark_valid(void *port);
bool image_roll_back(void *port);
void image_abort(void *port);
void image_restart(void *port);

// console.c
void console_open(void);
void console_write(void *port, const char *text);

#endif
