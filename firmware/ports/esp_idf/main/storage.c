// Records as blobs of NVS. NVS writes a blob beside the old one and then forgets that, so a cut
// write leaves the one or the other.
#include <nvs.h>
#include <nvs_flash.h>

#include "port.h"

static nvs_handle_t records;
static bool works;

bool storage_open(void) {
    esp_err_t result = nvs_flash_init();
    if (result == ESP_ERR_NVS_NO_FREE_PAGES || result == ESP_ERR_NVS_NEW_VERSION_FOUND) {
        // Only ever seen on a board that held something else: there is nothing of ours to lose.
        result = nvs_flash_erase();
        if (result == ESP_OK) {
            result = nvs_flash_init();
        }
    }
    works = result == ESP_OK && nvs_open("station", NVS_READWRITE, &records) == ESP_OK;
    return works;
}

int32_t storage_read(void *port, const char *name, void *bytes, size_t capacity) {
    (void)port;
    size_t length = capacity;
    if (!works || nvs_get_blob(records, name, bytes, &length) != ESP_OK) {
        return -1;
    }
    return (int32_t)length;
}

bool storage_write(void *port, const char *name, const void *bytes, size_t length) {
    (void)port;
    return works && nvs_set_blob(records, name, bytes, length) == ESP_OK &&
           nvs_commit(records) == ESP_OK;
}

bool storage_erase(void *port, const char *name) {
    (void)port;
    if (!works) {
        return false;
    }
    esp_err_t result = nvs_erase_key(records, name);
    return result == ESP_ERR_NVS_NOT_FOUND ||
           (result == ESP_OK && nvs_commit(records) == ESP_OK);
}
