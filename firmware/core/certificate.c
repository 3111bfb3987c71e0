#include "certificate.h"

#include <string.h>

enum { VERSION = 1 };

static const char head[] = "-----BEGIN CERTIFICATE-----";
static const char tail[] = "-----END CERTIFICATE-----";

const uint8_t *station_certificate_text(const struct station_certificate *certificate) {
    return certificate->record + STATION_RECORD_HEAD;
}

void station_certificate_load(struct station_certificate *certificate,
                              const struct station_hal *hal) {
    struct station_reader reader;
    memset(certificate, 0, sizeof *certificate);
    certificate->twin.name = "ca";
    if (station_twin_load(&certificate->twin, hal, VERSION, certificate->record,
                          sizeof certificate->record, &reader)) {
        certificate->length = reader.length;
    }
}

void station_certificate_begin(struct station_certificate *certificate) {
    certificate->length = 0;
    certificate->received = 0;
    certificate->too_long = false;
    certificate->receiving = true;
}

void station_certificate_append(struct station_certificate *certificate, const void *bytes,
                                size_t length) {
    if (length > STATION_CERTIFICATE_MAX - certificate->received) {
        certificate->too_long = true;
        return;
    }
    memcpy(certificate->record + STATION_RECORD_HEAD + certificate->received, bytes, length);
    certificate->received += length;
}

static bool contains(const uint8_t *bytes, size_t length, const char *text) {
    size_t wanted = strlen(text);
    for (size_t i = 0; i + wanted <= length; i++) {
        if (memcmp(bytes + i, text, wanted) == 0) {
            return true;
        }
    }
    return false;
}

bool station_certificate_finish(struct station_certificate *certificate,
                                const struct station_hal *hal) {
    const uint8_t *text = station_certificate_text(certificate);
    bool is_one = !certificate->too_long && contains(text, certificate->received, head) &&
                  contains(text, certificate->received, tail);
    struct station_writer writer =
        station_writer_begin(certificate->record, sizeof certificate->record);
    writer.length += certificate->received;
    if (!is_one || !station_twin_save(&certificate->twin, hal, VERSION, &writer)) {
        station_certificate_cancel(certificate, hal);
        return false;
    }
    certificate->length = certificate->received;
    certificate->receiving = false;
    return true;
}

void station_certificate_cancel(struct station_certificate *certificate,
                                const struct station_hal *hal) {
    station_certificate_load(certificate, hal);
}

bool station_certificate_erase(struct station_certificate *certificate,
                               const struct station_hal *hal) {
    bool erased = station_twin_erase(&certificate->twin, hal);
    station_certificate_load(certificate, hal);
    return erased;
}
