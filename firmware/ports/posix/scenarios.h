// Scripts for units: lines `SECONDS COMMAND…`, the seconds counted from the line before.
// `@` stands for the unit a script is played on. Empty lines and lines with `#` are skipped.
#ifndef POSIX_SCENARIOS_H
#define POSIX_SCENARIOS_H

#include "dialogue.h"

enum { SCENARIOS_AT_ONCE = 32 };

struct scenario {
    char *text; // NULL: free
    char *next;
    struct dialogue dialogue;
    char unit[40];
    uint64_t due_ms;
};

struct scenarios {
    struct fleet *fleet;
    const char *folder; // where named scenarios are
    struct scenario all[SCENARIOS_AT_ONCE];
};

// Begin to play a file, or a named scenario, on a unit ("" = none). False with a reason.
bool scenarios_play(struct scenarios *scenarios, const char *name, const char *unit,
                    uint64_t now_ms, const char **problem);

void scenarios_turn(struct scenarios *scenarios, uint64_t now_ms);
uint64_t scenarios_due(const struct scenarios *scenarios, uint64_t now_ms);
bool scenarios_done(const struct scenarios *scenarios);
void scenarios_stop(struct scenarios *scenarios);

#endif
