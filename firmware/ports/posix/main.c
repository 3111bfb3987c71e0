// The virtual unit: the firmware's core on this machine, one unit or many.
#include <fcntl.h>
#include <mosquitto.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenarios.h"

static const char USAGE[] =
    "alarm-unit --units FILE --folder FOLDER [--host H] [--port P] [--base-topic T]\n"
    "           [--user U --password-file FILE] [--tls --ca-file FILE] [--heartbeat S]\n"
    "           [--scenarios FOLDER] [--scenario NAME[:UNIT]] [--duration S] [--no-stdin]\n"
    "           [--no-sync] [--log] [--status-file FILE]\n";

enum { SCENARIO_OPTIONS_MAX = 16, INPUT_MAX = 4 * DIALOGUE_LINE_MAX };

struct options {
    const char *units;
    const char *status_file;
    const char *scenarios;
    const char *scenario[SCENARIO_OPTIONS_MAX];
    size_t scenario_count;
    double duration_s; // 0: for ever
    bool no_stdin;
    char password[128];
    struct fleet_options fleet;
};

struct program {
    struct options options;
    struct fleet fleet;
    struct scenarios scenarios;
    struct dialogue dialogue;
    char input[INPUT_MAX];
    size_t input_length;
    bool input_ended;
};

static volatile sig_atomic_t stopped;

static void stop(int number) {
    (void)number;
    stopped = 1;
}

// --- options

static bool read_password(const char *path, char password[128]) {
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(password, 128, file) == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        if (file != NULL) {
            fclose(file);
        }
        return false;
    }
    fclose(file);
    password[strcspn(password, "\r\n")] = '\0';
    return true;
}

static bool take_flag(struct options *options, const char *name) {
    if (strcmp(name, "--tls") == 0) {
        options->fleet.broker.tls = true;
    } else if (strcmp(name, "--no-stdin") == 0) {
        options->no_stdin = true;
    } else if (strcmp(name, "--no-sync") == 0) {
        options->fleet.durable = false;
    } else if (strcmp(name, "--log") == 0) {
        options->fleet.talkative = true;
    } else {
        return false;
    }
    return true;
}

static bool take_value(struct options *options, const char *name, const char *value) {
    const struct {
        const char *name;
        const char **place;
    } texts[] = {
        {"--units", &options->units},
        {"--folder", &options->fleet.folder},
        {"--host", &options->fleet.broker.host},
        {"--base-topic", &options->fleet.broker.base_topic},
        {"--user", &options->fleet.broker.user},
        {"--ca-file", &options->fleet.broker.ca_file},
        {"--scenarios", &options->scenarios},
        {"--status-file", &options->status_file},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(name, texts[i].name) == 0) {
            *texts[i].place = value;
            return true;
        }
    }
    if (strcmp(name, "--port") == 0) {
        options->fleet.broker.port = (uint16_t)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--heartbeat") == 0) {
        options->fleet.heartbeat_s = (uint32_t)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--duration") == 0) {
        options->duration_s = strtod(value, NULL);
    } else if (strcmp(name, "--password-file") == 0) {
        return read_password(value, options->password);
    } else if (strcmp(name, "--scenario") == 0 &&
               options->scenario_count < SCENARIO_OPTIONS_MAX) {
        options->scenario[options->scenario_count++] = value;
    } else {
        return false;
    }
    return true;
}

static bool read_options(struct options *options, int count, char **words) {
    *options = (struct options){
        .scenarios = ".",
        .fleet = {.durable = true,
                  .broker = {.host = "127.0.0.1",
                             .port = 1883,
                             .user = "",
                             .ca_file = "",
                             .base_topic = "esg"}},
    };
    options->fleet.broker.password = options->password;
    for (int i = 1; i < count; i++) {
        if (take_flag(options, words[i])) {
            continue;
        }
        if (i + 1 == count || !take_value(options, words[i], words[i + 1])) {
            return false;
        }
        i++;
    }
    return options->units != NULL && options->fleet.folder != NULL;
}

// --- running

static void write_status(const struct program *program) {
    char draft[512];
    const char *path = program->options.status_file;
    if (path == NULL || snprintf(draft, sizeof draft, "%s.new", path) >= (int)sizeof draft) {
        return;
    }
    FILE *file = fopen(draft, "w");
    if (file == NULL) {
        return;
    }
    struct dialogue writer = {.fleet = (struct fleet *)&program->fleet, .out = file};
    dialogue_line(&writer, "counts", fleet_now_ms());
    if (fclose(file) == 0) {
        (void)rename(draft, path);
    }
}

static void read_input(struct program *program) {
    ssize_t got = read(STDIN_FILENO, program->input + program->input_length,
                       sizeof program->input - 1 - program->input_length);
    if (got <= 0) {
        program->input_ended = true;
        return;
    }
    program->input_length += (size_t)got;
    program->input[program->input_length] = '\0';
}

// Carry out the lines that have arrived, one after the other's answer.
static void take_lines(struct program *program) {
    struct dialogue *dialogue = &program->dialogue;
    dialogue_turn(dialogue, fleet_now_ms());
    char *end;
    while (dialogue->wait == WAIT_NOTHING && !dialogue->finished &&
           (end = strchr(program->input, '\n')) != NULL) {
        *end = '\0';
        dialogue_line(dialogue, program->input, fleet_now_ms());
        program->input_length -= (size_t)(end + 1 - program->input);
        memmove(program->input, end + 1, program->input_length + 1);
    }
    if (program->input_length == sizeof program->input - 1) {
        program->input_length = 0; // no line is that long
        program->input[0] = '\0';
    }
}

static bool start_scenarios(struct program *program) {
    for (size_t i = 0; i < program->options.scenario_count; i++) {
        char name[256];
        const char *problem = NULL;
        snprintf(name, sizeof name, "%s", program->options.scenario[i]);
        char *unit = strchr(name, ':');
        if (unit != NULL) {
            *unit++ = '\0';
        }
        const struct machine *machine = fleet_find(&program->fleet, unit == NULL ? "1" : unit);
        if (machine == NULL) {
            problem = "no single unit is called so";
        } else {
            (void)scenarios_play(&program->scenarios, name, machine_host(machine),
                                 fleet_now_ms(), &problem);
        }
        if (problem != NULL) {
            fprintf(stderr, "scenario %s: %s\n", program->options.scenario[i], problem);
            return false;
        }
    }
    return true;
}

static void run(struct program *program) {
    const struct options *options = &program->options;
    uint64_t ends_ms = options->duration_s > 0.0
                           ? fleet_now_ms() + (uint64_t)(options->duration_s * 1000.0)
                           : UINT64_MAX;
    bool ends_alone =
        options->no_stdin && options->duration_s <= 0.0 && options->scenario_count > 0;
    uint64_t report_ms = 0;
    while (!stopped && !program->dialogue.finished && fleet_now_ms() < ends_ms) {
        uint64_t now_ms = fleet_now_ms();
        uint64_t due = scenarios_due(&program->scenarios, now_ms);
        if (program->dialogue.wait != WAIT_NOTHING && due > now_ms + 5) {
            due = now_ms + 5;
        }
        bool listens = !options->no_stdin && program->dialogue.wait == WAIT_NOTHING;
        if (fleet_turn(&program->fleet, listens ? STDIN_FILENO : -1, due)) {
            read_input(program);
        }
        take_lines(program);
        scenarios_turn(&program->scenarios, fleet_now_ms());
        if (program->input_ended || (ends_alone && scenarios_done(&program->scenarios))) {
            return;
        }
        if (now_ms >= report_ms) {
            report_ms = now_ms + 1000;
            write_status(program);
        }
    }
}

int main(int count, char **words) {
    static struct program program;
    if (!read_options(&program.options, count, words)) {
        fputs(USAGE, stderr);
        return 2;
    }
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    mosquitto_lib_init();
    int status = 1;
    program.scenarios = (struct scenarios){.fleet = &program.fleet,
                                           .folder = program.options.scenarios};
    program.dialogue = (struct dialogue){.fleet = &program.fleet,
                                         .scenarios = &program.scenarios,
                                         .out = stdout};
    if (fleet_start(&program.fleet, program.options.units, &program.options.fleet,
                    fleet_now_ms()) &&
        start_scenarios(&program)) {
        printf("{\"ready\": true, \"units\": %zu}\n", program.fleet.count);
        fflush(stdout);
        run(&program);
        status = 0;
    }
    scenarios_stop(&program.scenarios);
    fleet_stop(&program.fleet);
    mosquitto_lib_cleanup();
    return status;
}
