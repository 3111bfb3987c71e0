#include <esp_netif_sntp.h>
#include <esp_sntp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "port.h"

enum { SET_FROM_S = 1577836800 }; // 2020: the clock of the chip begins in 1970

static bool running;
static char servers[3][64];

bool timekeeping_get(void *port, uint64_t *unix_ms) {
    (void)port;
    struct timeval now;
    (void)gettimeofday(&now, NULL);
    *unix_ms = (uint64_t)now.tv_sec * 1000U + (uint64_t)now.tv_usec / 1000U;
    return now.tv_sec >= SET_FROM_S;
}

void timekeeping_set(void *port, uint64_t unix_ms) {
    (void)port;
    const struct timeval now = {.tv_sec = (time_t)(unix_ms / 1000U),
                                .tv_usec = (suseconds_t)(unix_ms % 1000U * 1000U)};
    (void)settimeofday(&now, NULL);
}

static void on_synced(struct timeval *now) {
    (void)now;
    static struct event event; // the SNTP thread is the only caller
    event = (struct event){.kind = EVENT_TIME_SYNCED};
    port_tell(&event);
}

void timekeeping_sync(void *port, const struct station_time_source *source) {
    (void)port;
    esp_sntp_config_t config = ESP_NETIF_SNTP_DEFAULT_CONFIG_MULTIPLE(0, {});
    if (running) {
        esp_netif_sntp_deinit();
        running = false;
    }
    for (int i = 0; i < 3; i++) {
        if (source->servers[i][0] != '\0') {
            char *kept = servers[config.num_of_servers];
            strlcpy(kept, source->servers[i], sizeof servers[0]);
            config.servers[config.num_of_servers++] = kept;
        }
    }
    (void)setenv("TZ", source->timezone[0] == '\0' ? "UTC0" : source->timezone, 1);
    tzset();
    if (!source->enabled || config.num_of_servers == 0) {
        return;
    }
    config.wait_for_sync = false;
    config.sync_cb = on_synced;
    esp_sntp_set_sync_interval(source->interval_s * 1000U);
    running = esp_netif_sntp_init(&config) == ESP_OK;
}
