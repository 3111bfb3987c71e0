// What the core asks of the machine it runs on. Everything else is in the core.
//
// Every function gets `port`, the port's own context. All of them are called from the thread that
// called into the core, none may call back into the core, and none is optional. Text is UTF-8 with
// a NUL; texts and bytes handed over are valid only during the call.
#ifndef STATION_HAL_H
#define STATION_HAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum station_leaf {
    STATION_LEAF_HB,
    STATION_LEAF_LOGIN,
    STATION_LEAF_STATUS,
    STATION_LEAF_ALARM,
    STATION_LEAF_RESPONSE,
    STATION_LEAF_RESP, // some field devices answer here; never our firmware
    STATION_LEAF_LW,
    STATION_LEAF_CMD,
    STATION_LEAF_ACK,
    STATION_LEAVES
};

enum station_input {
    STATION_PANIC1,
    STATION_PANIC2,
    STATION_TAMPER,
    STATION_AUX1,
    STATION_AUX2,
    STATION_INPUTS
};

enum station_output {
    STATION_SIREN,
    STATION_TURRET,
    STATION_RELAY1,
    STATION_RELAY2,
    STATION_OUTPUTS
};

// REFUSED: nothing came at all. BROKEN: it ended before its end.
enum station_download_result {
    STATION_DOWNLOAD_OK,
    STATION_DOWNLOAD_REFUSED,
    STATION_DOWNLOAD_BROKEN
};

enum station_log_level { STATION_LOG_INFO, STATION_LOG_WARNING, STATION_LOG_ERROR };

enum {
    STATION_FRAME_MAX = 768,      // longest frame the core sends
    STATION_RECEIVE_MAX = 512,    // longest message the core takes; longer ones are refused
    STATION_RECORD_NAME_MAX = 15, // the limit of NVS
    STATION_RECORD_MAX = 3584,    // longest record the core writes (the CA certificate)
    STATION_AT_LINE_MAX = 320     // longest AT line without its line end
};

// The link below the session. Addresses: the most significant byte is the first octet, 0 = none.
struct station_link {
    bool ethernet; // false: WiFi
    const char *ssid;
    const char *password;
    uint32_t channel;      // 0 = auto
    uint32_t tx_power_dbm; // 2 to 21
    bool dhcp;
    uint32_t static_ip, gateway, netmask;
};

// One attempt to open a session: MQTT 3.1.1, clean session, the will at QoS 1 and not retained.
// Topics are `<base>/pb/d/<host>/<leaf>`.
struct station_session {
    const char *broker; // host name or address
    uint16_t port;
    const char *username; // "" = none
    const char *password;
    const char *client_id;
    const char *base;
    const char *host;
    uint16_t keepalive_s;
    bool tls;
    const uint8_t *ca; // PEM without NUL; never NULL with `tls`
    size_t ca_length;
    const uint8_t *will;
    size_t will_length;
};

struct station_time_source {
    bool enabled;
    const char *servers[3]; // "" = unused
    uint32_t interval_s;
    uint32_t timeout_ms;
    const char *timezone; // POSIX text, for the console only; the wire is UTC
};

struct station_network {
    bool ethernet;
    bool link_up;
    bool has_ip;
    int32_t rssi_dbm; // 0 on Ethernet
    uint32_t channel;
    uint32_t ip, netmask, gateway, dns1, dns2;
    const char *auth_mode; // static text, "" on Ethernet
};

struct station_health {
    uint32_t free_heap, min_heap, largest_block, psram_free, psram_size; // bytes
};

struct station_image {
    uint32_t partition; // running: 0 factory, 1 ota_0, 2 ota_1
    bool validated;     // the running image is marked valid
    bool can_roll_back; // there is a previous image that starts
    char previous[16];  // its version, "" when unknown
};

struct station_hal {
    void *port;

    // False when the message could not even be queued.
    bool (*publish)(void *port, enum station_leaf leaf, const uint8_t *bytes, size_t length,
                    int qos);

    void (*set_output)(void *port, enum station_output output, bool on);
    void (*set_fan)(void *port, uint32_t duty_pct);
    bool (*read_sensor)(void *port, float *celsius, float *percent); // false: no answer

    // Named records. A write replaces the record and is durable when it returns true; cut by a
    // loss of power it leaves the old record, the new one, or any prefix of the new one (also
    // over the tail of the old one): the core's records carry a CRC, and a second copy where the
    // old value must survive. An erase happens or does not; of a record that is not there it is
    // a success. Read gives the length, or -1 when there is no such record or it is longer than
    // `capacity`.
    int32_t (*storage_read)(void *port, const char *name, void *bytes, size_t capacity);
    bool (*storage_write)(void *port, const char *name, const void *bytes, size_t length);
    bool (*storage_erase)(void *port, const char *name);

    uint32_t (*random32)(void *port);                 // from a true source
    bool (*clock_get)(void *port, uint64_t *unix_ms); // false: was never set
    void (*clock_set)(void *port, uint64_t unix_ms);
    void (*clock_sync)(void *port, const struct station_time_source *source); // begin, or stop
    void (*reboot)(void *port); // may return; the core then ignores everything until `init`

    void (*hmac_sha256)(void *port, const uint8_t key[32], const uint8_t *bytes, size_t length,
                        uint8_t digest[32]);
    void (*sha256)(void *port, const uint8_t *bytes, size_t length, uint8_t digest[32]);

    // Bring the link up (again), and down. What becomes of it is told by `on_link`.
    void (*link_start)(void *port, const struct station_link *link);
    void (*link_stop)(void *port);
    // One attempt; the outcome is told by `on_connected` (after SUBACK for cmd and ack) or
    // `on_disconnected`. The port never tries again by itself.
    void (*session_open)(void *port, const struct station_session *session);
    // Clean: DISCONNECT, after what was published has left. Nothing is told afterwards.
    void (*session_close)(void *port, bool clean);
    void (*network)(void *port, struct station_network *network);
    void (*health)(void *port, struct station_health *health);

    // Fetch a file: told by `on_download` in pieces of any size, then `on_download_end`.
    // `ca` is NULL for http.
    bool (*download_start)(void *port, const char *url, const uint8_t *ca, size_t ca_length);
    void (*download_stop)(void *port); // nothing is told afterwards

    void (*image)(void *port, struct station_image *image);
    bool (*ota_begin)(void *port, uint32_t size); // 0: not known
    bool (*ota_write)(void *port, const uint8_t *bytes, size_t length);
    bool (*ota_finish)(void *port, uint8_t md5[16]); // MD5 of all written; false: image refused
    bool (*ota_activate)(void *port);                // boot the new image next, not yet valid
    bool (*ota_mark_valid)(void *port);
    bool (*ota_roll_back)(void *port); // boot the previous image next
    void (*ota_abort)(void *port);

    void (*log)(void *port, enum station_log_level level, const char *text);
    void (*uart_write)(void *port, const char *text);
};

#endif
