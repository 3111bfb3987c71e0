#include "codec.h"

#include <pb_decode.h>
#include <pb_encode.h>
#include <string.h>

size_t station_codec_encode(const pb_msgdesc_t *fields, const void *message, uint8_t *bytes,
                            size_t capacity) {
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, capacity);
    return pb_encode(&stream, fields, message) ? stream.bytes_written : 0;
}

bool station_codec_command(const uint8_t *bytes, size_t length,
                           esg_alarm_CommandEnvelope *envelope) {
    memset(envelope, 0, sizeof *envelope);
    pb_istream_t stream = pb_istream_from_buffer(bytes, length);
    return pb_decode(&stream, esg_alarm_CommandEnvelope_fields, envelope);
}

bool station_codec_receipt(const uint8_t *bytes, size_t length, esg_alarm_AlarmReceipt *receipt) {
    memset(receipt, 0, sizeof *receipt);
    pb_istream_t stream = pb_istream_from_buffer(bytes, length);
    size_t again = 0;
    return pb_decode(&stream, esg_alarm_AlarmReceipt_fields, receipt) &&
           pb_get_encoded_size(&again, esg_alarm_AlarmReceipt_fields, receipt) && again == length &&
           receipt->committed_at >= STATION_CLOCK_SET_FROM;
}
