// Edges of patterns in simulated time. A line per pattern:
//
//   START_MS OUTPUT PATTERN STATE TOTAL_S COUNT ON_MS OFF_MS REPEAT_S DUTY UNTIL_MS
//
// The answer: for an output the times of its edges after the start, with + for on and - for off,
// and E with the time at which the pattern ended by itself; "!" when the core refuses the command.
#include <inttypes.h>
#include <stdio.h>

#include "bench.h"
#include "outputs.h"

static struct bench bench;
static struct station_outputs outputs;

struct ending {
    uint64_t start_ms;
};

static void told(void *listener, uint32_t channel, const struct station_pattern *pattern,
                 bool starting, uint32_t elapsed_s) {
    const struct ending *ending = listener;
    (void)channel, (void)pattern, (void)elapsed_s;
    if (!starting) {
        printf(" E%" PRIu64, bench.now_ms - ending->start_ms);
    }
}

static void trace(uint64_t start_ms, const esg_alarm_OutputCommand *command, uint64_t until_ms) {
    struct ending ending = {start_ms};
    bench_init(&bench, 1);
    outputs = (struct station_outputs){0};
    bench.now_ms = start_ms;
    station_outputs_command(&outputs, &bench.hal, command, bench.now_ms, told, &ending);
    size_t printed = 0;
    for (;;) {
        for (; printed < bench.edge_count; printed++) {
            printf(" %c%" PRIu64, bench.edges[printed].on ? '+' : '-',
                   bench.edges[printed].at_ms - start_ms);
        }
        uint64_t due = station_outputs_next_due(&outputs, bench.now_ms);
        if (due > start_ms + until_ms || printed == BENCH_EDGES_MAX) {
            return;
        }
        bench.now_ms = due > bench.now_ms ? due : bench.now_ms + 1;
        station_outputs_step(&outputs, &bench.hal, bench.now_ms, told, &ending);
    }
}

int main(void) {
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL) {
        uint64_t start_ms;
        uint64_t until_ms;
        uint32_t output;
        uint32_t pattern;
        uint32_t state;
        esg_alarm_OutputCommand command = esg_alarm_OutputCommand_init_zero;
        if (sscanf(line,
                   "%" SCNu64 " %" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNu32
                   " %" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNu64,
                   &start_ms, &output, &pattern, &state, &command.total_duration,
                   &command.pulse_count, &command.on_duration_ms, &command.off_duration_ms,
                   &command.repeat_interval, &command.custom_data, &until_ms) != 11) {
            return 1;
        }
        command.output = (esg_alarm_OutputType)output;
        command.pattern = (esg_alarm_PatternType)pattern;
        command.state = state != 0;
        if (station_pattern_problem(&command) != NULL) {
            putchar('!');
        } else {
            trace(start_ms, &command, until_ms);
        }
        putchar('\n');
        fflush(stdout);
    }
    return 0;
}
