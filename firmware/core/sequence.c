#include "sequence.h"

enum { VERSION = 1, WINDOW_WIDTH = 64 };

void station_sequence_load(struct station_sequence *sequence, const struct station_hal *hal,
                           uint32_t key_epoch, bool keeps) {
    *sequence = (struct station_sequence){
        .twin = {.name = "txseq"}, .key_epoch = key_epoch, .next = 1, .keeps = keeps};
    uint8_t buffer[STATION_RECORD_TINY];
    struct station_reader reader;
    uint32_t epoch = 0;
    uint32_t next = 1;
    if (station_twin_load(&sequence->twin, hal, VERSION, buffer, sizeof buffer, &reader) &&
        station_get_u32(&reader, &epoch) && station_get_u32(&reader, &next) && keeps &&
        epoch == key_epoch && next > 0) {
        sequence->next = next;
    }
    sequence->reserved = sequence->next;
}

static bool reserve(struct station_sequence *sequence, const struct station_hal *hal) {
    uint32_t left = UINT32_MAX - sequence->next;
    uint32_t reserved =
        sequence->next + (left < STATION_SEQUENCE_BLOCK ? left : STATION_SEQUENCE_BLOCK);
    uint8_t buffer[STATION_RECORD_TINY];
    struct station_writer writer = station_writer_begin(buffer, sizeof buffer);
    station_put_u32(&writer, sequence->key_epoch);
    station_put_u32(&writer, reserved);
    if (!station_twin_save(&sequence->twin, hal, VERSION, &writer)) {
        return false;
    }
    sequence->reserved = reserved;
    return true;
}

bool station_sequence_take(struct station_sequence *sequence, const struct station_hal *hal,
                           uint32_t *number, bool *stored) {
    *stored = true;
    if (sequence->next == UINT32_MAX) {
        return false;
    }
    if (sequence->keeps && sequence->next >= sequence->reserved) {
        *stored = reserve(sequence, hal); // without storage an alarm still goes out
    }
    *number = sequence->next++;
    return true;
}

void station_window_load(struct station_window *window, const struct station_hal *hal,
                         uint32_t key_epoch) {
    *window = (struct station_window){.twin = {.name = "rxwin"}, .key_epoch = key_epoch};
    uint8_t buffer[STATION_RECORD_TINY];
    struct station_reader reader;
    uint32_t epoch = 0;
    uint32_t highest = 0;
    uint64_t seen = 0;
    if (station_twin_load(&window->twin, hal, VERSION, buffer, sizeof buffer, &reader) &&
        station_get_u32(&reader, &epoch) && station_get_u32(&reader, &highest) &&
        station_get_u64(&reader, &seen) && epoch == key_epoch) {
        window->highest = highest;
        window->seen = seen;
    }
}

bool station_window_save(struct station_window *window, const struct station_hal *hal) {
    uint8_t buffer[STATION_RECORD_TINY];
    struct station_writer writer = station_writer_begin(buffer, sizeof buffer);
    station_put_u32(&writer, window->key_epoch);
    station_put_u32(&writer, window->highest);
    station_put_u64(&writer, window->seen);
    return station_twin_save(&window->twin, hal, VERSION, &writer);
}

bool station_window_is_fresh(const struct station_window *window, uint32_t number) {
    uint32_t behind = window->highest - number;
    return number > window->highest || (behind < WINDOW_WIDTH && (window->seen >> behind & 1) == 0);
}

bool station_window_accept(struct station_window *window, uint32_t number) {
    if (!station_window_is_fresh(window, number)) {
        return false;
    }
    if (number > window->highest) {
        uint32_t ahead = number - window->highest;
        window->seen = (ahead < WINDOW_WIDTH ? window->seen << ahead : 0) | 1;
        window->highest = number;
        return true;
    }
    window->seen |= (uint64_t)1 << (window->highest - number);
    return true;
}
