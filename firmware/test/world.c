#include "world.h"

#include <pb_decode.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "frame.h"

static const char KEY[] = "6b1f0c9a55e3d2740188b7c6f39a2d41e07c5b9810fa6e3d92c4a7158e60bd3f";

enum { UNIX_AT_START_S = 1760000000, STEPS_AT_ONCE = 2000 };

void world_complain(struct world *world, const char *format, ...) {
    if (world->problem[0] != '\0') {
        return;
    }
    va_list values;
    va_start(values, format);
    vsnprintf(world->problem, sizeof world->problem, format, values);
    va_end(values);
}

// --- what the station hears

static void hear_alarm(struct world *world, const uint8_t *payload, size_t length) {
    esg_alarm_AlarmEvent event = esg_alarm_AlarmEvent_init_zero;
    pb_istream_t stream = pb_istream_from_buffer(payload, length);
    if (!pb_decode(&stream, esg_alarm_AlarmEvent_fields, &event) || length > STATION_EVENT_MAX) {
        world_complain(world, "an alarm that cannot be read");
        return;
    }
    struct world_event *known = NULL;
    for (size_t i = 0; i < world->event_count; i++) {
        if (world->events[i].sequence == event.sequence) {
            known = &world->events[i];
        }
    }
    if (known == NULL) {
        if (world->event_count == WORLD_EVENTS) {
            world_complain(world, "too many events for the bench");
            return;
        }
        known = &world->events[world->event_count++];
        *known = (struct world_event){
            .sequence = event.sequence,
            .timestamp = event.timestamp,
            .type = (uint32_t)event.type,
            .state = (uint32_t)event.state,
            .length = (uint8_t)length,
            .input = event.type != esg_alarm_AlarmType_ALARM_OUTPUT_EVENT,
        };
        memcpy(known->payload, payload, length);
    } else if (known->length != length || memcmp(known->payload, payload, length) != 0) {
        world_complain(world, "event %u came again with another content", event.sequence);
    }
    if (event.sequence > world->highest_event) {
        world->highest_event = event.sequence;
    }
    if (known->receipted) {
        world_complain(world, "event %u came again after its receipt", event.sequence);
    }
    known->sent++;
    if (known->input && world->pending_count < WORLD_EVENTS) {
        world->pending_receipts[world->pending_count++] = (uint32_t)(known - world->events);
    }
}

static void hear_response(struct world *world, const uint8_t *payload, size_t length) {
    static esg_alarm_CommandResponse response;
    memset(&response, 0, sizeof response);
    pb_istream_t stream = pb_istream_from_buffer(payload, length);
    if (!pb_decode(&stream, esg_alarm_CommandResponse_fields, &response)) {
        world_complain(world, "a response that cannot be read");
        return;
    }
    world->responses++;
    for (size_t i = 0; i < world->command_count; i++) {
        struct world_command *command = &world->commands[i];
        if (strcmp(command->request_id, response.request_id) != 0) {
            continue;
        }
        if (response.stage == esg_alarm_CommandResponse_Stage_ACCEPTED) {
            command->accepted = true;
        } else {
            if (command->answered && command->succeeded != response.success) {
                world_complain(world, "%s was answered with success %d, then %d",
                               command->request_id, command->succeeded, response.success);
            }
            command->answered = true;
            command->succeeded = response.success;
        }
    }
}

static void hear(void *listener, enum station_leaf leaf, const uint8_t *bytes, size_t length) {
    struct world *world = listener;
    struct station_frame frame;
    if (station_frame_open(&world->bench.hal, world->key, bytes, length, &frame) !=
        STATION_FRAME_OK) {
        world_complain(world, "a frame on %s with a bad tag", station_leaf_name(leaf));
        return;
    }
    if (frame.sequence <= world->highest) {
        world_complain(world, "SEQ %u after %u", frame.sequence, world->highest);
    }
    world->highest = frame.sequence;
    switch (leaf) {
    case STATION_LEAF_ALARM:
        hear_alarm(world, frame.payload, frame.length);
        break;
    case STATION_LEAF_RESPONSE:
        hear_response(world, frame.payload, frame.length);
        break;
    case STATION_LEAF_LOGIN:
        world->logins++;
        break;
    default:
        break;
    }
}

// --- driving

static bool dead(const struct world *world) {
    return world->bench.dead;
}

static void boot(struct world *world) {
    station_unit_init(&world->unit, &world->bench.hal, &bench_board, NULL, world->bench.now_ms);
    for (int input = 0; input < STATION_INPUTS && !dead(world); input++) {
        station_unit_on_input(&world->unit, (enum station_input)input,
                              world->unit_inputs[input], world->bench.now_ms);
    }
}

// Fulfil what the core wants of its machine. True when there was something.
static bool fulfil(struct world *world) {
    struct bench *bench = &world->bench;
    if (bench->wants_reboot) {
        bench_restart(bench, true);
        for (size_t i = 0; i < world->event_count; i++) {
            world->events[i].sent = 0;
        }
        boot(world);
        return true;
    }
    if (bench->wants_link && bench->link_starts != world->links_told) {
        world->links_told = bench->link_starts;
        station_unit_on_link(&world->unit, true, bench->now_ms);
        return true;
    }
    if (bench->wants_sync && bench->wants_link) {
        bench->wants_sync = false;
        bench->clock_set = true;
        bench->clock_offset_ms = (int64_t)UNIX_AT_START_S * 1000;
        station_unit_on_time_synced(&world->unit, bench->now_ms);
        return true;
    }
    if (bench->wants_session && !bench->online) {
        bench->wants_session = false;
        bench->online = world->connects;
        if (world->connects) {
            station_unit_on_connected(&world->unit, bench->now_ms);
        } else {
            station_unit_on_disconnected(&world->unit, bench->now_ms);
        }
        return true;
    }
    return false;
}

static void settle(struct world *world) {
    struct bench *bench = &world->bench;
    for (int i = 0; i < STEPS_AT_ONCE && !dead(world); i++) {
        if (fulfil(world)) {
            continue;
        }
        if (world->receipts && world->pending_count > 0) {
            world_receipts(world);
            continue;
        }
        if (station_unit_next_due(&world->unit, bench->now_ms) > bench->now_ms) {
            return;
        }
        station_unit_tick(&world->unit, bench->now_ms);
    }
    if (!dead(world)) {
        world_complain(world, "the unit never comes to rest");
    }
}

void world_pass(struct world *world, uint64_t ms) {
    uint64_t until = world->bench.now_ms + ms;
    settle(world);
    while (!dead(world) && world->bench.now_ms < until) {
        uint64_t due = station_unit_next_due(&world->unit, world->bench.now_ms);
        world->bench.now_ms = due < until ? due : until;
        settle(world);
    }
}

void world_begin(struct world *world, uint64_t seed) {
    memset(world, 0, sizeof *world);
    bench_init(&world->bench, seed);
    world->bench.listener = world;
    world->bench.published = hear;
    world->bench.now_ms = 5000;
    world->connects = true;
    bench_parse_hex(KEY, world->key, sizeof world->key);
    boot(world);
}

void world_say(struct world *world, const char *at_line) {
    if (dead(world)) {
        return;
    }
    bench_forget_uart(&world->bench);
    station_unit_at_line(&world->unit, at_line, world->bench.now_ms);
    if (!dead(world) && strstr(world->bench.uart, "ERROR") != NULL) {
        world_complain(world, "%.40s gave an error", at_line);
    }
    settle(world);
}

void world_commission(struct world *world) {
    char key_line[96];
    snprintf(key_line, sizeof key_line, "AT+PBKEY=%s", KEY);
    const char *lines[] = {"AT+HOSTNAME=CUT_ME",   "AT+WIFISSID=net",     "AT+WIFIPASS=password",
                           "AT+WIFISAVE",          "AT+MQTTSERVER=a.example", "AT+MQTTUSER=u",
                           "AT+MQTTPASS=p",        "AT+MQTTTOPIC=esg",    "AT+MQTTSAVE",
                           "AT+PBPROTO=1",         key_line,              "AT+PBHMAC=1",
                           "AT+PBVERIFY=1",        "AT+WIFICONNECT",      "AT+MQTTCONNECT"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        world_say(world, lines[i]);
    }
    world_pass(world, 2000);
}

void world_input(struct world *world, enum station_input input, bool active) {
    world->unit_inputs[input] = active;
    if (!dead(world)) {
        station_unit_on_input(&world->unit, input, active, world->bench.now_ms);
    }
    world_pass(world, 60);
}

static void deliver(struct world *world, enum station_leaf leaf, const uint8_t *frame,
                    size_t length) {
    if (!dead(world) && world->bench.online) {
        station_unit_on_message(&world->unit, leaf, frame, length, false, world->bench.now_ms);
    }
}

void world_receipts(struct world *world) {
    while (!dead(world) && world->bench.online && world->pending_count > 0) {
        struct world_event *event = &world->events[world->pending_receipts[0]];
        memmove(world->pending_receipts, world->pending_receipts + 1,
                --world->pending_count * sizeof world->pending_receipts[0]);
        if (event->receipted) {
            continue;
        }
        esg_alarm_AlarmReceipt receipt = {event->sequence, event->timestamp,
                                          UNIX_AT_START_S + 100};
        uint8_t frame[STATION_FRAME_MAX];
        size_t payload = station_codec_encode(esg_alarm_AlarmReceipt_fields, &receipt,
                                              frame + STATION_FRAME_HEAD, STATION_PAYLOAD_MAX);
        deliver(world, STATION_LEAF_ACK, frame,
                station_frame_seal(&world->bench.hal, world->key, ++world->sequence, frame,
                                   payload));
        if (!dead(world)) {
            event->receipted = true;
        }
    }
    if (!dead(world)) {
        settle(world);
    }
}

struct world_command *world_command(struct world *world, esg_alarm_CommandEnvelope *envelope) {
    struct world_command *command = &world->commands[world->command_count % WORLD_COMMANDS];
    world->command_count++;
    *command = (struct world_command){.length = 0};
    envelope->sequence = ++world->sequence;
    envelope->timestamp =
        UNIX_AT_START_S + (uint32_t)(world->bench.now_ms / 1000U);
    envelope->auth_level = 2;
    snprintf(envelope->request_id, sizeof envelope->request_id,
             "00000000-0000-4000-8000-%012u", (unsigned)++world->requests);
    memcpy(command->request_id, envelope->request_id, sizeof command->request_id);
    size_t payload =
        station_codec_encode(esg_alarm_CommandEnvelope_fields, envelope,
                             command->frame + STATION_FRAME_HEAD, STATION_PAYLOAD_MAX);
    command->length = station_frame_seal(&world->bench.hal, world->key, envelope->sequence,
                                         command->frame, payload);
    deliver(world, STATION_LEAF_CMD, command->frame, command->length);
    world_pass(world, 400);
    command->finished = !dead(world);
    return command;
}

void world_replay(struct world *world, const struct world_command *command) {
    deliver(world, STATION_LEAF_CMD, command->frame, command->length);
    world_pass(world, 50);
}

void world_disconnect(struct world *world) {
    if (!dead(world) && world->bench.online) {
        world->bench.online = false;
        world->pending_count = 0;
        station_unit_on_disconnected(&world->unit, world->bench.now_ms);
        settle(world);
    }
}

void world_download(struct world *world, const void *bytes, size_t length) {
    if (dead(world) || !world->bench.wants_download) {
        world_complain(world, "no download was asked for");
        return;
    }
    world->bench.wants_download = false;
    const uint8_t *from = bytes;
    for (size_t at = 0; at < length && !dead(world); at += 500) {
        size_t piece = length - at < 500 ? length - at : 500;
        station_unit_on_download(&world->unit, from + at, piece, world->bench.now_ms);
    }
    if (!dead(world)) {
        station_unit_on_download_end(&world->unit, STATION_DOWNLOAD_OK, world->bench.now_ms);
    }
    world_pass(world, 100);
}

void world_restart(struct world *world) {
    bench_restart(&world->bench, false);
    world->pending_count = 0;
    for (size_t i = 0; i < world->event_count; i++) {
        world->events[i].sent = 0;
    }
    world->bench.now_ms += 3000;
    boot(world);
}
