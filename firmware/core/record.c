#include "record.h"

#include <string.h>

uint32_t station_crc32(const uint8_t *bytes, size_t length) {
    uint32_t crc = 0xFFFFFFFFU;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (0xEDB88320U & (0U - (crc & 1U)));
        }
    }
    return ~crc;
}

static void store_u32(uint8_t *to, uint32_t value) {
    for (int i = 0; i < 4; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint32_t fetch_u32(const uint8_t *from) {
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
           (uint32_t)from[3] << 24;
}

struct station_writer station_writer_begin(uint8_t *buffer, size_t capacity) {
    return (struct station_writer){buffer, capacity - STATION_RECORD_CRC, STATION_RECORD_HEAD,
                                   false};
}

void station_put_bytes(struct station_writer *writer, const void *bytes, size_t length) {
    if (writer->failed || length > writer->capacity - writer->length) {
        writer->failed = true;
        return;
    }
    if (length > 0) {
        memcpy(writer->bytes + writer->length, bytes, length);
    }
    writer->length += length;
}

void station_put_u8(struct station_writer *writer, uint32_t value) {
    uint8_t byte = (uint8_t)value;
    station_put_bytes(writer, &byte, 1);
}

void station_put_u32(struct station_writer *writer, uint32_t value) {
    uint8_t bytes[4];
    store_u32(bytes, value);
    station_put_bytes(writer, bytes, sizeof bytes);
}

void station_put_u64(struct station_writer *writer, uint64_t value) {
    station_put_u32(writer, (uint32_t)value);
    station_put_u32(writer, (uint32_t)(value >> 32));
}

void station_put_text(struct station_writer *writer, const char *text) {
    size_t length = strlen(text);
    station_put_u8(writer, (uint32_t)length);
    station_put_bytes(writer, text, length);
    writer->failed |= length > 255;
}

bool station_get_bytes(struct station_reader *reader, void *bytes, size_t length) {
    if (length > reader->length - reader->at) {
        reader->at = reader->length;
        return false;
    }
    if (length > 0) {
        memcpy(bytes, reader->bytes + reader->at, length);
    }
    reader->at += length;
    return true;
}

bool station_get_u8(struct station_reader *reader, uint8_t *value) {
    return station_get_bytes(reader, value, 1);
}

bool station_get_bool(struct station_reader *reader, bool *value) {
    uint8_t byte = 0;
    bool there = station_get_u8(reader, &byte);
    if (there) {
        *value = byte != 0;
    }
    return there;
}

bool station_get_u32(struct station_reader *reader, uint32_t *value) {
    uint8_t bytes[4];
    bool there = station_get_bytes(reader, bytes, sizeof bytes);
    if (there) {
        *value = fetch_u32(bytes);
    }
    return there;
}

bool station_get_u64(struct station_reader *reader, uint64_t *value) {
    uint8_t bytes[8];
    bool there = station_get_bytes(reader, bytes, sizeof bytes);
    if (there) {
        *value = fetch_u32(bytes) | (uint64_t)fetch_u32(bytes + 4) << 32;
    }
    return there;
}

bool station_get_text(struct station_reader *reader, char *text, size_t capacity) {
    uint8_t length = 0;
    if (!station_get_u8(reader, &length) || length >= capacity) {
        reader->at = reader->length;
        return false;
    }
    char copy[256];
    if (!station_get_bytes(reader, copy, length)) {
        return false;
    }
    memcpy(text, copy, length);
    text[length] = '\0';
    return true;
}

bool station_record_save(const struct station_hal *hal, const char *name, uint8_t version,
                         uint32_t generation, struct station_writer *writer) {
    if (writer->failed) {
        return false;
    }
    uint8_t *bytes = writer->bytes;
    size_t body = writer->length - STATION_RECORD_HEAD;
    bytes[0] = version;
    store_u32(bytes + 1, generation);
    bytes[5] = (uint8_t)body;
    bytes[6] = (uint8_t)(body >> 8);
    store_u32(bytes + writer->length, station_crc32(bytes, writer->length));
    return hal->storage_write(hal->port, name, bytes, writer->length + STATION_RECORD_CRC);
}

bool station_record_load(const struct station_hal *hal, const char *name, uint8_t version,
                         uint8_t *buffer, size_t capacity, struct station_reader *reader,
                         uint32_t *generation) {
    int32_t read = hal->storage_read(hal->port, name, buffer, capacity);
    if (read < STATION_RECORD_FRAME) {
        return false;
    }
    size_t body = (size_t)buffer[5] | (size_t)buffer[6] << 8;
    size_t checked = STATION_RECORD_HEAD + body;
    // A cut write may have left the tail of a longer record behind this one.
    if (checked + STATION_RECORD_CRC > (size_t)read || buffer[0] == 0 || buffer[0] > version ||
        fetch_u32(buffer + checked) != station_crc32(buffer, checked)) {
        return false;
    }
    *reader = (struct station_reader){buffer + STATION_RECORD_HEAD, body, 0};
    *generation = fetch_u32(buffer + 1);
    return true;
}

struct copy_name {
    char text[STATION_RECORD_NAME_MAX + 1];
};

static struct copy_name name_of(const struct station_twin *twin, bool second) {
    struct copy_name name = {{0}};
    size_t length = strlen(twin->name);
    if (length > STATION_RECORD_NAME_MAX - 2) {
        length = STATION_RECORD_NAME_MAX - 2;
    }
    memcpy(name.text, twin->name, length);
    name.text[length] = '.';
    name.text[length + 1] = second ? 'b' : 'a';
    return name;
}

bool station_twin_save(struct station_twin *twin, const struct station_hal *hal, uint8_t version,
                       struct station_writer *writer) {
    struct copy_name name = name_of(twin, !twin->second);
    if (!station_record_save(hal, name.text, version, twin->generation + 1, writer)) {
        return false;
    }
    twin->generation++;
    twin->second = !twin->second;
    return true;
}

bool station_twin_load(struct station_twin *twin, const struct station_hal *hal, uint8_t version,
                       uint8_t *buffer, size_t capacity, struct station_reader *reader) {
    uint32_t first = 0;
    uint32_t second = 0;
    struct copy_name a = name_of(twin, false);
    struct copy_name b = name_of(twin, true);
    bool has_first = station_record_load(hal, a.text, version, buffer, capacity, reader, &first);
    bool has_second = station_record_load(hal, b.text, version, buffer, capacity, reader, &second);
    if (!has_first && !has_second) {
        return false;
    }
    twin->second = has_second && (!has_first || (int32_t)(second - first) > 0);
    twin->generation = twin->second ? second : first;
    return twin->second ||
           station_record_load(hal, a.text, version, buffer, capacity, reader, &first);
}

bool station_twin_erase(struct station_twin *twin, const struct station_hal *hal) {
    // The older copy first: cut in between, the present value is still the present value.
    struct copy_name older = name_of(twin, !twin->second);
    struct copy_name present = name_of(twin, twin->second);
    return hal->storage_erase(hal->port, older.text) && hal->storage_erase(hal->port, present.text);
}
