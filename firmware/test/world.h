// A unit on a bench, the station it talks to, and what that station knows: enough to see whether
// the unit ever goes back on its word. All of it can be copied and put back.
#ifndef STATION_WORLD_H
#define STATION_WORLD_H

#include "answers.h"
#include "bench.h"
#include "codec.h"
#include "settings.h"

enum { WORLD_EVENTS = 160, WORLD_COMMANDS = 48, WORLD_PROBLEM = 160 };

struct world_event {
    uint32_t sequence, timestamp, type, state;
    uint8_t length;
    uint8_t payload[STATION_EVENT_MAX];
    bool input;      // from an input: must not be lost
    bool receipted;  // and the unit had the receipt to the end
    uint32_t sent;   // times since the last restart
};

struct world_command {
    char request_id[STATION_REQUEST_ID];
    size_t length;
    uint8_t frame[STATION_FRAME_MAX];
    bool accepted;  // answered with success and stage ACCEPTED
    bool answered;  // answered for good
    bool succeeded; // with success
    bool finished;  // the step that sent it came to its end
};

struct world {
    struct bench bench;
    struct station_unit unit;
    uint8_t key[32];
    bool unit_inputs[STATION_INPUTS];
    uint32_t links_told;
    bool connects; // the broker can be reached
    bool receipts; // the station sends them at once
    uint32_t sequence;       // of the station
    uint32_t highest;        // SEQ of the unit
    uint32_t highest_event;
    uint32_t requests;
    struct world_event events[WORLD_EVENTS];
    size_t event_count;
    struct world_command commands[WORLD_COMMANDS];
    size_t command_count;
    uint32_t logins, responses;
    uint32_t pending_receipts[WORLD_EVENTS]; // places in `events`
    size_t pending_count;
    char problem[WORLD_PROBLEM]; // the first broken promise, "" for none
};

void world_begin(struct world *world, uint64_t seed);

// Every one of these ends early when the power goes.
void world_commission(struct world *world);
void world_say(struct world *world, const char *at_line);
void world_input(struct world *world, enum station_input input, bool active);
void world_pass(struct world *world, uint64_t ms);
struct world_command *world_command(struct world *world, esg_alarm_CommandEnvelope *envelope);
void world_receipts(struct world *world); // for everything that was heard
void world_disconnect(struct world *world);
void world_download(struct world *world, const void *bytes, size_t length);

// The power comes back, with the inputs as they are.
void world_restart(struct world *world);

// Send a recorded command again, byte for byte.
void world_replay(struct world *world, const struct world_command *command);

void world_complain(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
