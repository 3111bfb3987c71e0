#include "machine.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "board.h"
#include "codec.h"
#include "frame.h"

enum { OUR_BOOT_MS = 500 };

uint64_t machine_unix_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

const char *machine_host(const struct machine *machine) {
    const char *last = strrchr(machine->session.base_and_host, '/');
    return last == NULL ? machine->plan.host : last + 1;
}

// --- what is told to the core

static void on_connected(void *context) {
    struct machine *machine = context;
    machine->online = true;
    station_unit_on_connected(&machine->unit, machine->now_ms);
}

static void on_lost(void *context) {
    struct machine *machine = context;
    machine->online = false;
    station_unit_on_disconnected(&machine->unit, machine->now_ms);
}

static void note_receipt(struct machine *machine, const uint8_t *bytes, size_t length) {
    esg_alarm_AlarmReceipt receipt;
    struct station_frame frame;
    if (station_frame_open(&machine->hal, NULL, bytes, length, &frame) == STATION_FRAME_OK &&
        station_codec_receipt(frame.payload, frame.length, &receipt)) {
        machine->receipts++;
        machine->last_receipt = (struct machine_receipt){
            receipt.sequence, receipt.alarm_timestamp, (double)machine_unix_ms() / 1000.0};
    }
}

static void on_message(void *context, enum station_leaf leaf, const uint8_t *bytes, size_t length,
                       bool retained) {
    struct machine *machine = context;
    if (machine->silent) {
        return;
    }
    uint32_t waiting = machine->unit.outbox.count;
    station_unit_on_message(&machine->unit, leaf, bytes, length, retained, machine->now_ms);
    if (leaf == STATION_LEAF_ACK && machine->unit.outbox.count < waiting) {
        note_receipt(machine, bytes, length);
    }
}

static void on_piece(void *context, const uint8_t *bytes, size_t length) {
    struct machine *machine = context;
    station_unit_on_download(&machine->unit, bytes, length, machine->now_ms);
}

static void on_end(void *context, enum station_download_result result) {
    struct machine *machine = context;
    station_unit_on_download_end(&machine->unit, result, machine->now_ms);
}

// --- power

static void boot(struct machine *machine, uint64_t now_ms) {
    machine->now_ms = now_ms;
    machine->boot_at_ms = machine->due_ms = 0;
    machine->running = true;
    machine->silent = false;
    memset(machine->outputs, 0, sizeof machine->outputs);
    image_boot(&machine->image);
    machine->board.firmware = image_version(&machine->image);
    machine->board.reset = machine->reset;
    station_unit_init(&machine->unit, &machine->hal, &machine->board, machine->plan.profile,
                      now_ms);
    for (int input = 0; input < STATION_INPUTS; input++) {
        station_unit_on_input(&machine->unit, (enum station_input)input, machine->inputs[input],
                              now_ms);
    }
}

static void halt(struct machine *machine) {
    download_stop(&machine->download);
    session_close(&machine->session, false);
    session_tend(&machine->session, machine->now_ms);
    machine->running = machine->online = machine->silent = false;
    machine->link_wanted = machine->link_told = machine->sync_wanted = false;
    machine->link_at_ms = machine->boot_at_ms = 0;
    memset(machine->outputs, 0, sizeof machine->outputs);
    machine->fan_pct = 0;
}

bool machine_create(struct machine *machine, const struct machine_plan *plan, const char *folder,
                    bool durable, struct session_counts *counts, uint64_t now_ms) {
    *machine = (struct machine){
        .plan = *plan,
        .hal = board_hal,
        .counts = counts,
        .network = true,
        .fixed_climate = plan->has_climate,
        .celsius = plan->celsius,
        .percent = plan->percent,
        .sensor_works = true,
        .boot_ms = OUR_BOOT_MS,
        .board = {.sensor = "HDC1080", .input_active_high = {true, true, true, true, true}},
    };
    machine->hal.port = machine;
    memcpy(machine->board.mac, plan->mac, sizeof machine->board.mac);
    if (!files_open(&machine->files, folder, durable)) {
        return false;
    }
    session_init(&machine->session,
                 &(struct session_listener){machine, on_connected, on_lost, on_message}, counts);
    download_init(&machine->download, &(struct download_listener){machine, on_piece, on_end});
    image_open(&machine->image, &machine->files, plan->firmware);
    machine_power(machine, true, now_ms);
    return true;
}

void machine_destroy(struct machine *machine) {
    bool clean = machine->online && !machine->silent;
    session_close(&machine->session, clean);
    halt(machine);
    image_abort(&machine->image);
}

void machine_power(struct machine *machine, bool on, uint64_t now_ms) {
    machine->now_ms = now_ms;
    if (on == machine->powered) {
        return;
    }
    machine->powered = on;
    if (on) {
        machine->clock_set = false; // no battery
        machine->clock_skew_ms = 0;
        machine->reset = STATION_RESET_POWER;
        files_revive(&machine->files);
        boot(machine, now_ms);
    } else {
        halt(machine);
    }
}

void machine_network(struct machine *machine, bool there, uint64_t now_ms) {
    machine->now_ms = now_ms;
    machine->network = there;
    if (there || !machine->link_told) {
        machine->link_at_ms = machine->link_wanted ? now_ms + MACHINE_LINK_AFTER_MS : 0;
        return;
    }
    machine->link_told = false;
    session_close(&machine->session, false);
    machine->online = false;
    station_unit_on_link(&machine->unit, false, now_ms);
}

void machine_drop_session(struct machine *machine, uint64_t now_ms) {
    machine->now_ms = now_ms;
    if (machine->online) {
        session_close(&machine->session, false);
        on_lost(machine);
    }
}

// As if somebody had pressed the reset button.
void machine_restart(struct machine *machine, uint64_t now_ms) {
    machine->now_ms = now_ms;
    if (machine->running) {
        halt(machine);
        machine->hal.reboot(machine);
    }
}

void machine_silence(struct machine *machine, bool silent) {
    machine->silent = silent;
}

void machine_input(struct machine *machine, enum station_input input, bool active,
                   uint64_t now_ms) {
    machine->now_ms = now_ms;
    machine->inputs[input] = active;
    if (machine->running) {
        station_unit_on_input(&machine->unit, input, active, now_ms);
    }
}

const char *machine_at(struct machine *machine, const char *line, uint64_t now_ms) {
    machine->now_ms = now_ms;
    machine->uart_length = 0;
    machine->uart[0] = '\0';
    if (machine->running) {
        station_unit_at_line(&machine->unit, line, now_ms);
    }
    return machine->uart;
}

bool machine_send_raw(struct machine *machine, enum station_leaf leaf,
                      const struct machine_frame *frame) {
    return frame->length > 0 && machine->online && !machine->silent &&
           session_publish(&machine->session, leaf, frame->bytes, frame->length, 1);
}

// --- time

static void tell_link(struct machine *machine) {
    machine->link_at_ms = 0;
    if (!machine->link_wanted || !machine->network) {
        return;
    }
    machine->link_told = true;
    station_unit_on_link(&machine->unit, true, machine->now_ms);
}

static void tell_time(struct machine *machine) {
    machine->sync_wanted = false;
    machine->hal.clock_set(machine, machine_unix_ms());
    station_unit_on_time_synced(&machine->unit, machine->now_ms);
}

void machine_step(struct machine *machine, uint64_t now_ms) {
    machine->now_ms = now_ms;
    if (!machine->powered) {
        return;
    }
    if (!machine->running) {
        session_tend(&machine->session, now_ms);
        if (machine->boot_at_ms != 0 && now_ms >= machine->boot_at_ms) {
            halt(machine);
            boot(machine, now_ms);
        }
        return;
    }
    if (machine->link_at_ms != 0 && now_ms >= machine->link_at_ms) {
        tell_link(machine);
    }
    if (machine->sync_wanted && machine->link_told) {
        tell_time(machine);
    }
    if (now_ms >= machine->due_ms) {
        station_unit_tick(&machine->unit, now_ms);
    }
    download_tend(&machine->download, now_ms);
    session_tend(&machine->session, now_ms);
    if (machine->files.dead) {
        machine->powered = false;
        halt(machine);
    }
    // What is due next is asked once and kept: asked later, it would be what comes after.
    machine->due_ms = station_unit_next_due(&machine->unit, now_ms);
}

static uint64_t earlier(uint64_t due, uint64_t other) {
    return other != 0 && other < due ? other : due;
}

uint64_t machine_due(const struct machine *machine, uint64_t now_ms) {
    uint64_t due = now_ms + 1000;
    if (!machine->powered) {
        return due;
    }
    due = earlier(due, machine->boot_at_ms);
    due = earlier(due, machine->link_at_ms);
    if (machine->running) {
        due = machine->due_ms < due ? machine->due_ms : due;
    }
    return due;
}
