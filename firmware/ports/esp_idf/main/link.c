// WiFi as a station, or Ethernet with a LAN8720. What becomes of a link is told; nothing is tried
// again here.
#include <esp_eth.h>
#include <esp_eth_mac_esp.h>
#include <esp_event.h>
#include <esp_log.h>
#include <esp_netif.h>
#include <esp_wifi.h>
#include <string.h>

#include "port.h"
#include "sdkconfig.h"

static esp_netif_t *wifi;
static esp_netif_t *ethernet;
static esp_eth_handle_t ethernet_driver;
static uint32_t current; // generation of the link that is wanted
static volatile bool wanted, on_ethernet, has_ip;

static void tell(enum event_kind kind) {
    if (wanted) {
        static struct event event; // all callers are the event loop's task
        event = (struct event){.kind = kind, .generation = current};
        port_tell(&event);
    }
}

// Our own leaving is told too, and late: it must not count against the link that comes after.
static bool was_lost(esp_event_base_t base, int32_t id, const void *data) {
    if (base == WIFI_EVENT && id == WIFI_EVENT_STA_DISCONNECTED && !on_ethernet) {
        return ((const wifi_event_sta_disconnected_t *)data)->reason != WIFI_REASON_ASSOC_LEAVE;
    }
    return (base == ETH_EVENT && id == ETHERNET_EVENT_DISCONNECTED && on_ethernet) ||
           (base == IP_EVENT && id == IP_EVENT_STA_LOST_IP && !on_ethernet);
}

static void on_event(void *unused, esp_event_base_t base, int32_t id, void *data) {
    (void)unused;
    if (base == WIFI_EVENT && id == WIFI_EVENT_STA_START) {
        (void)esp_wifi_connect();
    } else if (base == IP_EVENT && (id == IP_EVENT_STA_GOT_IP || id == IP_EVENT_ETH_GOT_IP)) {
        has_ip = true;
        tell(EVENT_LINK_UP);
    } else if (was_lost(base, id, data)) {
        has_ip = false;
        tell(EVENT_LINK_DOWN);
    }
}

static void open_wifi(void) {
    wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
    wifi = esp_netif_create_default_wifi_sta();
    ESP_ERROR_CHECK(esp_wifi_init(&config));
    ESP_ERROR_CHECK(esp_wifi_set_storage(WIFI_STORAGE_RAM)); // the core keeps the settings
    ESP_ERROR_CHECK(esp_wifi_set_mode(WIFI_MODE_STA));
}

#ifdef CONFIG_STATION_ETHERNET
static void open_ethernet(const uint8_t mac[6]) {
    eth_mac_config_t mac_config = ETH_MAC_DEFAULT_CONFIG();
    eth_phy_config_t phy_config = ETH_PHY_DEFAULT_CONFIG();
    eth_esp32_emac_config_t emac = ETH_ESP32_EMAC_DEFAULT_CONFIG();
    emac.smi_gpio.mdc_num = CONFIG_STATION_PIN_MDC;
    emac.smi_gpio.mdio_num = CONFIG_STATION_PIN_MDIO;
#ifdef CONFIG_STATION_ETH_CLOCK_OUT
    emac.clock_config.rmii.clock_mode = EMAC_CLK_OUT;
    emac.clock_config.rmii.clock_gpio = (emac_rmii_clock_gpio_t)CONFIG_STATION_PIN_ETH_CLOCK;
#else
    emac.clock_config.rmii.clock_mode = EMAC_CLK_EXT_IN;
    emac.clock_config.rmii.clock_gpio = EMAC_CLK_IN_GPIO;
#endif
    phy_config.phy_addr = CONFIG_STATION_ETH_ADDRESS;
    phy_config.reset_gpio_num = CONFIG_STATION_PIN_ETH_RESET;
    esp_eth_config_t config = ETH_DEFAULT_CONFIG(esp_eth_mac_new_esp32(&emac, &mac_config),
                                                 esp_eth_phy_new_lan87xx(&phy_config));
    if (esp_eth_driver_install(&config, &ethernet_driver) != ESP_OK) {
        ESP_LOGE(PORT_TAG, "there is no LAN8720");
        ethernet_driver = NULL;
        return;
    }
    esp_netif_config_t interface = ESP_NETIF_DEFAULT_ETH();
    uint8_t address[6];
    memcpy(address, mac, sizeof address);
    ethernet = esp_netif_new(&interface);
    ESP_ERROR_CHECK(esp_eth_ioctl(ethernet_driver, ETH_CMD_S_MAC_ADDR, address));
    ESP_ERROR_CHECK(esp_netif_attach(ethernet, esp_eth_new_netif_glue(ethernet_driver)));
}
#else
static void open_ethernet(const uint8_t mac[6]) {
    (void)mac;
}
#endif

void link_open(const uint8_t mac[6]) {
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    ESP_ERROR_CHECK(esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, on_event, NULL));
    ESP_ERROR_CHECK(esp_event_handler_register(ETH_EVENT, ESP_EVENT_ANY_ID, on_event, NULL));
    ESP_ERROR_CHECK(esp_event_handler_register(IP_EVENT, ESP_EVENT_ANY_ID, on_event, NULL));
    open_wifi();
    open_ethernet(mac);
}

static void set_address(esp_netif_t *interface, const struct station_link *link) {
    if (link->dhcp) {
        (void)esp_netif_dhcpc_start(interface);
        return;
    }
    esp_netif_ip_info_t info = {
        .ip = {.addr = esp_netif_htonl(link->static_ip)},
        .netmask = {.addr = esp_netif_htonl(link->netmask)},
        .gw = {.addr = esp_netif_htonl(link->gateway)},
    };
    esp_netif_dns_info_t dns = {.ip = {.u_addr = {.ip4 = info.gw}, .type = ESP_IPADDR_TYPE_V4}};
    (void)esp_netif_dhcpc_stop(interface);
    (void)esp_netif_set_ip_info(interface, &info);
    (void)esp_netif_set_dns_info(interface, ESP_NETIF_DNS_MAIN, &dns);
}

static void join(const struct station_link *link) {
    wifi_config_t config = {.sta = {.channel = (uint8_t)link->channel}};
    // Both fields may be filled to the brim, without a NUL.
    memcpy(config.sta.ssid, link->ssid, strnlen(link->ssid, sizeof config.sta.ssid));
    memcpy(config.sta.password, link->password,
           strnlen(link->password, sizeof config.sta.password));
    config.sta.threshold.authmode = link->password[0] == '\0' ? WIFI_AUTH_OPEN : WIFI_AUTH_WPA_PSK;
    if (esp_wifi_set_config(WIFI_IF_STA, &config) != ESP_OK || esp_wifi_start() != ESP_OK) {
        has_ip = false;
        port_tell(&(struct event){.kind = EVENT_LINK_DOWN, .generation = current});
        return;
    }
    (void)esp_wifi_set_max_tx_power((int8_t)(link->tx_power_dbm * 4)); // in quarters of a dBm
}

void link_up(const struct station_link *link, uint32_t generation) {
    link_down();
    current = generation;
    on_ethernet = link->ethernet && ethernet_driver != NULL;
    wanted = true;
    set_address(on_ethernet ? ethernet : wifi, link);
    if (!on_ethernet) {
        join(link);
    } else if (esp_eth_start(ethernet_driver) != ESP_OK) {
        port_tell(&(struct event){.kind = EVENT_LINK_DOWN, .generation = current});
    }
}

void link_down(void) {
    bool was_wanted = wanted;
    wanted = false;
    has_ip = false;
    if (!was_wanted) {
        return;
    }
    if (on_ethernet) {
        (void)esp_eth_stop(ethernet_driver);
    } else {
        (void)esp_wifi_stop();
    }
}

// --- what the unit tells of it

static const char *name_of(wifi_auth_mode_t mode) {
    switch (mode) {
    case WIFI_AUTH_OPEN:
        return "OPEN";
    case WIFI_AUTH_WPA_PSK:
        return "WPA_PSK";
    case WIFI_AUTH_WPA2_PSK:
        return "WPA2_PSK";
    case WIFI_AUTH_WPA_WPA2_PSK:
        return "WPA_WPA2_PSK";
    case WIFI_AUTH_WPA3_PSK:
        return "WPA3_PSK";
    case WIFI_AUTH_WPA2_WPA3_PSK:
        return "WPA2_WPA3_PSK";
    default:
        return "OTHER";
    }
}

static uint32_t dns_of(esp_netif_t *interface, esp_netif_dns_type_t which) {
    esp_netif_dns_info_t dns;
    if (esp_netif_get_dns_info(interface, which, &dns) != ESP_OK ||
        dns.ip.type != ESP_IPADDR_TYPE_V4) {
        return 0;
    }
    return esp_netif_htonl(dns.ip.u_addr.ip4.addr);
}

void link_tell(void *port, struct station_network *network) {
    (void)port;
    esp_netif_t *interface = on_ethernet ? ethernet : wifi;
    esp_netif_ip_info_t info = {0};
    wifi_ap_record_t access_point;
    *network = (struct station_network){.ethernet = on_ethernet, .auth_mode = ""};
    if (!has_ip || esp_netif_get_ip_info(interface, &info) != ESP_OK) {
        return;
    }
    network->link_up = true;
    network->has_ip = true;
    network->ip = esp_netif_htonl(info.ip.addr);
    network->netmask = esp_netif_htonl(info.netmask.addr);
    network->gateway = esp_netif_htonl(info.gw.addr);
    network->dns1 = dns_of(interface, ESP_NETIF_DNS_MAIN);
    network->dns2 = dns_of(interface, ESP_NETIF_DNS_BACKUP);
    if (!on_ethernet && esp_wifi_sta_get_ap_info(&access_point) == ESP_OK) {
        network->rssi_dbm = access_point.rssi;
        network->channel = access_point.primary;
        network->auth_mode = name_of(access_point.authmode);
    }
}
