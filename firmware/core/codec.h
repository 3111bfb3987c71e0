// Messages to and from protobuf. The generated code writes fields in ascending order.
#ifndef STATION_CODEC_H
#define STATION_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "esg_alarm.pb.h"
#include "esg_command.pb.h"

enum { STATION_CLOCK_SET_FROM = 1577836800 }; // 2020-01-01: an earlier stamp is no time

// Length of the payload; 0 when it does not fit.
size_t station_codec_encode(const pb_msgdesc_t *fields, const void *message, uint8_t *bytes,
                            size_t capacity);

// False when the bytes are not this message. What was read before the fault stays in `envelope`,
// so that the answer can name the request.
bool station_codec_command(const uint8_t *bytes, size_t length,
                           esg_alarm_CommandEnvelope *envelope);

// False for everything that is not exactly a receipt: another frame must never pass for one.
bool station_codec_receipt(const uint8_t *bytes, size_t length, esg_alarm_AlarmReceipt *receipt);

#endif
