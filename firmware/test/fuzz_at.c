// Lines of the serial console against a whole unit, one after the other.
#include <string.h>

#include "bench.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static struct bench bench;
    static struct station_unit unit;
    static unsigned lines;
    if (lines % 512 == 0) {
        bench_init(&bench, 3);
        bench.now_ms = 1000;
        station_unit_init(&unit, &bench.hal, &bench_board, NULL, bench.now_ms);
    }
    while (length > 0) {
        char line[STATION_AT_LINE_MAX + 40];
        const uint8_t *end = memchr(bytes, '\n', length);
        size_t taken = end == NULL ? length : (size_t)(end - bytes);
        size_t kept = taken < sizeof line - 4 ? taken : sizeof line - 4;
        memcpy(line, "AT+", 3);
        memcpy(line + 3, bytes, kept);
        line[3 + kept] = '\0';
        station_unit_at_line(&unit, (lines & 1U) != 0 ? line : line + 3, bench.now_ms);
        bench_forget_uart(&bench);
        lines++;
        bench.now_ms += 20;
        station_unit_tick(&unit, bench.now_ms);
        taken += end != NULL;
        bytes += taken;
        length -= taken;
    }
    if (bench.wants_reboot) {
        lines = 0;
    }
    return 0;
}
