// The core's codec as a partner for tests in another language: a line in, a line out.
//
//   encode MESSAGE FIELD…   the payload in hex, or "!" when the core cannot encode it
//   decode MESSAGE HEX      the fields, or "!" when the core refuses the bytes
//   seal KEY SEQUENCE HEX   the frame in hex
//   open KEY HEX            "ok SEQUENCE HEX", "bare HEX", "malformed" or "bad_tag"
//
// FIELD is PATH:VALUE; PATH is the field's number, behind those of the messages it lies in and
// dots ("11.12.1"). VALUE is u and a number, i and a number, f and the 8 hex digits of a float's
// bits, s and hex, or m for a message that is there. Absent and default values are left out.
#include <inttypes.h>
#include <pb_common.h>
#include <pb_decode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "codec.h"
#include "frame.h"

enum { LINE_MAX_BYTES = 16384, MESSAGE_MAX = 4096 };

static struct bench bench;
static uint64_t storage[MESSAGE_MAX / 8];
static void *const message = storage;

struct known {
    const char *name;
    const pb_msgdesc_t *fields;
};

static const struct known KNOWN[] = {
    {"Heartbeat", esg_alarm_Heartbeat_fields},
    {"StatusMessage", esg_alarm_StatusMessage_fields},
    {"AlarmEvent", esg_alarm_AlarmEvent_fields},
    {"LastWillMessage", esg_alarm_LastWillMessage_fields},
    {"AlarmReceipt", esg_alarm_AlarmReceipt_fields},
    {"CommandEnvelope", esg_alarm_CommandEnvelope_fields},
    {"CommandResponse", esg_alarm_CommandResponse_fields},
};

static const pb_msgdesc_t *find(const char *name) {
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        if (name != NULL && strcmp(KNOWN[i].name, name) == 0) {
            return KNOWN[i].fields;
        }
    }
    return NULL;
}

static void put_hex(const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        printf("%02x", bytes[i]);
    }
}

// --- from a message to text

static uint64_t read_unsigned(const pb_field_iter_t *field) {
    switch (field->data_size) {
    case 1:
        return *(const uint8_t *)field->pData;
    case 2:
        return *(const uint16_t *)field->pData;
    case 4:
        return *(const uint32_t *)field->pData;
    default:
        return *(const uint64_t *)field->pData;
    }
}

static int64_t read_signed(const pb_field_iter_t *field) {
    return field->data_size == 8 ? *(const int64_t *)field->pData
                                 : *(const int32_t *)field->pData;
}

// Whether the field is there; plain fields are when they are not 0, false or empty.
static bool is_there(const pb_field_iter_t *field) {
    if (PB_HTYPE(field->type) == PB_HTYPE_ONEOF) {
        return *(const pb_size_t *)field->pSize == field->tag;
    }
    if (field->pSize != NULL) {
        return *(const bool *)field->pSize;
    }
    if (PB_LTYPE(field->type) == PB_LTYPE_BYTES) {
        return ((const pb_bytes_array_t *)field->pData)->size > 0;
    }
    const uint8_t *bytes = field->pData;
    for (size_t i = 0; i < field->data_size; i++) {
        if (bytes[i] != 0) {
            return true;
        }
    }
    return false;
}

static void put_message(const pb_msgdesc_t *fields, void *from, const char *path);

static void put_field(const pb_field_iter_t *field, const char *path) {
    char here[64];
    snprintf(here, sizeof here, "%s%u", path, (unsigned)field->tag);
    printf(" %s:", here);
    const pb_bytes_array_t *bytes = field->pData;
    uint32_t bits;
    switch (PB_LTYPE(field->type)) {
    case PB_LTYPE_VARINT:
        printf("i%" PRId64, read_signed(field));
        break;
    case PB_LTYPE_FIXED32:
        memcpy(&bits, field->pData, sizeof bits);
        printf("f%08" PRIx32, bits);
        break;
    case PB_LTYPE_STRING:
        putchar('s');
        put_hex(field->pData, strlen(field->pData));
        break;
    case PB_LTYPE_BYTES:
        putchar('s');
        put_hex(bytes->bytes, bytes->size);
        break;
    case PB_LTYPE_FIXED_LENGTH_BYTES:
        putchar('s');
        put_hex(field->pData, field->data_size);
        break;
    case PB_LTYPE_SUBMESSAGE:
    case PB_LTYPE_SUBMSG_W_CB:
        putchar('m');
        strncat(here, ".", sizeof here - strlen(here) - 1);
        put_message(field->submsg_desc, field->pData, here);
        break;
    default: // bool, unsigned numbers and enums
        printf("u%" PRIu64, read_unsigned(field));
    }
}

static void put_message(const pb_msgdesc_t *fields, void *from, const char *path) {
    pb_field_iter_t field;
    if (!pb_field_iter_begin(&field, fields, from)) {
        return;
    }
    do {
        if (is_there(&field)) {
            put_field(&field, path);
        }
    } while (pb_field_iter_next(&field));
}

// --- from text to a message

static bool write_text(const pb_field_iter_t *field, const char *hex) {
    pb_bytes_array_t *bytes = field->pData;
    long length;
    switch (PB_LTYPE(field->type)) {
    case PB_LTYPE_BYTES:
        length = bench_parse_hex(hex, bytes->bytes, field->data_size - sizeof bytes->size);
        bytes->size = (pb_size_t)(length < 0 ? 0 : length);
        return length >= 0;
    case PB_LTYPE_FIXED_LENGTH_BYTES:
        return bench_parse_hex(hex, field->pData, field->data_size) == field->data_size;
    default:
        return bench_parse_hex(hex, field->pData, (size_t)field->data_size - 1) >= 0;
    }
}

static void write_number(const pb_field_iter_t *field, uint64_t value) {
    switch (field->data_size) {
    case 1:
        *(uint8_t *)field->pData = (uint8_t)value;
        break;
    case 4:
        *(uint32_t *)field->pData = (uint32_t)value;
        break;
    default:
        *(uint64_t *)field->pData = value;
    }
}

static bool write_value(const pb_field_iter_t *field, const char *value) {
    if (PB_HTYPE(field->type) == PB_HTYPE_ONEOF) {
        *(pb_size_t *)field->pSize = field->tag;
    } else if (field->pSize != NULL) {
        *(bool *)field->pSize = true;
    }
    switch (value[0]) {
    case 'm':
        return true;
    case 'u':
        write_number(field, strtoull(value + 1, NULL, 10));
        return true;
    case 'i':
        write_number(field, (uint64_t)strtoll(value + 1, NULL, 10));
        return true;
    case 'f':
        write_number(field, strtoull(value + 1, NULL, 16));
        return true;
    default:
        return write_text(field, value + 1);
    }
}

static bool write_field(const pb_msgdesc_t *fields, char *text) {
    void *within = message;
    for (;;) {
        char *end;
        unsigned long tag = strtoul(text, &end, 10);
        pb_field_iter_t field;
        if (!pb_field_iter_begin(&field, fields, within) ||
            !pb_field_iter_find(&field, (uint32_t)tag)) {
            return false;
        }
        if (*end == ':') {
            return write_value(&field, end + 1);
        }
        fields = field.submsg_desc;
        within = field.pData;
        text = end + 1;
    }
}

// --- the lines

static void encode(void) {
    const pb_msgdesc_t *fields = find(strtok(NULL, " "));
    bool sound = fields != NULL;
    memset(storage, 0, sizeof storage);
    for (char *text; sound && (text = strtok(NULL, " ")) != NULL;) {
        sound = write_field(fields, text);
    }
    static uint8_t payload[MESSAGE_MAX];
    size_t length = sound ? station_codec_encode(fields, message, payload, sizeof payload) : 0;
    if (sound) {
        put_hex(payload, length);
    } else {
        putchar('!');
    }
}

static bool decode_into(const pb_msgdesc_t *fields, const uint8_t *bytes, size_t length) {
    memset(storage, 0, sizeof storage);
    if (fields == esg_alarm_CommandEnvelope_fields) {
        return station_codec_command(bytes, length, message);
    }
    if (fields == esg_alarm_AlarmReceipt_fields) {
        return station_codec_receipt(bytes, length, message);
    }
    pb_istream_t stream = pb_istream_from_buffer(bytes, length);
    return pb_decode(&stream, fields, message);
}

static void decode(void) {
    static uint8_t payload[LINE_MAX_BYTES];
    const pb_msgdesc_t *fields = find(strtok(NULL, " "));
    const char *hex = strtok(NULL, " ");
    long length = bench_parse_hex(hex == NULL ? "" : hex, payload, sizeof payload);
    if (fields == NULL || length < 0 || !decode_into(fields, payload, (size_t)length)) {
        putchar('!');
        return;
    }
    put_message(fields, message, "");
}

static void seal(void) {
    static uint8_t frame[STATION_FRAME_MAX];
    uint8_t key[32];
    const char *key_text = strtok(NULL, " ");
    const char *sequence = strtok(NULL, " ");
    const char *hex = strtok(NULL, " ");
    long length = -1;
    if (hex != NULL && bench_parse_hex(key_text, key, sizeof key) == sizeof key) {
        length = bench_parse_hex(hex, frame + STATION_FRAME_HEAD, STATION_PAYLOAD_MAX);
    }
    if (length < 0) {
        putchar('!');
        return;
    }
    uint32_t number = (uint32_t)strtoul(sequence, NULL, 10);
    put_hex(frame, station_frame_seal(&bench.hal, key, number, frame, (size_t)length));
}

static void open_frame(void) {
    static uint8_t bytes[LINE_MAX_BYTES];
    uint8_t key[32];
    const char *key_text = strtok(NULL, " ");
    const char *hex = strtok(NULL, " ");
    long length = bench_parse_hex(hex == NULL ? "" : hex, bytes, sizeof bytes);
    if (key_text == NULL || bench_parse_hex(key_text, key, sizeof key) != sizeof key ||
        length < 0) {
        putchar('!');
        return;
    }
    struct station_frame frame;
    switch (station_frame_open(&bench.hal, key, bytes, (size_t)length, &frame)) {
    case STATION_FRAME_OK:
        printf("ok %" PRIu32 " ", frame.sequence);
        put_hex(frame.payload, frame.length);
        break;
    case STATION_FRAME_BARE:
        printf("bare ");
        put_hex(frame.payload, frame.length);
        break;
    case STATION_FRAME_MALFORMED:
        printf("malformed");
        break;
    case STATION_FRAME_BAD_TAG:
        printf("bad_tag");
        break;
    }
}

int main(void) {
    static char line[LINE_MAX_BYTES];
    bench_init(&bench, 1);
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        const char *verb = strtok(line, " ");
        if (verb == NULL) {
            putchar('!');
        } else if (strcmp(verb, "encode") == 0) {
            encode();
        } else if (strcmp(verb, "decode") == 0) {
            decode();
        } else if (strcmp(verb, "seal") == 0) {
            seal();
        } else {
            open_frame();
        }
        putchar('\n');
        fflush(stdout);
    }
    return 0;
}
