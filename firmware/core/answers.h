// The answers the unit has given: the last 32 in memory, and in storage the last 8 of commands that
// must never be carried out twice, stored before they are. A repeated request is answered from
// here.
#ifndef STATION_ANSWERS_H
#define STATION_ANSWERS_H

#include "record.h"

enum {
    STATION_ANSWERS = 32,
    STATION_KEPT_ANSWERS = 8,
    STATION_KEPT_SLOTS = STATION_KEPT_ANSWERS + 1, // one is always free to be written
    STATION_REQUEST_ID = 37,
    STATION_MESSAGE = 128,
    STATION_JSON_MAX = 512,
    STATION_REPEAT_MS = 1000
};

enum station_stage { STATION_STAGE_FINAL, STATION_STAGE_ACCEPTED, STATION_STAGE_EXECUTED };

// What an accepted command that is kept over a restart still owes.
enum station_debt {
    STATION_DEBT_NONE,
    STATION_DEBT_REBOOT,
    STATION_DEBT_COUNTERS,
    STATION_DEBT_UPDATE,
    STATION_DEBT_ROLLBACK
};

struct station_answer {
    char request_id[STATION_REQUEST_ID];
    bool success;
    uint8_t stage;
    uint8_t debt;
    uint32_t error_code;
    char message[STATION_MESSAGE];
    uint16_t payload_length;
    uint8_t payload[STATION_JSON_MAX];
    bool used;
    bool unsent; // there was no session
    uint64_t sent_ms;
    uint32_t order; // of the latest change
};

struct station_kept_slot {
    bool used;
    bool of_this_boot;
    uint32_t generation;
    uint8_t stage;
    char request_id[STATION_REQUEST_ID];
};

struct station_answers {
    struct station_answer ring[STATION_ANSWERS];
    struct station_kept_slot slots[STATION_KEPT_SLOTS];
    uint32_t order;
    uint32_t generation;
};

void station_answers_load(struct station_answers *answers, const struct station_hal *hal);

// The answer to this request, from memory or storage, or NULL. An empty id is never known.
struct station_answer *station_answers_find(struct station_answers *answers,
                                            const struct station_hal *hal, const char *request_id);

// A kept answer of a former boot that says accepted and not what came of it, or NULL.
struct station_answer *station_answers_unfinished(struct station_answers *answers,
                                                  const struct station_hal *hal);

// A place for the answer to this request: its former one, or that of the oldest. All other members
// are empty.
struct station_answer *station_answers_place(struct station_answers *answers,
                                             const char *request_id);

// Store an answer.
bool station_answers_keep(struct station_answers *answers, const struct station_hal *hal,
                          const struct station_answer *answer);

#endif
