// Commands and receipts with a sound tag and any content, against a whole unit in session.
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "codec.h"
#include "frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static struct bench bench;
static struct station_unit unit;
static uint8_t key[32];

static void say(const char *line) {
    station_unit_at_line(&unit, line, bench.now_ms);
    bench_forget_uart(&bench);
}

static void come_online(void) {
    bench_init(&bench, 7);
    bench.now_ms = 1000;
    station_unit_init(&unit, &bench.hal, &bench_board, NULL, bench.now_ms);
    for (int input = 0; input < STATION_INPUTS; input++) {
        station_unit_on_input(&unit, (enum station_input)input, false, bench.now_ms);
    }
    say("AT+WIFISSID=net");
    say("AT+WIFISAVE");
    say("AT+MQTTSERVER=192.0.2.1");
    say("AT+MQTTTOPIC=esg");
    say("AT+MQTTSAVE");
    say("AT+PBKEY=6b1f0c9a55e3d2740188b7c6f39a2d41e07c5b9810fa6e3d92c4a7158e60bd3f");
    bench_parse_hex("6b1f0c9a55e3d2740188b7c6f39a2d41e07c5b9810fa6e3d92c4a7158e60bd3f", key,
                    sizeof key);
    say("AT+MQTTCONNECT");
    bench.clock_set = true;
    bench.clock_offset_ms = 1760000000000;
    station_unit_on_link(&unit, true, bench.now_ms);
    station_unit_on_time_synced(&unit, bench.now_ms);
    bench.online = true;
    station_unit_on_connected(&unit, bench.now_ms);
    station_unit_tick(&unit, bench.now_ms);
}

// Chance never finds a command with the right numbers: give it those, so that it is carried out.
static size_t mend(uint8_t *payload, size_t length, uint32_t sequence) {
    static esg_alarm_CommandEnvelope envelope;
    if (!station_codec_command(payload, length, &envelope)) {
        return length;
    }
    envelope.sequence = sequence;
    envelope.timestamp = (uint32_t)((bench.now_ms + (uint64_t)bench.clock_offset_ms) / 1000U);
    envelope.auth_level = 2;
    envelope.expires_at = 0;
    snprintf(envelope.request_id, sizeof envelope.request_id,
             "00000000-0000-4000-8000-%012u", (unsigned)sequence);
    return station_codec_encode(esg_alarm_CommandEnvelope_fields, &envelope, payload,
                                STATION_PAYLOAD_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static uint32_t sequence;
    static uint8_t frame[STATION_FRAME_MAX];
    if (length < 2 || length - 1 > STATION_PAYLOAD_MAX) {
        return 0;
    }
    if (sequence % 256 == 0) { // a day of a unit, not one message
        come_online();
        sequence = 0;
    }
    sequence++;
    enum station_leaf leaf = (bytes[0] & 1U) != 0 ? STATION_LEAF_ACK : STATION_LEAF_CMD;
    memcpy(frame + STATION_FRAME_HEAD, bytes + 1, length - 1);
    size_t payload = length - 1;
    if ((bytes[0] & 4U) == 0 && leaf == STATION_LEAF_CMD) {
        payload = mend(frame + STATION_FRAME_HEAD, payload, sequence);
    }
    size_t framed = station_frame_seal(&bench.hal, key, sequence, frame, payload);
    station_unit_on_message(&unit, leaf, frame, framed, (bytes[0] & 2U) != 0, bench.now_ms);
    for (int i = 0; i < 4; i++) {
        bench.now_ms += 300;
        station_unit_tick(&unit, bench.now_ms);
    }
    if (bench.wants_reboot) {
        sequence = 0;
    }
    return 0;
}
