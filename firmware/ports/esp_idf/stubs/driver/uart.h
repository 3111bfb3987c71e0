#ifndef DRIVER_UART_H
#define DRIVER_UART_H
#include "esp_err.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
typedef enum { UART_NUM_0 } uart_port_t;
typedef enum { UART_DATA_8_BITS = 3 } uart_word_length_t;
typedef enum { UART_PARITY_DISABLE } uart_parity_t;
typedef enum { UART_STOP_BITS_1 = 1 } uart_stop_bits_t;
typedef enum { UART_HW_FLOWCTRL_DISABLE } uart_hw_flowcontrol_t;
typedef enum { UART_SCLK_DEFAULT } uart_sclk_t;
typedef struct {
    int baud_rate;
    uart_word_length_t data_bits;
    uart_parity_t parity;
    uart_stop_bits_t stop_bits;
    uart_hw_flowcontrol_t flow_ctrl;
    uart_sclk_t source_clk;
} uart_config_t;
esp_err_t uart_driver_install(uart_port_t uart, int receive, int send, int queue_size,
                              QueueHandle_t *queue, int flags);
esp_err_t uart_param_config(uart_port_t uart, const uart_config_t *config);
int uart_read_bytes(uart_port_t uart, void *bytes, uint32_t length, TickType_t wait);
int uart_write_bytes(uart_port_t uart, const void *bytes, size_t length);
#endif
