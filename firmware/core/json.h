// JSON into a fixed buffer. What does not fit is remembered as `failed`, never cut.
#ifndef STATION_JSON_H
#define STATION_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct station_json {
    char *text; // not ended with NUL
    size_t capacity;
    size_t length;
    bool failed;
    bool follows; // a comma is due before the next member
};

struct station_json station_json_begin(char *text, size_t capacity);

// `key` NULL: an element of an array, or the outermost object.
void station_json_open(struct station_json *json, const char *key, char bracket); // '{' or '['
void station_json_close(struct station_json *json, char bracket);
void station_json_text(struct station_json *json, const char *key, const char *value);
void station_json_u32(struct station_json *json, const char *key, uint32_t value);
void station_json_i32(struct station_json *json, const char *key, int32_t value);
void station_json_bool(struct station_json *json, const char *key, bool value);
void station_json_float(struct station_json *json, const char *key, float value, int decimals);
void station_json_address(struct station_json *json, const char *key, uint32_t value);

#endif
