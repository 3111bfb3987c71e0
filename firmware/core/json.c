#include "json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

struct station_json station_json_begin(char *text, size_t capacity) {
    return (struct station_json){text, capacity, 0, false, false};
}

static void put(struct station_json *json, const char *text, size_t length) {
    if (json->failed || length > json->capacity - json->length) {
        json->failed = true;
        return;
    }
    memcpy(json->text + json->length, text, length);
    json->length += length;
}

static void put_quoted(struct station_json *json, const char *text) {
    put(json, "\"", 1);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            char escaped[2] = {'\\', *text};
            put(json, escaped, 2);
        } else if (c < 0x20 || c == 0x7F) {
            char escaped[8];
            (void)snprintf(escaped, sizeof escaped, "\\u%04x", c);
            put(json, escaped, 6);
        } else {
            put(json, text, 1);
        }
    }
    put(json, "\"", 1);
}

static void put_key(struct station_json *json, const char *key) {
    if (json->follows) {
        put(json, ",", 1);
    }
    json->follows = true;
    if (key != NULL) {
        put_quoted(json, key);
        put(json, ":", 1);
    }
}

void station_json_open(struct station_json *json, const char *key, char bracket) {
    put_key(json, key);
    put(json, &bracket, 1);
    json->follows = false;
}

void station_json_close(struct station_json *json, char bracket) {
    put(json, &bracket, 1);
    json->follows = true;
}

void station_json_text(struct station_json *json, const char *key, const char *value) {
    put_key(json, key);
    put_quoted(json, value);
}

void station_json_u32(struct station_json *json, const char *key, uint32_t value) {
    char digits[12];
    int length = snprintf(digits, sizeof digits, "%lu", (unsigned long)value);
    put_key(json, key);
    put(json, digits, (size_t)length);
}

void station_json_i32(struct station_json *json, const char *key, int32_t value) {
    char digits[13];
    int length = snprintf(digits, sizeof digits, "%ld", (long)value);
    put_key(json, key);
    put(json, digits, (size_t)length);
}

void station_json_bool(struct station_json *json, const char *key, bool value) {
    put_key(json, key);
    put(json, value ? "true" : "false", value ? 4 : 5);
}

void station_json_float(struct station_json *json, const char *key, float value, int decimals) {
    char digits[48] = "null";
    int length = 4;
    if (isfinite(value) && fabsf(value) < 1e9F) {
        length = snprintf(digits, sizeof digits, "%.*f", decimals, (double)value);
    }
    put_key(json, key);
    put(json, digits, (size_t)length);
}

void station_json_address(struct station_json *json, const char *key, uint32_t value) {
    char text[STATION_ADDRESS_TEXT];
    station_text_address(value, text);
    station_json_text(json, key, text);
}
