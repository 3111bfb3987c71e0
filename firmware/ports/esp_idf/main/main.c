#include <esp_app_desc.h>
#include <esp_heap_caps.h>
#include <esp_log.h>
#include <esp_mac.h>
#include <esp_random.h>
#include <esp_system.h>
#include <esp_task_wdt.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <mbedtls/md.h>
#include <string.h>

#include "port.h"
#include "sdkconfig.h"

enum {
    EVENTS = 12,
    INPUTS_EVERY_MS = 5,
    UNIT_STACK = 12288, // the deepest way, a setting that is stored, takes about 6 KB
    UNIT_PRIORITY = 20, // above the network's: an edge must not wait for a packet
    UNIT_CORE = 1       // WiFi lives on the other one
};

static struct station_unit unit;
static QueueHandle_t events;

void port_tell(const struct event *event) {
    (void)xQueueSend(events, event, portMAX_DELAY);
}

// --- what is too small for a file of its own

static uint32_t random32(void *port) {
    (void)port;
    return esp_random();
}

static void hmac_sha256(void *port, const uint8_t key[32], const uint8_t *bytes, size_t length,
                        uint8_t digest[32]) {
    (void)port;
    (void)mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), key, 32, bytes, length,
                          digest);
}

static void sha256(void *port, const uint8_t *bytes, size_t length, uint8_t digest[32]) {
    (void)port;
    (void)mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), bytes, length, digest);
}

static void health(void *port, struct station_health *health) {
    (void)port;
    health->free_heap = esp_get_free_heap_size();
    health->min_heap = esp_get_minimum_free_heap_size();
    health->largest_block = (uint32_t)heap_caps_get_largest_free_block(MALLOC_CAP_8BIT);
    health->psram_free = (uint32_t)heap_caps_get_free_size(MALLOC_CAP_SPIRAM);
    health->psram_size = (uint32_t)heap_caps_get_total_size(MALLOC_CAP_SPIRAM);
}

static void write_log(void *port, enum station_log_level level, const char *text) {
    (void)port;
    static const esp_log_level_t levels[] = {ESP_LOG_INFO, ESP_LOG_WARN, ESP_LOG_ERROR};
    ESP_LOG_LEVEL(levels[level], PORT_TAG, "%s", text);
}

static const struct station_hal hal = {
    .publish = network_publish,
    .set_output = pins_set_output,
    .set_fan = pins_set_fan,
    .read_sensor = sensor_read,
    .storage_read = storage_read,
    .storage_write = storage_write,
    .storage_erase = storage_erase,
    .random32 = random32,
    .clock_get = timekeeping_get,
    .clock_set = timekeeping_set,
    .clock_sync = timekeeping_sync,
    .reboot = image_restart,
    .hmac_sha256 = hmac_sha256,
    .sha256 = sha256,
    .link_start = network_link_start,
    .link_stop = network_link_stop,
    .session_open = network_session_open,
    .session_close = network_session_close,
    .network = link_tell,
    .health = health,
    .download_start = download_start,
    .download_stop = download_stop,
    .image = image_tell,
    .ota_begin = image_begin,
    .ota_write = image_write,
    .ota_finish = image_finish,
    .ota_activate = image_activate,
    .ota_mark_valid = image_mark_valid,
    .ota_roll_back = image_roll_back,
    .ota_abort = image_abort,
    .log = write_log,
    .uart_write = console_write,
};

// --- the unit's task

static uint64_t now_ms(void) {
    return (uint64_t)esp_timer_get_time() / 1000U;
}

static void tell_session(const struct event *event) {
    if (!network_is_current(event)) {
        return;
    }
    switch (event->kind) {
    case EVENT_LINK_UP:
        station_unit_on_link(&unit, true, now_ms());
        break;
    case EVENT_LINK_DOWN:
        station_unit_on_link(&unit, false, now_ms());
        break;
    case EVENT_CONNECTED:
        station_unit_on_connected(&unit, now_ms());
        break;
    case EVENT_DISCONNECTED:
        station_unit_on_disconnected(&unit, now_ms());
        break;
    default:
        station_unit_on_message(&unit, event->leaf, event->bytes, event->length, event->retained,
                                now_ms());
        break;
    }
}

static void tell_unit(const struct event *event) {
    switch (event->kind) {
    case EVENT_TIME_SYNCED:
        station_unit_on_time_synced(&unit, now_ms());
        break;
    case EVENT_LINE:
        station_unit_at_line(&unit, (const char *)event->bytes, now_ms());
        break;
    case EVENT_PIECE:
        if (download_is_current(event)) {
            station_unit_on_download(&unit, event->piece, event->length, now_ms());
        }
        download_taken();
        break;
    case EVENT_END:
        if (download_is_current(event)) {
            station_unit_on_download_end(&unit, event->result, now_ms());
        }
        break;
    default:
        tell_session(event);
        break;
    }
}

static void tell_inputs(void) {
    bool levels[STATION_INPUTS];
    pins_read(levels);
    for (int input = 0; input < STATION_INPUTS; input++) {
        station_unit_on_input(&unit, (enum station_input)input, levels[input], now_ms());
    }
}

static TickType_t ticks_until(uint64_t due_ms) {
    uint64_t now = now_ms();
    uint64_t wait = due_ms > now ? due_ms - now : 0;
    return pdMS_TO_TICKS((uint32_t)(wait < INPUTS_EVERY_MS ? wait : INPUTS_EVERY_MS));
}

static void run_unit(void *board) {
    static struct event event;
    ESP_ERROR_CHECK(esp_task_wdt_add(NULL));
    station_unit_init(&unit, &hal, board, NULL, now_ms());
    tell_inputs();
    uint64_t due_ms = now_ms();
    for (;;) {
        if (xQueueReceive(events, &event, ticks_until(due_ms)) == pdTRUE) {
            tell_unit(&event);
        }
        tell_inputs();
        if (now_ms() >= due_ms) {
            station_unit_tick(&unit, now_ms());
        }
        due_ms = station_unit_next_due(&unit, now_ms());
        ESP_ERROR_CHECK(esp_task_wdt_reset());
    }
}

static enum station_reset reset_of(esp_reset_reason_t reason) {
    switch (reason) {
    case ESP_RST_BROWNOUT:
    case ESP_RST_PANIC:
    case ESP_RST_INT_WDT:
    case ESP_RST_TASK_WDT:
    case ESP_RST_WDT:
        return STATION_RESET_FAULT;
    case ESP_RST_SW:
        return STATION_RESET_SOFTWARE;
    default:
        return STATION_RESET_POWER;
    }
}

void app_main(void);

void app_main(void) {
    static struct station_board board = {.sensor = "HDC1080"};
    static char version[16];
    strlcpy(version, esp_app_get_description()->version, sizeof version);
    board.firmware = version;
    memcpy(board.input_active_high, pins_active_high, sizeof board.input_active_high);
    ESP_ERROR_CHECK(esp_read_mac(board.mac, ESP_MAC_WIFI_STA));
    board.reset = reset_of(esp_reset_reason());
    pins_open(); // first: outputs must be off
    if (!storage_open()) {
        ESP_LOGE(PORT_TAG, "storage does not work; settings will not last");
    }
    events = xQueueCreate(EVENTS, sizeof(struct event));
    if (events == NULL) {
        esp_system_abort("no memory for events");
    }
    sensor_open();
    console_open();
    network_open(board.mac);
    download_open();
    if (xTaskCreatePinnedToCore(run_unit, "unit", UNIT_STACK, &board, UNIT_PRIORITY, NULL,
                                UNIT_CORE) != pdPASS) {
        esp_system_abort("no memory for the unit");
    }
}
