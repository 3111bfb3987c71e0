// Records in storage: version, generation, length, body, CRC-32; alone, or in two copies that are
// written in turn, so that a write cut at any byte leaves the value before it.
#ifndef STATION_RECORD_H
#define STATION_RECORD_H

#include "hal.h"

enum {
    STATION_RECORD_HEAD = 7,
    STATION_RECORD_CRC = 4,
    STATION_RECORD_FRAME = STATION_RECORD_HEAD + STATION_RECORD_CRC,
    STATION_RECORD_TINY = 64,   // counters and keys, with room for what a later version adds
    STATION_RECORD_SMALL = 1024 // every record except the certificate
};

// A body grows at its end, so that an older image still reads what a newer one has written; the
// version is counted up only when it no longer could.

// A body is written behind STATION_RECORD_HEAD bytes of the buffer, which are filled when saving.
struct station_writer {
    uint8_t *bytes;
    size_t capacity;
    size_t length;
    bool failed;
};

struct station_reader {
    const uint8_t *bytes;
    size_t length;
    size_t at;
};

// A record in two copies, named `<name>.a` and `<name>.b`.
struct station_twin {
    const char *name;
    uint32_t generation;
    bool second; // the present value is in copy b
};

struct station_writer station_writer_begin(uint8_t *buffer, size_t capacity);
void station_put_u8(struct station_writer *writer, uint32_t value);
void station_put_u32(struct station_writer *writer, uint32_t value);
void station_put_u64(struct station_writer *writer, uint64_t value);
void station_put_bytes(struct station_writer *writer, const void *bytes, size_t length);
void station_put_text(struct station_writer *writer, const char *text); // at most 255 bytes

// Past the end they leave `value` as it is and give false: a shorter, older record keeps defaults.
bool station_get_u8(struct station_reader *reader, uint8_t *value);
bool station_get_bool(struct station_reader *reader, bool *value);
bool station_get_u32(struct station_reader *reader, uint32_t *value);
bool station_get_u64(struct station_reader *reader, uint64_t *value);
bool station_get_bytes(struct station_reader *reader, void *bytes, size_t length);
bool station_get_text(struct station_reader *reader, char *text, size_t capacity);

uint32_t station_crc32(const uint8_t *bytes, size_t length);

// One copy. Load gives false when there is no sound record of this or an older version.
bool station_record_save(const struct station_hal *hal, const char *name, uint8_t version,
                         uint32_t generation, struct station_writer *writer);
bool station_record_load(const struct station_hal *hal, const char *name, uint8_t version,
                         uint8_t *buffer, size_t capacity, struct station_reader *reader,
                         uint32_t *generation);

bool station_twin_save(struct station_twin *twin, const struct station_hal *hal, uint8_t version,
                       struct station_writer *writer);
bool station_twin_load(struct station_twin *twin, const struct station_hal *hal, uint8_t version,
                       uint8_t *buffer, size_t capacity, struct station_reader *reader);
bool station_twin_erase(struct station_twin *twin, const struct station_hal *hal);

#endif
