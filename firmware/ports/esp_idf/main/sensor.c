// HDC1080: temperature and humidity, each 14 bits. A conversion takes 13 ms, and the unit's task
// must not wait for it: every reading takes the result of the conversion before and begins a new
// one.
#include <driver/i2c_master.h>
#include <esp_log.h>

#include "port.h"
#include "sdkconfig.h"

enum {
    ADDRESS = 0x40,
    REGISTER_TEMPERATURE = 0x00,
    REGISTER_CONFIGURATION = 0x02,
    BOTH_14_BITS = 0x10, // high byte of the configuration
    BUS_HZ = 100000,
    TIMEOUT_MS = 5
};

static i2c_master_dev_handle_t device;

static bool begin_conversion(void) {
    const uint8_t start = REGISTER_TEMPERATURE;
    return i2c_master_transmit(device, &start, 1, TIMEOUT_MS) == ESP_OK;
}

void sensor_open(void) {
    i2c_master_bus_handle_t bus;
    const i2c_master_bus_config_t wires = {
        .i2c_port = I2C_NUM_0,
        .sda_io_num = (gpio_num_t)CONFIG_STATION_PIN_SDA,
        .scl_io_num = (gpio_num_t)CONFIG_STATION_PIN_SCL,
        .clk_source = I2C_CLK_SRC_DEFAULT,
        .glitch_ignore_cnt = 7,
        .flags = {.enable_internal_pullup = 1},
    };
    const i2c_device_config_t chip = {
        .dev_addr_length = I2C_ADDR_BIT_LEN_7,
        .device_address = ADDRESS,
        .scl_speed_hz = BUS_HZ,
    };
    const uint8_t setting[] = {REGISTER_CONFIGURATION, BOTH_14_BITS, 0};
    if (i2c_new_master_bus(&wires, &bus) != ESP_OK ||
        i2c_master_bus_add_device(bus, &chip, &device) != ESP_OK) {
        device = NULL;
        ESP_LOGE(PORT_TAG, "the I2C bus cannot be used");
        return;
    }
    (void)i2c_master_transmit(device, setting, sizeof setting, TIMEOUT_MS);
    (void)begin_conversion();
}

bool sensor_read(void *port, float *celsius, float *percent) {
    (void)port;
    uint8_t raw[4];
    if (device == NULL) {
        return false;
    }
    bool answered = i2c_master_receive(device, raw, sizeof raw, TIMEOUT_MS) == ESP_OK;
    if (!begin_conversion() || !answered) {
        return false;
    }
    *celsius = (float)(raw[0] << 8 | raw[1]) * 165.0F / 65536.0F - 40.0F;
    *percent = (float)(raw[2] << 8 | raw[3]) * 100.0F / 65536.0F;
    return true;
}
