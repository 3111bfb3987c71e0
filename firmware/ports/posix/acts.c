#include "acts.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "json_tree.h"
#include "scenarios.h"
#include "units.h"

enum { EVENT_WITHIN_MS = 500, LARGEST_FLOOD = 20000 };

static const char *const INPUT_NAMES[STATION_INPUTS] = {"panic1", "panic2", "tamper", "aux1",
                                                        "aux2"};
static const char *const OUTPUT_NAMES[STATION_CHANNELS] = {"siren", "turret", "relay1", "relay2",
                                                           "fan"};
// From the core: this is a bench, and looks at what a board could not show.
uint32_t acts_last_event(const struct machine *machine) {
    return machine->unit.alarms.last;
}

double acts_unix_s(void) {
    return (double)machine_unix_ms() / 1000.0;
}

// --- members of answers

void acts_put_unit(FILE *answer, const struct machine *machine, double at) {
    fputs(", \"unit\": ", answer);
    json_put_string(answer, machine_host(machine));
    fprintf(answer, ", \"at\": %.6f", at);
}

void acts_put_receipt(FILE *answer, const struct machine *machine) {
    if (machine->receipts == 0) {
        fputs(", \"last_receipt\": null", answer);
        return;
    }
    fprintf(answer, ", \"last_receipt\": {\"event\": %u, \"timestamp\": %u, \"at\": %.6f}",
            machine->last_receipt.sequence, machine->last_receipt.timestamp,
            machine->last_receipt.at);
}

void acts_put_brief(FILE *answer, const struct machine *machine) {
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

// --- what can be done to a unit

static void wait_for(struct call *call, enum dialogue_wait wait, uint64_t within_ms) {
    struct dialogue *dialogue = call->dialogue;
    dialogue->wait = wait;
    dialogue->machine = call->machine;
    dialogue->until_ms = call->now_ms + within_ms;
    dialogue->seconds = (double)within_ms / 1000.0;
    dialogue->asked_at = acts_unix_s();
    dialogue->events_before = acts_last_event(call->machine);
}

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
    acts_put_brief(call->answer, machine);
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
            acts_last_event(machine), (unsigned long long)machine->receipts,
            (unsigned long long)machine->files.writes);
    put_outputs(call->answer, machine);
    acts_put_receipt(call->answer, machine);
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

static const struct act_named ACTS[] = {
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

const struct act_named *act_named(const char *name) {
    for (size_t i = 0; i < sizeof ACTS / sizeof ACTS[0]; i++) {
        if (strcmp(ACTS[i].name, name) == 0) {
            return &ACTS[i];
        }
    }
    return NULL;
}
