#ifndef ESP_ETH_MAC_ESP_H
#define ESP_ETH_MAC_ESP_H
#include "esp_eth.h"
typedef enum { EMAC_CLK_DEFAULT, EMAC_CLK_EXT_IN, EMAC_CLK_OUT } emac_rmii_clock_mode_t;
typedef enum {
    EMAC_CLK_IN_GPIO = 0,
    EMAC_APPL_CLK_OUT_GPIO = 0,
    EMAC_CLK_OUT_GPIO = 16,
    EMAC_CLK_OUT_180_GPIO = 17
} emac_rmii_clock_gpio_t;
typedef struct {
    struct {
        int mdc_num, mdio_num;
    } smi_gpio;
    struct {
        struct {
            emac_rmii_clock_mode_t clock_mode;
            emac_rmii_clock_gpio_t clock_gpio;
        } rmii;
    } clock_config;
} eth_esp32_emac_config_t;
#define ETH_ESP32_EMAC_DEFAULT_CONFIG() {.smi_gpio = {.mdc_num = 23, .mdio_num = 18}}
esp_eth_mac_t *esp_eth_mac_new_esp32(const eth_esp32_emac_config_t *own,
                                     const eth_mac_config_t *config);
#endif
