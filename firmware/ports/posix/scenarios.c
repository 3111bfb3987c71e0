#include "scenarios.h"

#include <stdlib.h>
#include <string.h>

enum { SCENARIO_MAX = 65536 };

static char *read_file(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return NULL;
    }
    char *text = calloc(1, SCENARIO_MAX + 1);
    size_t length = text == NULL ? 0 : fread(text, 1, SCENARIO_MAX, file);
    bool whole = length < SCENARIO_MAX;
    fclose(file);
    if (!whole) {
        free(text);
        return NULL;
    }
    return text;
}

static char *find_text(const struct scenarios *scenarios, const char *name) {
    char path[512];
    if (strchr(name, '/') != NULL) {
        return read_file(name);
    }
    int length = snprintf(path, sizeof path, "%s/%s.txt", scenarios->folder, name);
    return length < (int)sizeof path ? read_file(path) : NULL;
}

// Find the next line with a command and when it is due; without one the scenario is over.
static void plan(struct scenario *scenario, uint64_t now_ms) {
    while (*scenario->next != '\0') {
        char *end = scenario->next + strcspn(scenario->next, "\n");
        char *after;
        double seconds = strtod(scenario->next, &after);
        if (after != scenario->next && after < end) {
            scenario->next = after;
            scenario->due_ms = now_ms + (uint64_t)(seconds * 1000.0);
            return;
        }
        scenario->next = *end == '\0' ? end : end + 1;
    }
    free(scenario->text);
    scenario->text = NULL;
}

bool scenarios_play(struct scenarios *scenarios, const char *name, const char *unit,
                    uint64_t now_ms, const char **problem) {
    struct scenario *free_one = NULL;
    for (size_t i = 0; i < SCENARIOS_AT_ONCE; i++) {
        if (scenarios->all[i].text == NULL) {
            free_one = &scenarios->all[i];
        }
    }
    if (free_one == NULL) {
        *problem = "too many scenarios at once";
        return false;
    }
    *free_one = (struct scenario){.text = find_text(scenarios, name)};
    if (free_one->text == NULL) {
        *problem = "there is no such scenario";
        return false;
    }
    free_one->next = free_one->text;
    free_one->dialogue = (struct dialogue){.fleet = scenarios->fleet, .scenarios = scenarios};
    snprintf(free_one->unit, sizeof free_one->unit, "%s", unit);
    plan(free_one, now_ms);
    return true;
}

// The line with the unit's name in it; the scenario moves on behind it.
static void take_line(struct scenario *scenario, char line[DIALOGUE_LINE_MAX]) {
    size_t length = 0;
    while (*scenario->next != '\0' && *scenario->next != '\n') {
        const char *piece = scenario->next;
        size_t piece_length = 1;
        if (*piece == '@') {
            piece = scenario->unit;
            piece_length = strlen(piece);
        }
        if (length + piece_length < DIALOGUE_LINE_MAX) {
            memcpy(line + length, piece, piece_length);
            length += piece_length;
        }
        scenario->next++;
    }
    line[length] = '\0';
}

void scenarios_turn(struct scenarios *scenarios, uint64_t now_ms) {
    for (size_t i = 0; i < SCENARIOS_AT_ONCE; i++) {
        struct scenario *scenario = &scenarios->all[i];
        while (scenario->text != NULL) {
            if (scenario->dialogue.wait != WAIT_NOTHING) {
                dialogue_turn(&scenario->dialogue, now_ms);
                if (scenario->dialogue.wait != WAIT_NOTHING) {
                    break;
                }
                plan(scenario, now_ms);
            } else if (now_ms < scenario->due_ms) {
                break;
            } else {
                char line[DIALOGUE_LINE_MAX];
                take_line(scenario, line);
                dialogue_line(&scenario->dialogue, line, now_ms);
                if (scenario->dialogue.wait == WAIT_NOTHING) {
                    plan(scenario, now_ms);
                }
            }
        }
    }
}

uint64_t scenarios_due(const struct scenarios *scenarios, uint64_t now_ms) {
    uint64_t due = now_ms + 1000;
    for (size_t i = 0; i < SCENARIOS_AT_ONCE; i++) {
        const struct scenario *scenario = &scenarios->all[i];
        if (scenario->text == NULL) {
            continue;
        }
        uint64_t own = scenario->dialogue.wait != WAIT_NOTHING ? now_ms + 10 : scenario->due_ms;
        due = own < due ? own : due;
    }
    return due;
}

bool scenarios_done(const struct scenarios *scenarios) {
    for (size_t i = 0; i < SCENARIOS_AT_ONCE; i++) {
        if (scenarios->all[i].text != NULL) {
            return false;
        }
    }
    return true;
}

void scenarios_stop(struct scenarios *scenarios) {
    for (size_t i = 0; i < SCENARIOS_AT_ONCE; i++) {
        free(scenarios->all[i].text);
        scenarios->all[i].text = NULL;
    }
}
