#include "fleet.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "units.h"

uint64_t fleet_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

bool fleet_start(struct fleet *fleet, const char *units_file,
                 const struct fleet_options *options, uint64_t now_ms) {
    *fleet = (struct fleet){0};
    struct machine_plan *plans = NULL;
    size_t count = 0;
    bool started = units_read(units_file, &plans, &count);
    if (started) {
        fleet->machines = calloc(count == 0 ? 1 : count, sizeof *fleet->machines);
        started = fleet->machines != NULL;
    }
    for (size_t i = 0; started && i < count; i++) {
        started = units_bring_up(&fleet->machines[i], &plans[i], options, &fleet->counts, now_ms);
        fleet->count += started;
    }
    free(plans);
    return started;
}

void fleet_stop(struct fleet *fleet) {
    for (size_t i = 0; i < fleet->count; i++) {
        machine_destroy(&fleet->machines[i]);
    }
    free(fleet->machines);
    *fleet = (struct fleet){0};
}

static int wait_until(struct fleet *fleet, struct pollfd *sockets, nfds_t count,
                      uint64_t until_ms) {
    uint64_t now_ms = fleet_now_ms();
    for (size_t i = 0; i < fleet->count; i++) {
        uint64_t due = machine_due(&fleet->machines[i], now_ms);
        until_ms = due < until_ms ? due : until_ms;
    }
    return poll(sockets, count, until_ms <= now_ms ? 0 : (int)(until_ms - now_ms));
}

bool fleet_turn(struct fleet *fleet, int descriptor, uint64_t until_ms) {
    nfds_t count = 1 + 2 * (nfds_t)fleet->count;
    struct pollfd *sockets = calloc(count, sizeof *sockets);
    if (sockets == NULL) {
        return false;
    }
    sockets[0] = (struct pollfd){.fd = descriptor, .events = POLLIN};
    for (size_t i = 0; i < fleet->count; i++) {
        const struct machine *machine = &fleet->machines[i];
        sockets[1 + 2 * i] = (struct pollfd){.fd = session_descriptor(&machine->session),
                                             .events = session_events(&machine->session)};
        sockets[2 + 2 * i] = (struct pollfd){.fd = download_descriptor(&machine->download),
                                             .events = download_events(&machine->download)};
    }
    if (wait_until(fleet, sockets, count, until_ms) > 0) {
        for (size_t i = 0; i < fleet->count; i++) {
            struct machine *machine = &fleet->machines[i];
            machine->now_ms = fleet_now_ms();
            if (sockets[1 + 2 * i].revents != 0) {
                session_ready(&machine->session, sockets[1 + 2 * i].revents);
            }
        }
    }
    bool readable = sockets[0].revents != 0;
    free(sockets);
    for (size_t i = 0; i < fleet->count; i++) {
        machine_step(&fleet->machines[i], fleet_now_ms());
    }
    return readable;
}

static bool fits(const char *host, const char *text, int way) {
    size_t host_length = strlen(host);
    size_t length = strlen(text);
    if (length > host_length) {
        return false;
    }
    switch (way) {
    case 0:
        return strcmp(host, text) == 0;
    case 1:
        return strncmp(host, text, length) == 0;
    default:
        return strcmp(host + host_length - length, text) == 0;
    }
}

struct machine *fleet_find(struct fleet *fleet, const char *text) {
    if (text[0] != '\0' && strspn(text, "0123456789") == strlen(text)) {
        unsigned long number = strtoul(text, NULL, 10);
        if (number >= 1 && number <= fleet->count) {
            return &fleet->machines[number - 1];
        }
    }
    for (int way = 0; way < 3; way++) {
        struct machine *found = NULL;
        size_t matches = 0;
        for (size_t i = 0; i < fleet->count; i++) {
            if (fits(machine_host(&fleet->machines[i]), text, way)) {
                found = &fleet->machines[i];
                matches++;
            }
        }
        if (matches == 1) {
            return found;
        }
    }
    return NULL;
}
