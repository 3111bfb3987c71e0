// Fetching a file in a task of its own. A piece stays in place until the unit has read it.
#include <esp_http_client.h>
#include <esp_log.h>
#include <esp_system.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <string.h>

#include "port.h"

enum { STACK = 8192, PRIORITY = 5, CORE = 0, TIMEOUT_MS = 15000, PIECE = 1024, URL_MAX = 256 };

static TaskHandle_t task;
static SemaphoreHandle_t taken;
static char url[URL_MAX];
static char ca[STATION_RECORD_MAX + 1];
static volatile uint32_t current; // written by the unit's task only
static volatile bool busy;

bool download_is_current(const struct event *event) {
    return event->generation == current;
}

void download_taken(void) {
    (void)xSemaphoreGive(taken);
}

static enum station_download_result read_body(esp_http_client_handle_t client,
                                              uint32_t generation) {
    static uint8_t piece[PIECE];
    static struct event event;
    while (generation == current) {
        int length = esp_http_client_read(client, (char *)piece, sizeof piece);
        if (length < 0) {
            return STATION_DOWNLOAD_BROKEN;
        }
        if (length == 0) {
            return esp_http_client_is_complete_data_received(client) ? STATION_DOWNLOAD_OK
                                                                     : STATION_DOWNLOAD_BROKEN;
        }
        event = (struct event){.kind = EVENT_PIECE,
                               .generation = generation,
                               .length = (size_t)length,
                               .piece = piece};
        port_tell(&event);
        (void)xSemaphoreTake(taken, portMAX_DELAY);
    }
    return STATION_DOWNLOAD_BROKEN;
}

static enum station_download_result fetch(uint32_t generation) {
    const esp_http_client_config_t config = {
        .url = url,
        .cert_pem = ca[0] == '\0' ? NULL : ca,
        .timeout_ms = TIMEOUT_MS,
        .keep_alive_enable = false,
    };
    esp_http_client_handle_t client = esp_http_client_init(&config);
    if (client == NULL) {
        return STATION_DOWNLOAD_REFUSED;
    }
    enum station_download_result result = STATION_DOWNLOAD_REFUSED;
    if (esp_http_client_open(client, 0) == ESP_OK && esp_http_client_fetch_headers(client) >= 0 &&
        esp_http_client_get_status_code(client) == HttpStatus_Ok) {
        result = read_body(client, generation);
    }
    (void)esp_http_client_cleanup(client);
    return result;
}

static void run(void *unused) {
    (void)unused;
    static struct event event;
    for (;;) {
        (void)ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
        uint32_t generation = current;
        event = (struct event){.kind = EVENT_END, .generation = generation};
        event.result = fetch(generation);
        busy = false;
        port_tell(&event);
    }
}

void download_open(void) {
    taken = xSemaphoreCreateBinary();
    if (taken == NULL ||
        xTaskCreatePinnedToCore(run, "download", STACK, NULL, PRIORITY, &task, CORE) != pdPASS) {
        esp_system_abort("no memory for downloads");
    }
}

bool download_start(void *port, const char *from, const uint8_t *certificate,
                    size_t certificate_length) {
    (void)port;
    if (busy || strlen(from) >= sizeof url || certificate_length >= sizeof ca) {
        return false; // the one before is still being wound up
    }
    strlcpy(url, from, sizeof url);
    if (certificate != NULL) {
        memcpy(ca, certificate, certificate_length);
    }
    ca[certificate == NULL ? 0 : certificate_length] = '\0';
    current = current + 1;
    busy = true;
    (void)xTaskNotifyGive(task);
    return true;
}

void download_stop(void *port) {
    (void)port;
    current = current + 1;
}
