// The last lines the unit logged, for LOG_DUMP and AT+HISTORY. Never a secret.
#ifndef STATION_JOURNAL_H
#define STATION_JOURNAL_H

#include "hal.h"

enum { STATION_JOURNAL_LINES = 32, STATION_JOURNAL_LINE = 80 };

struct station_journal {
    char lines[STATION_JOURNAL_LINES][STATION_JOURNAL_LINE];
    uint32_t written; // lines ever; the newest is written - 1
    uint32_t cleared; // lines below are forgotten
};

struct station_unit;

// Uptime and a formatted line; goes to the port's log as well.
void station_journal_add(struct station_unit *unit, enum station_log_level level,
                         const char *format, ...) __attribute__((format(printf, 3, 4)));

uint32_t station_journal_count(const struct station_journal *journal);
// 0 is the oldest kept line.
const char *station_journal_line(const struct station_journal *journal, uint32_t index);
void station_journal_clear(struct station_journal *journal);

#endif
