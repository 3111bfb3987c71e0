#ifndef FREERTOS_TASK_H
#define FREERTOS_TASK_H
#ifndef FREERTOS_H
#error "FreeRTOS.h must be included before task.h"
#endif
typedef struct tskTaskControlBlock *TaskHandle_t;
typedef void (*TaskFunction_t)(void *context);
BaseType_t xTaskCreate(TaskFunction_t code, const char *name, uint32_t stack, void *context,
                       UBaseType_t priority, TaskHandle_t *task);
BaseType_t xTaskCreatePinnedToCore(TaskFunction_t code, const char *name, uint32_t stack,
                                   void *context, UBaseType_t priority, TaskHandle_t *task,
                                   BaseType_t core);
void vTaskDelay(TickType_t ticks);
uint32_t ulTaskNotifyTake(BaseType_t clear, TickType_t wait);
BaseType_t xTaskNotifyGive(TaskHandle_t task);
#endif
