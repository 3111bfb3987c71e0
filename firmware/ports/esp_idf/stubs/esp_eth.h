#ifndef ESP_ETH_H
#define ESP_ETH_H
#include "esp_event.h"
typedef void *esp_eth_handle_t;
typedef struct esp_eth_mac_s esp_eth_mac_t;
typedef struct esp_eth_phy_s esp_eth_phy_t;
typedef struct esp_eth_netif_glue_t *esp_eth_netif_glue_handle_t;
typedef struct {
    uint32_t sw_reset_timeout_ms;
} eth_mac_config_t;
typedef struct {
    int32_t phy_addr;
    int reset_gpio_num;
} eth_phy_config_t;
typedef struct {
    esp_eth_mac_t *mac;
    esp_eth_phy_t *phy;
} esp_eth_config_t;
typedef enum { ETH_CMD_S_MAC_ADDR = 1 } esp_eth_io_cmd_t;
typedef enum { ETHERNET_EVENT_DISCONNECTED = 3 } eth_event_t;
#define ETH_MAC_DEFAULT_CONFIG() {.sw_reset_timeout_ms = 100}
#define ETH_PHY_DEFAULT_CONFIG() {.phy_addr = -1, .reset_gpio_num = 5}
#define ETH_DEFAULT_CONFIG(emac, ephy) {.mac = (emac), .phy = (ephy)}
extern esp_event_base_t const ETH_EVENT;
esp_eth_phy_t *esp_eth_phy_new_lan87xx(const eth_phy_config_t *config);
esp_err_t esp_eth_driver_install(const esp_eth_config_t *config, esp_eth_handle_t *handle);
esp_err_t esp_eth_ioctl(esp_eth_handle_t handle, esp_eth_io_cmd_t command, void *data);
esp_err_t esp_eth_start(esp_eth_handle_t handle);
esp_err_t esp_eth_stop(esp_eth_handle_t handle);
esp_eth_netif_glue_handle_t esp_eth_new_netif_glue(esp_eth_handle_t handle);
#endif
