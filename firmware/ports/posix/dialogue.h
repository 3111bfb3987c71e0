// The line protocol: one command a line, one JSON line as answer. README.md lists the commands.
#ifndef POSIX_DIALOGUE_H
#define POSIX_DIALOGUE_H

#include "fleet.h"

enum { DIALOGUE_LINE_MAX = 1024, DIALOGUE_WORDS_MAX = 8 };

enum dialogue_wait { WAIT_NOTHING, WAIT_EVENT, WAIT_ONLINE, WAIT_RECEIPT, WAIT_QUIET };

struct scenarios;

struct dialogue {
    struct fleet *fleet;
    struct scenarios *scenarios;
    FILE *out; // NULL: answers are only complained about
    bool finished;
    // an answer that has to wait
    enum dialogue_wait wait;
    struct machine *machine;
    uint64_t until_ms;
    double seconds;
    double asked_at; // Unix s
    uint32_t events_before;
};

// Take a line; the answer comes now, or by dialogue_turn. Not while one is waiting.
void dialogue_line(struct dialogue *dialogue, const char *line, uint64_t now_ms);

// See whether an answer that waits can be given.
void dialogue_turn(struct dialogue *dialogue, uint64_t now_ms);

#endif
