// The receiving side: check a message, carry a command out once, answer it, and answer a repeated
// one again.
#ifndef STATION_COMMANDS_H
#define STATION_COMMANDS_H

#include "answers.h"
#include "codec.h"
#include "hal.h"
#include "json.h"

struct station_unit;

enum { STATION_CLOCK_WINDOW_S = 300 };

// Why something was neither carried out nor answered.
enum station_refusal {
    STATION_REFUSED_MALFORMED,
    STATION_REFUSED_UNSIGNED,
    STATION_REFUSED_TAG,
    STATION_REFUSED_DECODE,
    STATION_REFUSED_REPLAY,
    STATION_REFUSED_RETAINED,
    STATION_REFUSED_RECEIPT,
    STATION_REFUSALS
};

struct station_intake {
    uint32_t refused[STATION_REFUSALS];
    uint32_t receipts;     // accepted
    uint64_t unmatched_ms; // when a request without id was last answered
};

// What came of a command. `later`: accepted, the result is told by `station_commands_conclude`.
struct station_outcome {
    uint32_t error_code;
    bool later;
    bool concludes;         // a field device says nothing before the end
    enum station_debt debt; // not none: the answer is kept over a restart
    char message[STATION_MESSAGE];
    struct station_json json;
    char payload[STATION_JSON_MAX];
};

void station_outcome_fail(struct station_outcome *outcome, uint32_t error_code,
                          const char *message);
void station_outcome_say(struct station_outcome *outcome, const char *message);

// A message on cmd or ack.
void station_commands_receive(struct station_unit *unit, enum station_leaf leaf,
                              const uint8_t *bytes, size_t length, bool retained);

// Before a command that must not be carried out twice: store that it was accepted. False, with
// the outcome set, when that fails.
bool station_commands_commit(struct station_unit *unit, const char *request_id,
                             struct station_outcome *outcome, enum station_debt debt,
                             const char *message);

// The result of a command that was accepted before.
void station_commands_conclude(struct station_unit *unit, const char *request_id,
                               enum station_debt debt, uint32_t error_code, const char *message);

// A session began: what could not be sent, and what a restart left to say.
void station_commands_opened(struct station_unit *unit);

#endif
