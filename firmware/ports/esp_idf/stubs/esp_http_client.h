#ifndef ESP_HTTP_CLIENT_H
#define ESP_HTTP_CLIENT_H
#include "esp_err.h"
typedef struct esp_http_client *esp_http_client_handle_t;
typedef enum { HttpStatus_Ok = 200 } HttpStatus_Code;
typedef struct {
    const char *url;
    const char *cert_pem;
    int timeout_ms;
    bool keep_alive_enable;
} esp_http_client_config_t;
esp_http_client_handle_t esp_http_client_init(const esp_http_client_config_t *config);
esp_err_t esp_http_client_open(esp_http_client_handle_t client, int length);
int64_t esp_http_client_fetch_headers(esp_http_client_handle_t client);
int esp_http_client_get_status_code(esp_http_client_handle_t client);
int esp_http_client_read(esp_http_client_handle_t client, char *bytes, int length);
bool esp_http_client_is_complete_data_received(esp_http_client_handle_t client);
esp_err_t esp_http_client_cleanup(esp_http_client_handle_t client);
#endif
