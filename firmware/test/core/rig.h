// A commissioned unit on the bench, and a station's hands: for the tests of the core's modules.
#ifndef STATION_TEST_RIG_H
#define STATION_TEST_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pb_decode.h>

#include "../bench.h"
#include "codec.h"
#include "frame.h"
#include "unit.h"

enum { RIG_LETTERS = 512, RIG_UNIX = 1760000000 };

static const uint8_t rig_key[32] = {
    0x3b, 0x91, 0x07, 0xe2, 0x5d, 0xaa, 0x14, 0xc8, 0x6f, 0x20, 0xf3, 0x89, 0x4e, 0xb7, 0x01, 0xd6,
    0x72, 0x5c, 0xe9, 0x38, 0xa4, 0x0d, 0x93, 0x61, 0xfe, 0x17, 0xbb, 0x46, 0xd0, 0x2a, 0x85, 0xcd};

struct rig_letter {
    enum station_leaf leaf;
    uint64_t at_ms;
    uint32_t sequence;
    size_t length;
    uint8_t payload[STATION_PAYLOAD_MAX];
};

struct rig {
    struct bench bench;
    struct station_unit unit;
    const struct station_profile *profile;
    bool reachable; // the broker answers
    uint32_t sequence;
    uint32_t requests;
    struct rig_letter letters[RIG_LETTERS];
    size_t count;
};

static inline void rig_published(void *listener, enum station_leaf leaf, const uint8_t *bytes,
                                 size_t length) {
    struct rig *rig = listener;
    struct station_frame frame;
    bool framed = rig->unit.key.present && rig->profile != &station_unsigned_field_device;
    enum station_frame_result result =
        station_frame_open(&rig->bench.hal, rig_key, bytes, length, &frame);
    assert_int_equal(result, framed ? STATION_FRAME_OK : STATION_FRAME_BARE);
    assert_true(rig->count < RIG_LETTERS);
    struct rig_letter *letter = &rig->letters[rig->count++];
    letter->leaf = leaf;
    letter->at_ms = rig->bench.now_ms;
    letter->sequence = frame.sequence;
    letter->length = frame.length;
    memcpy(letter->payload, frame.payload, frame.length);
}

// What the network does with the wishes of the core.
static inline void rig_network(struct rig *rig) {
    uint64_t now = rig->bench.now_ms;
    if (rig->bench.wants_link && !rig->unit.connection.link_up) {
        station_unit_on_link(&rig->unit, true, now);
    }
    if (rig->bench.wants_session && !rig->bench.online &&
        rig->unit.connection.phase == STATION_CONNECTING) {
        rig->bench.online = rig->reachable;
        if (rig->reachable) {
            station_unit_on_connected(&rig->unit, now);
        } else {
            station_unit_on_disconnected(&rig->unit, now);
        }
    }
}

static inline void rig_boot(struct rig *rig) {
    bench_restart(&rig->bench, true);
    station_unit_init(&rig->unit, &rig->bench.hal, &bench_board, rig->profile, rig->bench.now_ms);
    for (int input = 0; input < STATION_INPUTS; input++) {
        station_unit_on_input(&rig->unit, (enum station_input)input, false, rig->bench.now_ms);
    }
    rig->bench.now_ms += STATION_DEBOUNCE_MS; // no link is up before the inputs have settled
    station_unit_tick(&rig->unit, rig->bench.now_ms);
    rig_network(rig);
}

// Time passes; the unit is called exactly when it asks to be, and restarted when it wants to.
static inline void rig_wait(struct rig *rig, uint64_t ms) {
    uint64_t end = rig->bench.now_ms + ms;
    for (;;) {
        uint64_t due = station_unit_next_due(&rig->unit, rig->bench.now_ms);
        due = due == rig->bench.now_ms ? due + 1 : due;
        if (due > end) {
            break;
        }
        rig->bench.now_ms = due;
        station_unit_tick(&rig->unit, due);
        if (rig->bench.wants_reboot) {
            rig_boot(rig);
        }
        rig_network(rig);
    }
    rig->bench.now_ms = end;
    station_unit_tick(&rig->unit, end);
    rig_network(rig);
}

static inline void rig_at(struct rig *rig, const char *line) {
    bench_forget_uart(&rig->bench);
    station_unit_at_line(&rig->unit, line, rig->bench.now_ms);
}

static inline void rig_start_as(struct rig *rig, const struct station_profile *profile) {
    char hex[80] = "AT+PBKEY=";
    memset(rig, 0, sizeof *rig);
    bench_init(&rig->bench, 7);
    rig->bench.now_ms = 1000;
    rig->bench.published = rig_published;
    rig->bench.listener = rig;
    rig->profile = profile;
    rig->reachable = true;
    rig->bench.hal.clock_set(rig->bench.hal.port, (uint64_t)RIG_UNIX * 1000);
    rig_boot(rig);
    for (int i = 0; i < 32; i++) {
        snprintf(hex + strlen("AT+PBKEY=") + 2 * i, 3, "%02x", rig_key[i]);
    }
    rig_at(rig, "AT+MQTTSERVER=broker");
    rig_at(rig, "AT+MQTTTOPIC=site/one");
    rig_at(rig, "AT+WIFISSID=site");
    rig_at(rig, "AT+MQTTSAVE");
    rig_at(rig, "AT+WIFISAVE");
    rig_at(rig, hex);
    rig_boot(rig);
    assert_int_equal(rig->unit.connection.phase, STATION_ONLINE);
    rig_wait(rig, 100);
}

static inline void rig_start(struct rig *rig) {
    rig_start_as(rig, &station_our_firmware);
}

static inline void rig_input(struct rig *rig, enum station_input input, bool active) {
    station_unit_on_input(&rig->unit, input, active, rig->bench.now_ms);
    rig_wait(rig, STATION_DEBOUNCE_MS);
}

static inline void rig_drop(struct rig *rig) {
    rig->bench.online = false;
    rig->reachable = false;
    station_unit_on_disconnected(&rig->unit, rig->bench.now_ms);
}

static inline size_t rig_seal(struct rig *rig, uint32_t sequence, const pb_msgdesc_t *fields,
                              const void *message, uint8_t frame[STATION_FRAME_MAX]) {
    size_t length =
        station_codec_encode(fields, message, frame + STATION_FRAME_HEAD, STATION_PAYLOAD_MAX);
    return station_frame_seal(&rig->bench.hal, rig_key, sequence, frame, length);
}

static inline void rig_deliver(struct rig *rig, enum station_leaf leaf, const uint8_t *frame,
                               size_t length) {
    station_unit_on_message(&rig->unit, leaf, frame, length, false, rig->bench.now_ms);
}

static inline esg_alarm_CommandEnvelope rig_envelope(struct rig *rig) {
    esg_alarm_CommandEnvelope envelope = esg_alarm_CommandEnvelope_init_zero;
    envelope.sequence = ++rig->sequence;
    envelope.timestamp = RIG_UNIX + (uint32_t)((rig->bench.now_ms - 1000) / 1000);
    envelope.auth_level = 2;
    snprintf(envelope.request_id, sizeof envelope.request_id, "00000000-0000-4000-8000-%012u",
             (unsigned)++rig->requests);
    return envelope;
}

static inline void rig_send(struct rig *rig, const esg_alarm_CommandEnvelope *envelope) {
    uint8_t frame[STATION_FRAME_MAX];
    size_t length =
        rig_seal(rig, envelope->sequence, esg_alarm_CommandEnvelope_fields, envelope, frame);
    rig_deliver(rig, STATION_LEAF_CMD, frame, length);
}

static inline void rig_receipt(struct rig *rig, uint32_t sequence, uint32_t timestamp) {
    uint8_t frame[STATION_FRAME_MAX];
    esg_alarm_AlarmReceipt receipt = {sequence, timestamp, RIG_UNIX};
    size_t length = rig_seal(rig, ++rig->sequence, esg_alarm_AlarmReceipt_fields, &receipt, frame);
    rig_deliver(rig, STATION_LEAF_ACK, frame, length);
}

static inline size_t rig_count(const struct rig *rig, enum station_leaf leaf) {
    size_t count = 0;
    for (size_t i = 0; i < rig->count; i++) {
        count += rig->letters[i].leaf == leaf;
    }
    return count;
}

// The n-th last letter on a leaf, 0 = the last.
static inline const struct rig_letter *rig_letter(const struct rig *rig, enum station_leaf leaf,
                                                  size_t back) {
    for (size_t i = rig->count; i > 0; i--) {
        if (rig->letters[i - 1].leaf == leaf && back-- == 0) {
            return &rig->letters[i - 1];
        }
    }
    fail_msg("there is no such letter on %s", station_leaf_name(leaf));
    return NULL;
}

static inline void rig_decode(const struct rig_letter *letter, const pb_msgdesc_t *fields,
                              void *message) {
    pb_istream_t stream = pb_istream_from_buffer(letter->payload, letter->length);
    assert_true(pb_decode(&stream, fields, message));
}

static inline esg_alarm_CommandResponse rig_answer(const struct rig *rig) {
    esg_alarm_CommandResponse response = esg_alarm_CommandResponse_init_zero;
    rig_decode(rig_letter(rig, STATION_LEAF_RESPONSE, 0), esg_alarm_CommandResponse_fields,
               &response);
    return response;
}

static inline esg_alarm_AlarmEvent rig_event(const struct rig *rig, size_t back) {
    esg_alarm_AlarmEvent event = esg_alarm_AlarmEvent_init_zero;
    rig_decode(rig_letter(rig, STATION_LEAF_ALARM, back), esg_alarm_AlarmEvent_fields, &event);
    return event;
}

// Send a command and give its answer.
static inline esg_alarm_CommandResponse rig_ask(struct rig *rig,
                                                const esg_alarm_CommandEnvelope *envelope) {
    rig_send(rig, envelope);
    return rig_answer(rig);
}

static inline void rig_assert_says(const struct rig *rig, const char *text) {
    if (strstr(rig->bench.uart, text) == NULL) {
        fail_msg("the console does not say \"%s\" but \"%s\"", text, rig->bench.uart);
    }
}

static inline const char *rig_json(const esg_alarm_CommandResponse *response) {
    static char text[STATION_JSON_MAX + 1];
    memcpy(text, response->payload.bytes, response->payload.size);
    text[response->payload.size] = '\0';
    return text;
}

#endif
