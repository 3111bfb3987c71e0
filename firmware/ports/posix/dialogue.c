#include "dialogue.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "json_tree.h"
#include "scenarios.h"
#include "units.h"

enum { EVENT_WITHIN_MS = 500, POLL_MS = 5, LARGEST_FLOOD = 20000 };

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

static const char *const INPUT_NAMES[STATION_INPUTS] = {"panic1", "panic2", "tamper", "aux1",
                                                        "aux2"};
static const char *const OUTPUT_NAMES[STATION_CHANNELS] = {"siren", "turret", "relay1", "relay2",
                                                           "fan"};
// From the core: this is a bench, and looks at what a board could not show.
static uint32_t last_event(const struct machine *machine) {
    return machine->unit.alarms.last;
}

static double unix_s(void) {
    return (double)machine_unix_ms() / 1000.0;
}

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

static void put_unit(FILE *answer, const struct machine *machine, double at) {
    fputs(", \"unit\": ", answer);
    json_put_string(answer, machine_host(machine));
    fprintf(answer, ", \"at\": %.6f", at);
}

static void put_receipt(FILE *answer, const struct machine *machine) {
    if (machine->receipts == 0) {
        fputs(", \"last_receipt\": null", answer);
        return;
    }
    fprintf(answer, ", \"last_receipt\": {\"event\": %u, \"timestamp\": %u, \"at\": %.6f}",
            machine->last_receipt.sequence, machine->last_receipt.timestamp,
            machine->last_receipt.at);
}

static void put_brief(FILE *answer, const struct machine *machine) {
    fputs("\"host\": ", answer);
    json_put_string(answer, machine_host(machine));
    fputs(", \"name\": ", answer);
    json_put_string(answer, machine->plan.name);
    fputs(", \"site\": [", answer);
    for (size_t i = 0; i < machine->plan.site_levels; i++) {
        fputs(i == 0 ? "" : ", ", answer);
        json_put_string(answer, machine->plan.site[i]);
    }
    fprintf(answer, "], \"online\": %s, \"device_id\": %u, \"inputs\": [",
            machine->online ? "true" : "false", machine->unit.settings.device.device_id);
    const char *comma = "";
    for (int i = 0; i < STATION_INPUTS; i++) {
        if (machine->inputs[i]) {
            fprintf(answer, "%s\"%s\"", comma, INPUT_NAMES[i]);
            comma = ", ";
        }
    }
    fprintf(answer, "], \"outbox\": %u", machine->unit.outbox.count);
}

static void put_outputs(FILE *answer, const struct machine *machine) {
    const char *comma = "";
    fputs(", \"outputs\": {", answer);
    for (int i = 0; i < STATION_CHANNELS; i++) {
        const struct station_run *run = &machine->unit.outputs.runs[i];
        if (machine->running && run->running) {
            fprintf(answer, "%s\"%s\": %u", comma, OUTPUT_NAMES[i], run->pattern.type);
            comma = ", ";
        }
    }
    fputs("}, \"levels\": [", answer);
    comma = "";
    for (int i = 0; i < STATION_OUTPUTS; i++) {
        if (machine->outputs[i]) {
            fprintf(answer, "%s\"%s\"", comma, OUTPUT_NAMES[i]);
            comma = ", ";
        }
    }
    fprintf(answer, "], \"fan\": %u", machine->fan_pct);
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
        return last_event(machine) != dialogue->events_before;
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
    fprintf(answer, ", \"event\": %u, \"timestamp\": %u, \"boot_id\": %u", last_event(machine),
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
    put_unit(answer, dialogue->machine, wait == WAIT_EVENT ? dialogue->asked_at : unix_s());
    if (wait == WAIT_EVENT) {
        put_event(answer, dialogue->machine, came);
    } else {
        put_receipt(answer, dialogue->machine);
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

static void wait_for(struct call *call, enum dialogue_wait wait, uint64_t within_ms) {
    struct dialogue *dialogue = call->dialogue;
    dialogue->wait = wait;
    dialogue->machine = call->machine;
    dialogue->until_ms = call->now_ms + within_ms;
    dialogue->seconds = (double)within_ms / 1000.0;
    dialogue->asked_at = unix_s();
    dialogue->events_before = last_event(call->machine);
}

// --- what can be done to a unit

static void change(struct call *call, int input, bool active) {
    struct machine *machine = call->machine;
    bool tells = machine->running && machine->inputs[input] != active && input <= STATION_TAMPER;
    if (tells) {
        wait_for(call, WAIT_EVENT, EVENT_WITHIN_MS);
    } else {
        fputs(", \"event\": null", call->answer);
    }
    machine_input(machine, (enum station_input)input, active, call->now_ms);
}

static void change_named(struct call *call, bool active) {
    for (int i = 0; i < STATION_INPUTS; i++) {
        if (strcmp(call->words[0], INPUT_NAMES[i]) == 0) {
            change(call, i, active);
            return;
        }
    }
    call->problem = "there is no such input";
}

static void press(struct call *call) {
    change_named(call, true);
}

static void release(struct call *call) {
    change_named(call, false);
}

static void open_box(struct call *call) {
    change(call, STATION_TAMPER, true);
}

static void close_box(struct call *call) {
    change(call, STATION_TAMPER, false);
}

static void climate(struct call *call) {
    call->machine->fixed_climate = strcmp(call->words[0], "auto") != 0;
    if (!call->machine->fixed_climate) {
        return;
    }
    if (call->count < 2) {
        call->problem = "an argument is missing";
        return;
    }
    call->machine->celsius = strtof(call->words[0], NULL);
    call->machine->percent = strtof(call->words[1], NULL);
}

static void sensor(struct call *call) {
    call->machine->sensor_works = strcmp(call->words[0], "on") == 0;
}

static void set_clock(struct call *call) {
    struct machine *machine = call->machine;
    const char *text = call->words[0];
    machine->clock_set = strcmp(text, "1970") != 0;
    if (strcmp(text, "1970") != 0) {
        machine->clock_skew_ms =
            strcmp(text, "ok") == 0 ? 0 : (int64_t)(strtod(text, NULL) * 1000.0);
    }
    fprintf(call->answer, ", \"stamp\": %u", station_clock_stamp(&machine->unit));
}

static void reboot(struct call *call) {
    machine_restart(call->machine, call->now_ms);
}

static void silence(struct call *call) {
    machine_silence(call->machine, true);
}

static void speak(struct call *call) {
    machine_silence(call->machine, false);
}

static void drop(struct call *call) {
    machine_drop_session(call->machine, call->now_ms);
}

static void unplug(struct call *call) {
    machine_power(call->machine, false, call->now_ms);
}

static void plug(struct call *call) {
    machine_power(call->machine, true, call->now_ms);
}

static void network(struct call *call) {
    machine_network(call->machine, strcmp(call->words[0], "on") == 0, call->now_ms);
}

static void cut(struct call *call) {
    long bytes = call->count > 1 ? strtol(call->words[1], NULL, 10) : FILES_WHOLE;
    files_cut(&call->machine->files, strtoul(call->words[0], NULL, 10), (int32_t)bytes);
}

static void account(struct call *call) {
    const char *user = call->count > 1 ? call->words[0] : machine_host(call->machine);
    if (!units_change_account(call->machine, user, call->words[call->count - 1], call->now_ms)) {
        call->problem = "the unit did not take it";
    }
}

static void at(struct call *call) {
    char line[STATION_AT_LINE_MAX];
    int length = snprintf(line, sizeof line, "AT+%s", call->words[0]);
    if (length >= (int)sizeof line) {
        call->problem = "the line is too long";
        return;
    }
    fputs(", \"answer\": ", call->answer);
    json_put_string(call->answer, machine_at(call->machine, line, call->now_ms));
}

static void type(struct call *call) {
    fputs(", \"answer\": ", call->answer);
    json_put_string(call->answer, machine_at(call->machine, call->words[0], call->now_ms));
}

static void beat(struct call *call) {
    if (call->machine->online) {
        station_telemetry_heartbeat(&call->machine->unit);
    }
}

static void flood(struct call *call) {
    long number = strtol(call->words[0], NULL, 10);
    number = number < LARGEST_FLOOD ? number : LARGEST_FLOOD;
    for (long i = 0; i < number; i++) {
        beat(call);
    }
    fprintf(call->answer, ", \"sent\": %ld", number);
}

static void duplicate(struct call *call) {
    struct machine *machine = call->machine;
    bool repeated = machine_send_raw(machine, STATION_LEAF_ALARM, &machine->last_alarm) ||
                    machine_send_raw(machine, STATION_LEAF_HB, &machine->last_beat);
    fprintf(call->answer, ", \"repeated\": %s", repeated ? "true" : "false");
}

// An old heartbeat again, on its own leaf and on `alarm`.
static void replay(struct call *call) {
    struct machine *machine = call->machine;
    if (!machine_send_raw(machine, STATION_LEAF_HB, &machine->first_beat) ||
        !machine_send_raw(machine, STATION_LEAF_ALARM, &machine->first_beat)) {
        call->problem = "nothing was sent yet";
    }
}

static void bad_tag(struct call *call) {
    struct machine *machine = call->machine;
    struct machine_frame frame =
        machine->last_alarm.length > 0 ? machine->last_alarm : machine->last_beat;
    if (frame.length > 0) {
        frame.bytes[frame.length - 1] ^= 1U;
        (void)machine_send_raw(machine, STATION_LEAF_ALARM, &frame);
    }
}

static void edges(struct call *call) {
    const struct machine *machine = call->machine;
    uint64_t kept =
        machine->edge_count < MACHINE_EDGES_MAX ? machine->edge_count : MACHINE_EDGES_MAX;
    fputs(", \"edges\": [", call->answer);
    for (uint64_t i = machine->edge_count - kept; i < machine->edge_count; i++) {
        const struct machine_edge *edge = &machine->edges[i % MACHINE_EDGES_MAX];
        fprintf(call->answer, "%s[%llu, \"%s\", %s]", i == machine->edge_count - kept ? "" : ", ",
                (unsigned long long)edge->at_ms, OUTPUT_NAMES[edge->output],
                edge->on ? "true" : "false");
    }
    fputc(']', call->answer);
}

static void show(struct call *call) {
    const struct machine *machine = call->machine;
    const struct station_unit *unit = &machine->unit;
    fputs(", ", call->answer);
    put_brief(call->answer, machine);
    fputs(", \"mac\": \"", call->answer);
    for (int i = 0; i < 6; i++) {
        fprintf(call->answer, "%s%02X", i == 0 ? "" : ":", machine->plan.mac[i]);
    }
    fprintf(call->answer, "\", \"session\": \"%s\", \"powered\": %s, \"silent\": %s",
            !machine->powered  ? "off"
            : machine->online ? "online"
                              : "waiting",
            machine->powered ? "true" : "false", machine->silent ? "true" : "false");
    fprintf(call->answer, ", \"uptime\": %u, \"boot_count\": %u, \"boot_id\": %u",
            station_clock_uptime(unit), unit->boot_count, unit->boot_id);
    fprintf(call->answer, ", \"firmware\": \"%s\", \"stamp\": %u", machine->board.firmware,
            station_clock_stamp(unit));
    fprintf(call->answer, ", \"alarm_sequence\": %u, \"receipts\": %llu, \"writes\": %llu",
            last_event(machine), (unsigned long long)machine->receipts,
            (unsigned long long)machine->files.writes);
    put_outputs(call->answer, machine);
    put_receipt(call->answer, machine);
}

static void play(struct call *call) {
    fputs(", \"scenario\": ", call->answer);
    json_put_string(call->answer, call->words[0]);
    (void)scenarios_play(call->dialogue->scenarios, call->words[0], machine_host(call->machine),
                         call->now_ms, &call->problem);
}

static void wait(struct call *call) {
    static const char *const NAMES[] = {"online", "receipt", "quiet"};
    static const enum dialogue_wait WAITS[] = {WAIT_ONLINE, WAIT_RECEIPT, WAIT_QUIET};
    double seconds = strtod(call->words[1], NULL);
    for (int i = 0; i < 3; i++) {
        if (strcmp(call->words[0], NAMES[i]) == 0) {
            wait_for(call, WAITS[i], seconds > 0.0 ? (uint64_t)(seconds * 1000.0) : 0);
            return;
        }
    }
    call->problem = "wait for one of online, receipt, quiet";
}

static const struct {
    const char *name;
    size_t words; // at least, behind the unit
    act *act;
} ACTS[] = {
    {"press", 1, press},
    {"release", 1, release},
    {"open", 0, open_box},
    {"close", 0, close_box},
    {"climate", 1, climate},
    {"sensor", 1, sensor},
    {"clock", 1, set_clock},
    {"reboot", 0, reboot},
    {"silence", 0, silence},
    {"speak", 0, speak},
    {"drop", 0, drop},
    {"unplug", 0, unplug},
    {"plug", 0, plug},
    {"network", 1, network},
    {"cut", 1, cut},
    {"account", 1, account},
    {"at", 1, at},
    {"type", 1, type},
    {"beat", 0, beat},
    {"flood", 1, flood},
    {"duplicate", 0, duplicate},
    {"replay", 0, replay},
    {"badtag", 0, bad_tag},
    {"edges", 0, edges},
    {"show", 0, show},
    {"scenario", 1, play},
    {"wait", 2, wait},
};

// --- commands for all units

static void list(struct call *call) {
    const struct fleet *fleet = call->dialogue->fleet;
    fputs(", \"units\": [", call->answer);
    for (size_t i = 0; i < fleet->count; i++) {
        fputs(i == 0 ? "{" : ", {", call->answer);
        put_brief(call->answer, &fleet->machines[i]);
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
    for (size_t i = 0; i < sizeof ACTS / sizeof ACTS[0]; i++) {
        if (strcmp(ACTS[i].name, verb) != 0) {
            continue;
        }
        call->machine = count > 0 ? fleet_find(call->dialogue->fleet, words[0]) : NULL;
        if (count < 1 + ACTS[i].words) {
            call->problem = "an argument is missing";
        } else if (call->machine == NULL) {
            call->problem = "no single unit is called so";
        } else {
            call->words = words + 1;
            call->count = count - 1;
            call->machine->now_ms = call->now_ms;
            put_unit(call->answer, call->machine, unix_s());
            ACTS[i].act(call);
        }
        return;
    }
    call->problem = "unknown command";
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
