#include "board.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "machine.h"

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
    machine->link_at_ms = machine->now_ms + MACHINE_LINK_AFTER_MS;
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

const struct station_hal board_hal = {
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
