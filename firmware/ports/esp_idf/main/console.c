// The serial console: lines for the unit, and what it answers.
#include <driver/uart.h>
#include <esp_err.h>
#include <esp_system.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <string.h>

#include "port.h"
#include "sdkconfig.h"

enum { STACK = 3072, PRIORITY = 4, RECEIVE_BUFFER = 1024, SEND_BUFFER = 4096 };

static const uart_port_t uart = UART_NUM_0;

static void read_lines(void *unused) {
    (void)unused;
    static struct event event = {.kind = EVENT_LINE};
    size_t length = 0;
    for (;;) {
        uint8_t byte;
        if (uart_read_bytes(uart, &byte, 1, portMAX_DELAY) != 1) {
            continue;
        }
        if (byte != '\r' && byte != '\n') {
            // A line that is too long keeps growing in thought only, and is refused as it is.
            length += length < sizeof event.bytes - 1;
            event.bytes[length - 1] = byte;
        } else if (length > 0) {
            event.bytes[length] = '\0';
            length = 0;
            port_tell(&event);
        }
    }
}

void console_open(void) {
    const uart_config_t config = {
        .baud_rate = CONFIG_STATION_CONSOLE_BAUD,
        .data_bits = UART_DATA_8_BITS,
        .parity = UART_PARITY_DISABLE,
        .stop_bits = UART_STOP_BITS_1,
        .flow_ctrl = UART_HW_FLOWCTRL_DISABLE,
        .source_clk = UART_SCLK_DEFAULT,
    };
    ESP_ERROR_CHECK(uart_driver_install(uart, RECEIVE_BUFFER, SEND_BUFFER, 0, NULL, 0));
    ESP_ERROR_CHECK(uart_param_config(uart, &config));
    if (xTaskCreate(read_lines, "console", STACK, NULL, PRIORITY, NULL) != pdPASS) {
        esp_system_abort("no memory for the console");
    }
}

void console_write(void *port, const char *text) {
    (void)port;
    (void)uart_write_bytes(uart, text, strlen(text));
}
