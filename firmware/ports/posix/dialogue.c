#include "acts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "json_tree.h"

// --- giving answers

static void give(struct dialogue *dialogue, const char *inside, const char *problem) {
    FILE *out = dialogue->out;
    if (out == NULL) {
        if (problem != NULL) {
            fprintf(stderr, "scenario: %s\n", problem);
        }
        return;
    }
    if (problem != NULL) {
        fputs("{\"ok\": false, \"error\": ", out);
        json_put_string(out, problem);
    } else {
        fputs("{\"ok\": true", out);
        fputs(inside, out);
    }
    fputs("}\n", out);
    fflush(out);
}

// --- what waits

static bool is_quiet(const struct machine *machine) {
    for (int i = 0; i < STATION_CHANNELS; i++) {
        if (machine->unit.outputs.runs[i].running) {
            return false;
        }
    }
    return true;
}

static bool has_come(const struct dialogue *dialogue) {
    const struct machine *machine = dialogue->machine;
    switch (dialogue->wait) {
    case WAIT_EVENT:
        return acts_last_event(machine) != dialogue->events_before;
    case WAIT_ONLINE:
        return machine->online;
    case WAIT_RECEIPT:
        return machine->unit.outbox.count == 0;
    case WAIT_QUIET:
        return is_quiet(machine);
    case WAIT_NOTHING:
        break;
    }
    return true;
}

static void put_event(FILE *answer, const struct machine *machine, bool happened) {
    const struct station_outbox *outbox = &machine->unit.outbox;
    if (!happened) {
        fputs(", \"event\": null", answer);
        return;
    }
    uint32_t timestamp = outbox->count == 0 ? 0 : outbox->entries[outbox->count - 1].timestamp;
    fprintf(answer, ", \"event\": %u, \"timestamp\": %u, \"boot_id\": %u", acts_last_event(machine),
            timestamp, machine->unit.boot_id);
}

// Give the answer that waited.
static void answer_wait(struct dialogue *dialogue, bool came) {
    enum dialogue_wait wait = dialogue->wait;
    char *inside = NULL;
    size_t size = 0;
    char problem[80];
    FILE *answer = open_memstream(&inside, &size);
    dialogue->wait = WAIT_NOTHING;
    if (answer == NULL) {
        give(dialogue, "", "no memory");
        return;
    }
    acts_put_unit(answer, dialogue->machine, wait == WAIT_EVENT ? dialogue->asked_at : acts_unix_s());
    if (wait == WAIT_EVENT) {
        put_event(answer, dialogue->machine, came);
    } else {
        acts_put_receipt(answer, dialogue->machine);
    }
    fclose(answer);
    snprintf(problem, sizeof problem, "it did not come within %g s", dialogue->seconds);
    give(dialogue, inside, came || wait == WAIT_EVENT ? NULL : problem);
    free(inside);
}

void dialogue_turn(struct dialogue *dialogue, uint64_t now_ms) {
    if (dialogue->wait == WAIT_NOTHING) {
        return;
    }
    bool came = has_come(dialogue);
    if (came || now_ms >= dialogue->until_ms) {
        answer_wait(dialogue, came);
    }
}

// --- commands for all units

static void list(struct call *call) {
    const struct fleet *fleet = call->dialogue->fleet;
    fputs(", \"units\": [", call->answer);
    for (size_t i = 0; i < fleet->count; i++) {
        fputs(i == 0 ? "{" : ", {", call->answer);
        acts_put_brief(call->answer, &fleet->machines[i]);
        fputc('}', call->answer);
    }
    fputc(']', call->answer);
}

static void counts(struct call *call) {
    const struct fleet *fleet = call->dialogue->fleet;
    const struct session_counts *traffic = &fleet->counts;
    unsigned long long online = 0;
    unsigned long long outbox = 0;
    unsigned long long receipts = 0;
    for (size_t i = 0; i < fleet->count; i++) {
        online += fleet->machines[i].online;
        outbox += fleet->machines[i].unit.outbox.count;
        receipts += fleet->machines[i].receipts;
    }
    fprintf(call->answer,
            ", \"units\": %zu, \"online\": %llu, \"published\": %llu, \"acked\": %llu"
            ", \"received\": %llu, \"connects\": %llu, \"losses\": %llu, \"outbox\": %llu"
            ", \"receipts\": %llu, \"refused\": %llu, \"problems\": 0",
            fleet->count, online, (unsigned long long)traffic->published,
            (unsigned long long)traffic->acked, (unsigned long long)traffic->received,
            (unsigned long long)traffic->connects, (unsigned long long)traffic->losses, outbox,
            receipts, (unsigned long long)traffic->refused);
}

static void act_on_unit(struct call *call, const char *verb, char **words, size_t count) {
    const struct act_named *wanted = act_named(verb);
    if (wanted == NULL) {
        call->problem = "unknown command";
        return;
    }
    call->machine = count > 0 ? fleet_find(call->dialogue->fleet, words[0]) : NULL;
    if (count < 1 + wanted->words) {
        call->problem = "an argument is missing";
    } else if (call->machine == NULL) {
        call->problem = "no single unit is called so";
    } else {
        call->words = words + 1;
        call->count = count - 1;
        call->machine->now_ms = call->now_ms;
        acts_put_unit(call->answer, call->machine, acts_unix_s());
        wanted->act(call);
    }
}

static void act_on(struct call *call, char **words, size_t count) {
    if (strcmp(words[0], "quit") == 0) {
        call->dialogue->finished = true;
    } else if (strcmp(words[0], "list") == 0) {
        list(call);
    } else if (strcmp(words[0], "counts") == 0) {
        counts(call);
    } else {
        act_on_unit(call, words[0], words + 1, count - 1);
    }
}

// Words of a line, with quotes as a shell has them. -1 when a quote is not closed.
static int split(char *line, char *words[DIALOGUE_WORDS_MAX]) {
    int count = 0;
    char *from = line;
    char *to = line;
    for (;;) {
        while (isspace((unsigned char)*from)) {
            from++;
        }
        if (*from == '\0' || count == DIALOGUE_WORDS_MAX) {
            return count;
        }
        words[count++] = to;
        char quote = '\0';
        for (; *from != '\0' && (quote != '\0' || !isspace((unsigned char)*from)); from++) {
            if (*from == quote) {
                quote = '\0';
            } else if (quote == '\0' && (*from == '"' || *from == '\'')) {
                quote = *from;
            } else {
                *to++ = *from;
            }
        }
        if (quote != '\0') {
            return -1;
        }
        from += *from != '\0';
        *to++ = '\0';
    }
}

void dialogue_line(struct dialogue *dialogue, const char *text, uint64_t now_ms) {
    char line[DIALOGUE_LINE_MAX];
    char *words[DIALOGUE_WORDS_MAX];
    snprintf(line, sizeof line, "%s", text);
    int count = split(line, words);
    char *inside = NULL;
    size_t size = 0;
    struct call call = {.dialogue = dialogue, .now_ms = now_ms};
    call.answer = open_memstream(&inside, &size);
    if (call.answer == NULL) {
        give(dialogue, "", "no memory");
        return;
    }
    if (count < 0) {
        call.problem = "a quote is not closed";
    } else if (count > 0) {
        act_on(&call, words, (size_t)count);
    }
    fclose(call.answer);
    if (call.problem != NULL || dialogue->wait == WAIT_NOTHING) {
        give(dialogue, inside, call.problem);
    }
    free(inside);
}
