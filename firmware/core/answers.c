#include "answers.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

enum { VERSION = 1 };

struct slot_name {
    char text[STATION_RECORD_NAME_MAX + 1];
};

static struct slot_name name_of(unsigned slot) {
    struct slot_name name;
    (void)snprintf(name.text, sizeof name.text, "request%u", slot % 100U);
    return name;
}

static bool load(const struct station_hal *hal, unsigned slot, struct station_answer *answer,
                 uint32_t *generation) {
    uint8_t buffer[STATION_RECORD_SMALL];
    struct station_reader reader;
    struct slot_name name = name_of(slot);
    uint8_t debt = 0;
    uint32_t length = 0;
    memset(answer, 0, sizeof *answer);
    if (!station_record_load(hal, name.text, VERSION, buffer, sizeof buffer, &reader, generation) ||
        !station_get_text(&reader, answer->request_id, sizeof answer->request_id) ||
        !station_get_bool(&reader, &answer->success) || !station_get_u8(&reader, &answer->stage) ||
        !station_get_u8(&reader, &debt) || !station_get_u32(&reader, &answer->error_code) ||
        !station_get_text(&reader, answer->message, sizeof answer->message) ||
        !station_get_u32(&reader, &length) || length > STATION_JSON_MAX) {
        return false;
    }
    answer->debt = debt;
    answer->payload_length = (uint16_t)length;
    return station_get_bytes(&reader, answer->payload, length);
}

static const struct station_kept_slot *newest_of(const struct station_answers *answers,
                                                 const char *request_id) {
    const struct station_kept_slot *newest = NULL;
    for (int i = 0; i < STATION_KEPT_SLOTS; i++) {
        const struct station_kept_slot *slot = &answers->slots[i];
        if (slot->used && strcmp(slot->request_id, request_id) == 0 &&
            (newest == NULL || slot->generation > newest->generation)) {
            newest = slot;
        }
    }
    return newest;
}

// A free slot, else one that a newer answer to the same request has made void, else the oldest.
static unsigned slot_to_write(const struct station_answers *answers) {
    unsigned oldest = 0;
    for (unsigned i = 0; i < STATION_KEPT_SLOTS; i++) {
        const struct station_kept_slot *slot = &answers->slots[i];
        if (!slot->used || newest_of(answers, slot->request_id) != slot) {
            return i;
        }
        if (slot->generation < answers->slots[oldest].generation) {
            oldest = i;
        }
    }
    return oldest;
}

void station_answers_load(struct station_answers *answers, const struct station_hal *hal) {
    memset(answers, 0, sizeof *answers);
    struct station_answer answer;
    for (unsigned i = 0; i < STATION_KEPT_SLOTS; i++) {
        struct station_kept_slot *slot = &answers->slots[i];
        if (!load(hal, i, &answer, &slot->generation)) {
            continue;
        }
        slot->used = true;
        slot->stage = answer.stage;
        memcpy(slot->request_id, answer.request_id, sizeof slot->request_id);
        if (slot->generation > answers->generation) {
            answers->generation = slot->generation;
        }
    }
}

static struct station_answer *find_in_memory(struct station_answers *answers,
                                             const char *request_id) {
    for (int i = 0; i < STATION_ANSWERS; i++) {
        struct station_answer *answer = &answers->ring[i];
        if (answer->used && strcmp(answer->request_id, request_id) == 0) {
            return answer;
        }
    }
    return NULL;
}

static struct station_answer *fetch(struct station_answers *answers, const struct station_hal *hal,
                                    const struct station_kept_slot *slot) {
    struct station_answer stored;
    uint32_t generation = 0;
    if (!load(hal, (unsigned)(slot - answers->slots), &stored, &generation)) {
        return NULL;
    }
    struct station_answer *answer = station_answers_place(answers, stored.request_id);
    stored.used = true;
    stored.order = answer->order;
    *answer = stored;
    return answer;
}

struct station_answer *station_answers_find(struct station_answers *answers,
                                            const struct station_hal *hal, const char *request_id) {
    if (request_id[0] == '\0') {
        return NULL;
    }
    struct station_answer *answer = find_in_memory(answers, request_id);
    const struct station_kept_slot *slot = newest_of(answers, request_id);
    return answer != NULL || slot == NULL ? answer : fetch(answers, hal, slot);
}

struct station_answer *station_answers_unfinished(struct station_answers *answers,
                                                  const struct station_hal *hal) {
    for (int i = 0; i < STATION_KEPT_SLOTS; i++) {
        const struct station_kept_slot *slot = &answers->slots[i];
        if (slot->used && !slot->of_this_boot && slot->stage == STATION_STAGE_ACCEPTED &&
            newest_of(answers, slot->request_id) == slot) {
            return station_answers_find(answers, hal, slot->request_id);
        }
    }
    return NULL;
}

static bool goes_before(const struct station_answer *one, const struct station_answer *other) {
    return one->used != other->used ? !one->used : one->order < other->order;
}

struct station_answer *station_answers_place(struct station_answers *answers,
                                             const char *request_id) {
    struct station_answer *place = find_in_memory(answers, request_id);
    if (place == NULL) {
        place = &answers->ring[0];
        for (int i = 1; i < STATION_ANSWERS; i++) {
            if (goes_before(&answers->ring[i], place)) {
                place = &answers->ring[i];
            }
        }
    }
    char id[STATION_REQUEST_ID];
    station_text_copy(id, sizeof id, request_id); // may be the text in `place`
    memset(place, 0, sizeof *place);
    station_text_copy(place->request_id, sizeof place->request_id, id);
    place->used = true;
    place->order = ++answers->order;
    return place;
}

bool station_answers_keep(struct station_answers *answers, const struct station_hal *hal,
                          const struct station_answer *answer) {
    unsigned at = slot_to_write(answers);
    struct station_kept_slot *slot = &answers->slots[at];
    struct slot_name name = name_of(at);
    uint8_t buffer[STATION_RECORD_SMALL];
    struct station_writer writer = station_writer_begin(buffer, sizeof buffer);
    station_put_text(&writer, answer->request_id);
    station_put_u8(&writer, answer->success ? 1 : 0);
    station_put_u8(&writer, answer->stage);
    station_put_u8(&writer, answer->debt);
    station_put_u32(&writer, answer->error_code);
    station_put_text(&writer, answer->message);
    station_put_u32(&writer, answer->payload_length);
    station_put_bytes(&writer, answer->payload, answer->payload_length);
    uint32_t generation = ++answers->generation;
    if (!station_record_save(hal, name.text, VERSION, generation, &writer)) {
        slot->used = false;
        return false;
    }
    slot->used = true;
    slot->of_this_boot = true;
    slot->generation = generation;
    slot->stage = answer->stage;
    station_text_copy(slot->request_id, sizeof slot->request_id, answer->request_id);
    return true;
}
