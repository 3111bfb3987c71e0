#include "machine.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "codec.h"
#include "frame.h"

enum { LINK_AFTER_MS = 20, OUR_BOOT_MS = 500 };

uint64_t machine_unix_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

const char *machine_host(const struct machine *machine) {
    const char *last = strrchr(machine->session.base_and_host, '/');
    return last == NULL ? machine->plan.host : last + 1;
}

// --- what the core asks of its board

static bool publish(void *port, enum station_leaf leaf, const uint8_t *bytes, size_t length,
                    int qos) {
    struct machine *machine = port;
    if (machine->files.dead || !machine->online || length > STATION_FRAME_MAX) {
        return false;
    }
    struct machine_frame frame = {.length = length};
    memcpy(frame.bytes, bytes, length);
    if (leaf == STATION_LEAF_ALARM) {
        machine->last_alarm = frame;
    } else if (leaf == STATION_LEAF_HB) {
        machine->last_beat = frame;
        if (machine->first_beat.length == 0) {
            machine->first_beat = frame;
        }
    }
    return machine->silent || session_publish(&machine->session, leaf, bytes, length, qos);
}

static void set_output(void *port, enum station_output output, bool on) {
    struct machine *machine = port;
    if (machine->outputs[output] == on || machine->files.dead) {
        return;
    }
    machine->outputs[output] = on;
    machine->edges[machine->edge_count++ % MACHINE_EDGES_MAX] =
        (struct machine_edge){machine_unix_ms(), output, on};
}

static void set_fan(void *port, uint32_t duty_pct) {
    struct machine *machine = port;
    machine->fan_pct = duty_pct;
}

static bool read_sensor(void *port, float *celsius, float *percent) {
    struct machine *machine = port;
    *celsius = machine->celsius;
    *percent = machine->percent;
    if (!machine->fixed_climate) { // a day of a heated room
        double day = (double)(machine_unix_ms() % 86400000U) / 86400000.0 * 2.0 * 3.14159265;
        double place = (double)machine->plan.mac[5] / 64.0;
        *celsius = (float)(21.0 + place + 2.5 * sin(day - 2.0));
        *percent = (float)(45.0 - place + 6.0 * cos(day));
    }
    return machine->sensor_works;
}

static int32_t storage_read(void *port, const char *name, void *bytes, size_t capacity) {
    struct machine *machine = port;
    return files_read(&machine->files, name, bytes, capacity);
}

static bool storage_write(void *port, const char *name, const void *bytes, size_t length) {
    struct machine *machine = port;
    return files_write(&machine->files, name, bytes, length);
}

static bool storage_erase(void *port, const char *name) {
    struct machine *machine = port;
    return files_erase(&machine->files, name);
}

static uint32_t random32(void *port) {
    (void)port;
    uint32_t number = 0;
    while (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) {
    }
    return number;
}

static bool clock_get(void *port, uint64_t *unix_ms) {
    const struct machine *machine = port;
    *unix_ms = (uint64_t)((int64_t)machine_unix_ms() + machine->clock_skew_ms);
    return machine->clock_set;
}

static void clock_set(void *port, uint64_t unix_ms) {
    struct machine *machine = port;
    machine->clock_set = true;
    machine->clock_skew_ms = (int64_t)unix_ms - (int64_t)machine_unix_ms();
}

static void clock_sync(void *port, const struct station_time_source *source) {
    struct machine *machine = port;
    machine->sync_wanted = source->enabled && source->servers[0][0] != '\0';
}

static void reboot(void *port) {
    struct machine *machine = port;
    machine->running = false;
    machine->reset = STATION_RESET_SOFTWARE;
    machine->boot_at_ms = machine->now_ms + machine->boot_ms;
}

static void hmac_sha256(void *port, const uint8_t key[32], const uint8_t *bytes, size_t length,
                        uint8_t digest[32]) {
    (void)port;
    mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), key, 32, bytes, length, digest);
}

static void sha256(void *port, const uint8_t *bytes, size_t length, uint8_t digest[32]) {
    (void)port;
    mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), bytes, length, digest);
}

static void link_start(void *port, const struct station_link *link) {
    struct machine *machine = port;
    (void)link;
    machine->link_wanted = true;
    machine->link_told = false;
    machine->link_at_ms = machine->now_ms + LINK_AFTER_MS;
}

static void link_stop(void *port) {
    struct machine *machine = port;
    machine->link_wanted = machine->link_told = false;
    machine->link_at_ms = 0;
}

static void open_session(void *port, const struct station_session *session) {
    struct machine *machine = port;
    char ca_file[FILES_PATH_MAX + 64];
    machine->online = false;
    if (files_path(&machine->files, "ca", ".pem", ca_file)) {
        session_open(&machine->session, session, ca_file, machine->now_ms);
    }
}

static void close_session(void *port, bool clean) {
    struct machine *machine = port;
    machine->online = false;
    session_close(&machine->session, clean && !machine->silent && !machine->files.dead);
}

static void network(void *port, struct station_network *network) {
    const struct machine *machine = port;
    bool up = machine->link_told && machine->network;
    *network = (struct station_network){
        .link_up = up,
        .has_ip = up,
        .rssi_dbm = -55 - machine->plan.mac[5] % 20,
        .channel = 6,
        .ip = up ? 0xC0A80A00U + 2U + machine->plan.mac[5] % 250U : 0,
        .netmask = 0xFFFFFF00U,
        .gateway = 0xC0A80A01U,
        .dns1 = 0xC0A80A01U,
        .auth_mode = "WPA2_PSK",
    };
}

static void health(void *port, struct station_health *health) {
    (void)port;
    *health = (struct station_health){182000, 171000, 110000, 0, 0};
}

static bool start_download(void *port, const char *url, const uint8_t *ca, size_t ca_length) {
    struct machine *machine = port;
    return machine->network &&
           download_start(&machine->download, url, ca, ca_length, machine->now_ms);
}

static void stop_download(void *port) {
    struct machine *machine = port;
    download_stop(&machine->download);
}

static void image(void *port, struct station_image *image) {
    const struct machine *machine = port;
    image_tell(&machine->image, image);
}

static bool ota_begin(void *port, uint32_t size) {
    return image_begin(&((struct machine *)port)->image, size);
}

static bool ota_write(void *port, const uint8_t *bytes, size_t length) {
    return image_write(&((struct machine *)port)->image, bytes, length);
}

static bool ota_finish(void *port, uint8_t md5[16]) {
    return image_finish(&((struct machine *)port)->image, md5);
}

static bool ota_activate(void *port) {
    return image_activate(&((struct machine *)port)->image);
}

static bool ota_mark_valid(void *port) {
    return image_mark_valid(&((struct machine *)port)->image);
}

static bool ota_roll_back(void *port) {
    return image_roll_back(&((struct machine *)port)->image);
}

static void ota_abort(void *port) {
    image_abort(&((struct machine *)port)->image);
}

static void write_log(void *port, enum station_log_level level, const char *text) {
    const struct machine *machine = port;
    static const char *const NAMES[] = {"info", "warning", "error"};
    if (machine->talkative) {
        fprintf(stderr, "%s %s: %s\n", machine_host(machine), NAMES[level], text);
    }
}

static void uart_write(void *port, const char *text) {
    struct machine *machine = port;
    size_t length = strlen(text);
    if (length < MACHINE_UART_MAX - machine->uart_length) {
        memcpy(machine->uart + machine->uart_length, text, length + 1);
        machine->uart_length += length;
    }
}

static const struct station_hal HAL = {
    .publish = publish,
    .set_output = set_output,
    .set_fan = set_fan,
    .read_sensor = read_sensor,
    .storage_read = storage_read,
    .storage_write = storage_write,
    .storage_erase = storage_erase,
    .random32 = random32,
    .clock_get = clock_get,
    .clock_set = clock_set,
    .clock_sync = clock_sync,
    .reboot = reboot,
    .hmac_sha256 = hmac_sha256,
    .sha256 = sha256,
    .link_start = link_start,
    .link_stop = link_stop,
    .session_open = open_session,
    .session_close = close_session,
    .network = network,
    .health = health,
    .download_start = start_download,
    .download_stop = stop_download,
    .image = image,
    .ota_begin = ota_begin,
    .ota_write = ota_write,
    .ota_finish = ota_finish,
    .ota_activate = ota_activate,
    .ota_mark_valid = ota_mark_valid,
    .ota_roll_back = ota_roll_back,
    .ota_abort = ota_abort,
    .log = write_log,
    .uart_write = uart_write,
};

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
        .hal = HAL,
        .counts = counts,
        .network = true,
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
        machine->link_at_ms = machine->link_wanted ? now_ms + LINK_AFTER_MS : 0;
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
        reboot(machine);
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
    clock_set(machine, machine_unix_ms());
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
