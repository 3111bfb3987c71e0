// The two places for firmware and what the boot loader knows of them.
#include <esp_app_desc.h>
#include <esp_log.h>
#include <esp_ota_ops.h>
#include <esp_system.h>
#include <mbedtls/md.h>
#include <string.h>

#include "port.h"

static esp_ota_handle_t update;
static const esp_partition_t *target;
static mbedtls_md_context_t md5;
static bool writing;
static bool goes_back; // with the next restart

static uint32_t number_of(const esp_partition_t *partition) {
    return partition->subtype == ESP_PARTITION_SUBTYPE_APP_OTA_0   ? 1
           : partition->subtype == ESP_PARTITION_SUBTYPE_APP_OTA_1 ? 2
                                                                   : 0;
}

void image_tell(void *port, struct station_image *image) {
    (void)port;
    const esp_partition_t *running = esp_ota_get_running_partition();
    const esp_partition_t *other = esp_ota_get_next_update_partition(NULL);
    esp_ota_img_states_t state = ESP_OTA_IMG_VALID;
    esp_app_desc_t description;
    (void)esp_ota_get_state_partition(running, &state);
    *image = (struct station_image){
        .partition = number_of(running),
        .validated = state != ESP_OTA_IMG_PENDING_VERIFY && state != ESP_OTA_IMG_NEW,
        .can_roll_back = esp_ota_check_rollback_is_possible(),
    };
    if (other != NULL && esp_ota_get_partition_description(other, &description) == ESP_OK) {
        strlcpy(image->previous, description.version, sizeof image->previous);
    }
}

bool image_begin(void *port, uint32_t size) {
    image_abort(port);
    target = esp_ota_get_next_update_partition(NULL);
    if (target == NULL || size > target->size ||
        esp_ota_begin(target, OTA_WITH_SEQUENTIAL_WRITES, &update) != ESP_OK) {
        return false;
    }
    writing = true;
    mbedtls_md_init(&md5);
    return mbedtls_md_setup(&md5, mbedtls_md_info_from_type(MBEDTLS_MD_MD5), 0) == 0 &&
           mbedtls_md_starts(&md5) == 0;
}

bool image_write(void *port, const uint8_t *bytes, size_t length) {
    (void)port;
    return writing && mbedtls_md_update(&md5, bytes, length) == 0 &&
           esp_ota_write(update, bytes, length) == ESP_OK;
}

// esp_ota_end verifies the image, and its signature where signed images are required.
bool image_finish(void *port, uint8_t digest[16]) {
    (void)port;
    if (!writing) {
        return false;
    }
    writing = false;
    bool finished = mbedtls_md_finish(&md5, digest) == 0;
    mbedtls_md_free(&md5);
    return esp_ota_end(update) == ESP_OK && finished;
}

bool image_activate(void *port) {
    (void)port;
    return target != NULL && esp_ota_set_boot_partition(target) == ESP_OK;
}

bool image_mark_valid(void *port) {
    (void)port;
    return esp_ota_mark_app_valid_cancel_rollback() == ESP_OK;
}

bool image_roll_back(void *port) {
    (void)port;
    goes_back = esp_ota_check_rollback_is_possible();
    return goes_back;
}

void image_abort(void *port) {
    (void)port;
    if (writing) {
        writing = false;
        mbedtls_md_free(&md5);
        (void)esp_ota_abort(update);
    }
}

void image_restart(void *port) {
    (void)port;
    network_drain();
    if (goes_back) {
        (void)esp_ota_mark_app_invalid_rollback_and_reboot(); // returns only when it cannot
    }
    esp_restart();
}
