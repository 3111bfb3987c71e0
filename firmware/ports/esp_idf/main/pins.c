#include <driver/gpio.h>
#include <driver/ledc.h>
#include <esp_err.h>

#include "port.h"
#include "sdkconfig.h"

#ifdef CONFIG_STATION_INPUT_ACTIVE_HIGH
#define ACTIVE_HIGH true
#else
#define ACTIVE_HIGH false
#endif
#ifdef CONFIG_STATION_TAMPER_ACTIVE_HIGH
#define TAMPER_HIGH true
#else
#define TAMPER_HIGH false
#endif

enum { FAN_HZ = 25000, FAN_FULL = 1 << 10 };

const bool pins_active_high[STATION_INPUTS] = {ACTIVE_HIGH, ACTIVE_HIGH, TAMPER_HIGH,
                                               ACTIVE_HIGH, ACTIVE_HIGH};

static const int inputs[STATION_INPUTS] = {CONFIG_STATION_PIN_PANIC1, CONFIG_STATION_PIN_PANIC2,
                                           CONFIG_STATION_PIN_TAMPER, CONFIG_STATION_PIN_AUX1,
                                           CONFIG_STATION_PIN_AUX2};
static const int outputs[STATION_OUTPUTS] = {CONFIG_STATION_PIN_SIREN, CONFIG_STATION_PIN_TURRET,
                                             CONFIG_STATION_PIN_RELAY1,
                                             CONFIG_STATION_PIN_RELAY2};

// A pin of -1 is not there: such an input never becomes active, such an output does nothing.
static uint64_t mask_of(const int *pins, size_t count) {
    uint64_t mask = 0;
    for (size_t i = 0; i < count; i++) {
        mask |= pins[i] < 0 ? 0 : 1ULL << (unsigned)pins[i];
    }
    return mask;
}

static void open_inputs(void) {
    // Pins 34 to 39 have no pull resistors of their own: the board must bring them.
    gpio_config_t config = {
        .pin_bit_mask = mask_of(inputs, STATION_INPUTS),
        .mode = GPIO_MODE_INPUT,
        .pull_up_en = ACTIVE_HIGH ? GPIO_PULLUP_DISABLE : GPIO_PULLUP_ENABLE,
        .pull_down_en = ACTIVE_HIGH ? GPIO_PULLDOWN_ENABLE : GPIO_PULLDOWN_DISABLE,
        .intr_type = GPIO_INTR_DISABLE,
    };
    if (config.pin_bit_mask != 0) {
        ESP_ERROR_CHECK(gpio_config(&config));
    }
}

static void open_outputs(void) {
    for (int output = 0; output < STATION_OUTPUTS; output++) {
        pins_set_output(NULL, (enum station_output)output, false);
    }
    gpio_config_t config = {
        .pin_bit_mask = mask_of(outputs, STATION_OUTPUTS),
        .mode = GPIO_MODE_OUTPUT,
        .pull_up_en = GPIO_PULLUP_DISABLE,
        .pull_down_en = GPIO_PULLDOWN_DISABLE,
        .intr_type = GPIO_INTR_DISABLE,
    };
    if (config.pin_bit_mask != 0) {
        ESP_ERROR_CHECK(gpio_config(&config));
    }
}

static void open_fan(void) {
    ledc_timer_config_t timer = {
        .speed_mode = LEDC_LOW_SPEED_MODE,
        .duty_resolution = LEDC_TIMER_10_BIT,
        .timer_num = LEDC_TIMER_0,
        .freq_hz = FAN_HZ,
        .clk_cfg = LEDC_AUTO_CLK,
    };
    ledc_channel_config_t channel = {
        .gpio_num = CONFIG_STATION_PIN_FAN,
        .speed_mode = LEDC_LOW_SPEED_MODE,
        .channel = LEDC_CHANNEL_0,
        .timer_sel = LEDC_TIMER_0,
        .duty = 0,
        .hpoint = 0,
    };
    if (CONFIG_STATION_PIN_FAN >= 0) {
        ESP_ERROR_CHECK(ledc_timer_config(&timer));
        ESP_ERROR_CHECK(ledc_channel_config(&channel));
    }
}

void pins_open(void) {
    open_outputs();
    open_inputs();
    open_fan();
}

void pins_read(bool levels[STATION_INPUTS]) {
    for (int i = 0; i < STATION_INPUTS; i++) {
        levels[i] = inputs[i] < 0 ? !pins_active_high[i]
                                  : gpio_get_level((gpio_num_t)inputs[i]) != 0;
    }
}

void pins_set_output(void *port, enum station_output output, bool on) {
    (void)port;
    if (outputs[output] >= 0) {
        (void)gpio_set_level((gpio_num_t)outputs[output], on ? 1U : 0U);
    }
}

void pins_set_fan(void *port, uint32_t duty_pct) {
    (void)port;
    if (CONFIG_STATION_PIN_FAN >= 0) {
        (void)ledc_set_duty(LEDC_LOW_SPEED_MODE, LEDC_CHANNEL_0, duty_pct * FAN_FULL / 100U);
        (void)ledc_update_duty(LEDC_LOW_SPEED_MODE, LEDC_CHANNEL_0);
    }
}
