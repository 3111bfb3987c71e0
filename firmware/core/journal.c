#include "journal.h"

#include <stdarg.h>
#include <stdio.h>

#include "unit.h"

void station_journal_add(struct station_unit *unit, enum station_log_level level,
                         const char *format, ...) {
    struct station_journal *journal = &unit->journal;
    char *line = journal->lines[journal->written % STATION_JOURNAL_LINES];
    uint64_t uptime = (unit->now_ms - unit->booted_ms) / 1000;
    int head = snprintf(line, STATION_JOURNAL_LINE, "%lu ", (unsigned long)uptime);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line + head, (size_t)(STATION_JOURNAL_LINE - head), format, arguments);
    va_end(arguments);
    journal->written++;
    unit->hal->log(unit->hal->port, level, line + head);
}

uint32_t station_journal_count(const struct station_journal *journal) {
    uint32_t kept = journal->written - journal->cleared;
    return kept < STATION_JOURNAL_LINES ? kept : STATION_JOURNAL_LINES;
}

const char *station_journal_line(const struct station_journal *journal, uint32_t index) {
    uint32_t first = journal->written - station_journal_count(journal);
    return journal->lines[(first + index) % STATION_JOURNAL_LINES];
}

void station_journal_clear(struct station_journal *journal) {
    journal->cleared = journal->written;
}
