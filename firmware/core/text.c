#include "text.h"

#include <stdio.h>
#include <string.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int hex_value(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void station_text_copy(char *to, size_t capacity, const char *from) {
    size_t length = strlen(from);
    if (length >= capacity) {
        length = capacity - 1;
    }
    memmove(to, from, length);
    to[length] = '\0';
}

void station_text_hex(const uint8_t *bytes, size_t count, char *text) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * count] = '\0';
}

bool station_text_parse_hex(const char *text, uint8_t *bytes, size_t count) {
    if (strlen(text) != 2 * count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        int high = hex_value(text[2 * i]);
        int low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

void station_text_address(uint32_t address, char text[STATION_ADDRESS_TEXT]) {
    text[0] = '\0';
    if (address != 0) {
        (void)snprintf(text, STATION_ADDRESS_TEXT, "%u.%u.%u.%u", (unsigned)(address >> 24),
                       (unsigned)(address >> 16 & 255), (unsigned)(address >> 8 & 255),
                       (unsigned)(address & 255));
    }
}

bool station_text_parse_address(const char *text, uint32_t *address) {
    uint32_t parsed = 0;
    for (int octet = 0; octet < 4; octet++) {
        uint32_t value = 0;
        int digits = 0;
        while (is_digit(*text) && digits < 3) {
            value = value * 10 + (uint32_t)(*text++ - '0');
            digits++;
        }
        char expected = octet < 3 ? '.' : '\0';
        if (digits == 0 || value > 255 || *text != expected) {
            return false;
        }
        text += octet < 3;
        parsed = parsed << 8 | value;
    }
    *address = parsed;
    return true;
}

void station_text_mac(const uint8_t mac[6], char text[STATION_MAC_TEXT]) {
    (void)snprintf(text, STATION_MAC_TEXT, "%02X:%02X:%02X:%02X:%02X:%02X", mac[0], mac[1], mac[2],
                   mac[3], mac[4], mac[5]);
}

bool station_text_parse_u32(const char *text, uint32_t *value) {
    uint64_t parsed = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (!is_digit(*text)) {
            return false;
        }
        parsed = parsed * 10 + (uint64_t)(*text - '0');
        if (parsed > UINT32_MAX) {
            return false;
        }
    }
    *value = (uint32_t)parsed;
    return true;
}

bool station_text_parse_i32(const char *text, int32_t *value) {
    bool negative = *text == '-';
    uint32_t magnitude = 0;
    if (!station_text_parse_u32(text + negative, &magnitude) || magnitude > INT32_MAX) {
        return false;
    }
    *value = negative ? -(int32_t)magnitude : (int32_t)magnitude;
    return true;
}

bool station_text_parse_float(const char *text, float *value) {
    bool negative = *text == '-';
    text += negative;
    double parsed = 0;
    double step = 0; // 0 before the point
    int digits = 0;
    for (; *text != '\0'; text++) {
        if (*text == '.' && step == 0 && digits > 0) {
            step = 1;
        } else if (is_digit(*text) && digits < 15) {
            digits++;
            step /= 10;
            parsed = step == 0 ? parsed * 10 + (*text - '0') : parsed + step * (*text - '0');
        } else {
            return false;
        }
    }
    *value = (float)(negative ? -parsed : parsed);
    return digits > 0;
}

bool station_text_is_host(const char *text) {
    size_t length = 0;
    for (; text[length] != '\0'; length++) {
        char c = text[length];
        if (!is_letter(c) && !is_digit(c) && c != '_' && c != '-') {
            return false;
        }
    }
    return length >= 1 && length <= 31;
}

bool station_text_is_base(const char *text) {
    char previous = '/';
    for (; *text != '\0'; text++) {
        if (*text == '+' || *text == '#' || (*text == '/' && previous == '/') ||
            (unsigned char)*text < 0x20) {
            return false;
        }
        previous = *text;
    }
    return previous != '/';
}

// Bytes of the sequence that begins with `lead`, 0 when none does.
static size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return 3;
    }
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

// The second byte excludes overlong forms, surrogates and what is beyond U+10FFFF.
static bool second_fits(unsigned char lead, unsigned char second) {
    switch (lead) {
    case 0xE0:
        return second >= 0xA0;
    case 0xED:
        return second <= 0x9F;
    case 0xF0:
        return second >= 0x90;
    case 0xF4:
        return second <= 0x8F;
    default:
        return true;
    }
}

bool station_text_is_utf8(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    while (*at != 0) {
        size_t length = sequence_length(*at);
        if (length == 0 || (length > 1 && !second_fits(at[0], at[1]))) {
            return false;
        }
        for (size_t i = 1; i < length; i++) {
            if ((at[i] & 0xC0) != 0x80) { // also ends at the NUL
                return false;
            }
        }
        at += length;
    }
    return true;
}
