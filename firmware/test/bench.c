#include "bench.h"

#include <mbedtls/md.h>
#include <stdio.h>
#include <string.h>

const struct station_board bench_board = {
    .mac = {0x02, 0xE5, 0x00, 0x00, 0x00, 0x01},
    .firmware = "2.1.0",
    .sensor = "HDC1080",
    .input_active_high = {true, true, true, true, true},
    .reset = STATION_RESET_POWER,
};

static bool publish(void *port, enum station_leaf leaf, const uint8_t *bytes, size_t length,
                    int qos) {
    struct bench *bench = port;
    (void)qos;
    if (bench->dead || !bench->online) {
        return false;
    }
    if (bench->published != NULL) {
        bench->published(bench->listener, leaf, bytes, length);
    }
    return true;
}

static void set_output(void *port, enum station_output output, bool on) {
    struct bench *bench = port;
    if (bench->dead || bench->outputs[output] == on) {
        return;
    }
    bench->outputs[output] = on;
    if (bench->edge_count < BENCH_EDGES_MAX) {
        bench->edges[bench->edge_count++] = (struct bench_edge){bench->now_ms, output, on};
    }
}

static void set_fan(void *port, uint32_t duty_pct) {
    struct bench *bench = port;
    bench->fan_pct = duty_pct;
}

static bool read_sensor(void *port, float *celsius, float *percent) {
    struct bench *bench = port;
    *celsius = bench->celsius;
    *percent = bench->percent;
    return bench->sensor_works;
}

// --- storage

static struct bench_record *find(struct bench *bench, const char *name) {
    for (size_t i = 0; i < BENCH_RECORDS; i++) {
        if (bench->records[i].there && strcmp(bench->records[i].name, name) == 0) {
            return &bench->records[i];
        }
    }
    return NULL;
}

static struct bench_record *find_or_make(struct bench *bench, const char *name) {
    struct bench_record *record = find(bench, name);
    for (size_t i = 0; record == NULL && i < BENCH_RECORDS; i++) {
        if (!bench->records[i].there) {
            record = &bench->records[i];
            *record = (struct bench_record){.there = true};
            snprintf(record->name, sizeof record->name, "%s", name);
        }
    }
    return record;
}

static int32_t storage_read(void *port, const char *name, void *bytes, size_t capacity) {
    struct bench *bench = port;
    const struct bench_record *record = find(bench, name);
    if (record == NULL || record->length > capacity) {
        return -1;
    }
    memcpy(bytes, record->bytes, record->length);
    return (int32_t)record->length;
}

static void cut_write(struct bench *bench, const char *name, const void *bytes, size_t length) {
    size_t arrived = bench->cut_bytes < length ? bench->cut_bytes : length;
    if (bench->cut == BENCH_CUT_NEW) {
        arrived = length;
    }
    bench->dead = true;
    if (bench->cut == BENCH_CUT_OLD) {
        return;
    }
    struct bench_record *record = find_or_make(bench, name);
    if (record == NULL) {
        return;
    }
    memcpy(record->bytes, bytes, arrived);
    if (bench->cut != BENCH_CUT_OVERLAID || record->length < arrived) {
        record->length = arrived;
    }
}

static bool storage_write(void *port, const char *name, const void *bytes, size_t length) {
    struct bench *bench = port;
    if (bench->dead || bench->storage_broken || length > STATION_RECORD_MAX ||
        strlen(name) > STATION_RECORD_NAME_MAX) {
        return false;
    }
    bench->writes++;
    bench->lengths[bench->writes % BENCH_LENGTHS] = (uint32_t)length;
    if (bench->writes == bench->cut_at) {
        cut_write(bench, name, bytes, length);
        return false;
    }
    struct bench_record *record = find_or_make(bench, name);
    if (record == NULL) {
        return false;
    }
    memcpy(record->bytes, bytes, length);
    record->length = length;
    return true;
}

static bool storage_erase(void *port, const char *name) {
    struct bench *bench = port;
    if (bench->dead || bench->storage_broken) {
        return false;
    }
    struct bench_record *record = find(bench, name);
    bench->writes++;
    bench->lengths[bench->writes % BENCH_LENGTHS] = 0;
    bool cut = bench->writes == bench->cut_at;
    if (record != NULL && !(cut && bench->cut == BENCH_CUT_OLD)) {
        record->there = false;
    }
    bench->dead = cut;
    return !cut;
}

// --- clock and chance

static uint32_t random32(void *port) { // xorshift: the same seed gives the same day
    struct bench *bench = port;
    bench->random ^= bench->random << 13;
    bench->random ^= bench->random >> 7;
    bench->random ^= bench->random << 17;
    return (uint32_t)(bench->random >> 16);
}

static bool clock_get(void *port, uint64_t *unix_ms) {
    struct bench *bench = port;
    *unix_ms = (uint64_t)((int64_t)bench->now_ms + bench->clock_offset_ms);
    return bench->clock_set;
}

static void clock_set(void *port, uint64_t unix_ms) {
    struct bench *bench = port;
    bench->clock_set = true;
    bench->clock_offset_ms = (int64_t)unix_ms - (int64_t)bench->now_ms;
}

static void clock_sync(void *port, const struct station_time_source *source) {
    struct bench *bench = port;
    bench->wants_sync = source->enabled;
}

static void reboot(void *port) {
    struct bench *bench = port;
    bench->wants_reboot = !bench->dead;
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

// --- network

static void link_start(void *port, const struct station_link *link) {
    struct bench *bench = port;
    (void)link;
    bench->wants_link = true;
    bench->link_starts++;
}

static void link_stop(void *port) {
    struct bench *bench = port;
    bench->wants_link = false;
    bench->wants_session = false;
    bench->online = false;
}

static void session_open(void *port, const struct station_session *session) {
    struct bench *bench = port;
    bench->wants_session = true;
    snprintf(bench->host, sizeof bench->host, "%s", session->host);
}

static void session_close(void *port, bool clean) {
    struct bench *bench = port;
    (void)clean;
    bench->wants_session = false;
    bench->online = false;
}

static void network(void *port, struct station_network *network) {
    struct bench *bench = port;
    *network = (struct station_network){
        .link_up = bench->wants_link,
        .has_ip = bench->wants_link,
        .rssi_dbm = -61,
        .channel = 6,
        .ip = 0xC0000207,
        .netmask = 0xFFFFFF00,
        .gateway = 0xC0000201,
        .dns1 = 0xC0000201,
        .auth_mode = "WPA2",
    };
}

static void health(void *port, struct station_health *health) {
    (void)port;
    *health = (struct station_health){180000, 170000, 110000, 0, 0};
}

// --- images

static bool download_start(void *port, const char *url, const uint8_t *ca, size_t ca_length) {
    struct bench *bench = port;
    (void)url, (void)ca, (void)ca_length;
    bench->wants_download = true;
    return true;
}

static void download_stop(void *port) {
    struct bench *bench = port;
    bench->wants_download = false;
}

static void image(void *port, struct station_image *image) {
    struct bench *bench = port;
    *image = bench->image;
}

static bool ota_begin(void *port, uint32_t size) {
    struct bench *bench = port;
    bench->update_length = 0;
    return size <= BENCH_IMAGE_MAX;
}

static bool ota_write(void *port, const uint8_t *bytes, size_t length) {
    struct bench *bench = port;
    if (length > BENCH_IMAGE_MAX - bench->update_length) {
        return false;
    }
    memcpy(bench->update + bench->update_length, bytes, length);
    bench->update_length += length;
    return true;
}

static bool ota_finish(void *port, uint8_t md5[16]) {
    struct bench *bench = port;
    return mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_MD5), bench->update,
                      bench->update_length, md5) == 0;
}

static bool ota_activate(void *port) {
    struct bench *bench = port;
    bench->fresh_image = !bench->dead;
    return !bench->dead;
}

static bool ota_mark_valid(void *port) {
    struct bench *bench = port;
    bench->image.validated = !bench->dead;
    return !bench->dead;
}

static bool ota_roll_back(void *port) {
    struct bench *bench = port;
    bench->image.partition = bench->image.partition == 2 ? 1 : 2;
    bench->image.validated = true;
    return true;
}

static void ota_abort(void *port) {
    struct bench *bench = port;
    bench->update_length = 0;
}

static void write_log(void *port, enum station_log_level level, const char *text) {
    (void)port, (void)level, (void)text;
}

static void uart_write(void *port, const char *text) {
    struct bench *bench = port;
    size_t length = strlen(text);
    size_t space = BENCH_UART_MAX - 1 - bench->uart_length;
    size_t taken = length < space ? length : space;
    memcpy(bench->uart + bench->uart_length, text, taken);
    bench->uart_length += taken;
    bench->uart[bench->uart_length] = '\0';
}

// --- the machine

void bench_init(struct bench *bench, uint64_t seed) {
    *bench = (struct bench){
        .hal = {.publish = publish,
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
                .session_open = session_open,
                .session_close = session_close,
                .network = network,
                .health = health,
                .download_start = download_start,
                .download_stop = download_stop,
                .image = image,
                .ota_begin = ota_begin,
                .ota_write = ota_write,
                .ota_finish = ota_finish,
                .ota_activate = ota_activate,
                .ota_mark_valid = ota_mark_valid,
                .ota_roll_back = ota_roll_back,
                .ota_abort = ota_abort,
                .log = write_log,
                .uart_write = uart_write},
        .random = seed * 2654435761U + 88172645463325252U,
        .sensor_works = true,
        .celsius = 21.5F,
        .percent = 48.0F,
        .image = {.partition = 1, .validated = true, .can_roll_back = true, .previous = "2.0.0"},
    };
    bench->hal.port = bench;
}

void bench_restart(struct bench *bench, bool keeps_clock) {
    if (bench->dead) { // a restart by the core itself does not save it from the cut
        bench->dead = false;
        bench->cut_at = 0;
    }
    bench->online = false;
    bench->wants_link = bench->wants_session = bench->wants_sync = false;
    bench->wants_reboot = bench->wants_download = false;
    bench->clock_set = bench->clock_set && keeps_clock;
    memset(bench->outputs, 0, sizeof bench->outputs);
    bench->fan_pct = 0;
    if (bench->fresh_image) {
        bench->fresh_image = false;
        bench->image.partition = bench->image.partition == 2 ? 1 : 2;
        bench->image.validated = false;
    } else if (!bench->image.validated) { // the boot loader takes the former image again
        bench->image.partition = bench->image.partition == 2 ? 1 : 2;
        bench->image.validated = true;
    }
}

void bench_forget_uart(struct bench *bench) {
    bench->uart_length = 0;
    bench->uart[0] = '\0';
}

static int digit_of(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

long bench_parse_hex(const char *text, uint8_t *bytes, size_t capacity) {
    size_t count = 0;
    for (; text[0] != '\0' && text[0] != '\n'; text += 2) {
        int high = digit_of(text[0]);
        int low = high < 0 ? -1 : digit_of(text[1]);
        if (low < 0 || count == capacity) {
            return -1;
        }
        bytes[count++] = (uint8_t)(high * 16 + low);
    }
    return (long)count;
}
