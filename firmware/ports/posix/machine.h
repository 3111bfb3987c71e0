// One virtual unit: the core, and everything around it that a board would be.
#ifndef POSIX_MACHINE_H
#define POSIX_MACHINE_H

#include "download.h"
#include "files.h"
#include "image.h"
#include "session.h"
#include "unit.h"

enum {
    MACHINE_TEXT_MAX = 128,
    MACHINE_EDGES_MAX = 256,
    MACHINE_UART_MAX = 16384,
    MACHINE_LEVELS_MAX = 6,
    MACHINE_LINK_AFTER_MS = 20
};

struct machine_edge {
    uint64_t at_ms; // Unix
    enum station_output output;
    bool on;
};

struct machine_receipt {
    uint32_t sequence, timestamp;
    double at; // Unix s
};

struct machine_frame {
    size_t length;
    uint8_t bytes[STATION_FRAME_MAX];
};

// What a unit is, from the list of units.
struct machine_plan {
    char host[32];
    uint8_t mac[6];
    char name[MACHINE_TEXT_MAX];
    char site[MACHINE_LEVELS_MAX][MACHINE_TEXT_MAX];
    size_t site_levels;
    char key_hex[65]; // "" = none
    char user[32];    // of the broker; "" = the host
    char password[MACHINE_TEXT_MAX];
    const struct station_profile *profile;
    const char *firmware;
    bool has_climate; // else that of a heated room
    float celsius, percent;
};

struct machine {
    struct machine_plan plan;
    struct station_unit unit;
    struct station_hal hal;
    struct station_board board;
    struct files files;
    struct image image;
    struct session session;
    struct session_counts *counts;
    struct download download;
    uint64_t now_ms; // monotonic, of the step under way
    uint64_t due_ms; // when the core wants to be called

    bool powered;
    bool running;      // the core is initialised and has not asked for a restart
    bool network;      // there is a network
    bool link_wanted;  // by the core
    bool link_told;    // that it is up
    bool online;
    bool silent;
    uint64_t boot_at_ms; // 0 = no restart is due
    uint64_t link_at_ms; // 0 = nothing to tell
    enum station_reset reset;
    uint32_t boot_ms;

    bool inputs[STATION_INPUTS];
    bool outputs[STATION_OUTPUTS];
    uint32_t fan_pct;
    struct machine_edge edges[MACHINE_EDGES_MAX];
    uint64_t edge_count;

    bool clock_set;
    int64_t clock_skew_ms;
    bool sync_wanted;

    bool fixed_climate, sensor_works;
    float celsius, percent;

    uint64_t receipts;
    struct machine_receipt last_receipt;
    struct machine_frame last_alarm, last_beat, first_beat;

    char uart[MACHINE_UART_MAX];
    size_t uart_length;
    bool talkative; // log lines go to the error output
};

// Give it a folder and switch it on. False with a reason in errno.
bool machine_create(struct machine *machine, const struct machine_plan *plan, const char *folder,
                    bool durable, struct session_counts *counts, uint64_t now_ms);
void machine_destroy(struct machine *machine);

void machine_power(struct machine *machine, bool on, uint64_t now_ms);
void machine_network(struct machine *machine, bool there, uint64_t now_ms);
void machine_drop_session(struct machine *machine, uint64_t now_ms);
void machine_restart(struct machine *machine, uint64_t now_ms);
void machine_input(struct machine *machine, enum station_input input, bool active,
                   uint64_t now_ms);
void machine_silence(struct machine *machine, bool silent);

// A line for the serial console; what it answered, until the next call.
const char *machine_at(struct machine *machine, const char *line, uint64_t now_ms);

// Send bytes as they are (attackers, faults); false while there is no session.
bool machine_send_raw(struct machine *machine, enum station_leaf leaf,
                      const struct machine_frame *frame);

// Do what is due; call it after everything else and when machine_due says.
void machine_step(struct machine *machine, uint64_t now_ms);
uint64_t machine_due(const struct machine *machine, uint64_t now_ms);

uint64_t machine_unix_ms(void); // the true time
const char *machine_host(const struct machine *machine);

#endif
