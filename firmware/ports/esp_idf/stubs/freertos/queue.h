#ifndef FREERTOS_QUEUE_H
#define FREERTOS_QUEUE_H
#ifndef FREERTOS_H
#error "FreeRTOS.h must be included before queue.h"
#endif
typedef struct QueueDefinition *QueueHandle_t;
QueueHandle_t xQueueCreate(UBaseType_t length, UBaseType_t size);
BaseType_t xQueueSend(QueueHandle_t queue, const void *item, TickType_t wait);
BaseType_t xQueueReceive(QueueHandle_t queue, void *item, TickType_t wait);
UBaseType_t uxQueueMessagesWaiting(QueueHandle_t queue);
#endif
