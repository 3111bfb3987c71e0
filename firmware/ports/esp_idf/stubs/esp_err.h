#ifndef ESP_ERR_H
#define ESP_ERR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
typedef int esp_err_t;
#define ESP_OK 0
void esp_error_check_failed(esp_err_t result);
#define ESP_ERROR_CHECK(call)                                                                     \
    do {                                                                                          \
        esp_err_t esp_result = (call);                                                            \
        if (esp_result != ESP_OK) {                                                               \
            esp_error_check_failed(esp_result);                                                   \
        }                                                                                         \
    } while (0)
#endif
