// What the line protocol can do to one unit.
#ifndef POSIX_ACTS_H
#define POSIX_ACTS_H

#include "dialogue.h"

// What a command is carried out with. `answer` is the inside of the JSON object, after its verdict.
struct call {
    struct dialogue *dialogue;
    struct machine *machine;
    char **words; // behind the unit
    size_t count;
    uint64_t now_ms;
    FILE *answer;
    const char *problem; // set: nothing of the above is told
};

typedef void act(struct call *call);

struct act_named {
    const char *name;
    size_t words; // at least, behind the unit
    act *act;
};

// NULL for no such command.
const struct act_named *act_named(const char *name);

// Members of an answer, each with a comma before it, but for the first of `brief`.
void acts_put_unit(FILE *answer, const struct machine *machine, double at);
void acts_put_receipt(FILE *answer, const struct machine *machine);
void acts_put_brief(FILE *answer, const struct machine *machine);

uint32_t acts_last_event(const struct machine *machine);
double acts_unix_s(void);

#endif
