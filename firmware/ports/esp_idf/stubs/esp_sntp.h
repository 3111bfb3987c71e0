#ifndef ESP_SNTP_H
#define ESP_SNTP_H
#include <stdint.h>
void esp_sntp_set_sync_interval(uint32_t interval_ms);
#endif
