#ifndef ESP_NETIF_SNTP_H
#define ESP_NETIF_SNTP_H
#include <sys/time.h>
#include "esp_err.h"
#include "sdkconfig.h"
typedef void (*esp_sntp_time_cb_t)(struct timeval *now);
typedef struct {
    bool wait_for_sync;
    bool start;
    esp_sntp_time_cb_t sync_cb;
    size_t num_of_servers;
    const char *servers[CONFIG_LWIP_SNTP_MAX_SERVERS];
} esp_sntp_config_t;
#define ESP_NETIF_SNTP_DEFAULT_CONFIG_MULTIPLE(count, list)                                       \
    {.wait_for_sync = true, .start = true, .num_of_servers = (count), .servers = list}
esp_err_t esp_netif_sntp_init(const esp_sntp_config_t *config);
void esp_netif_sntp_deinit(void);
#endif
