// Text forms of values: hex, dotted addresses, host names, numbers.
#ifndef STATION_TEXT_H
#define STATION_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STATION_ADDRESS_TEXT = 16, STATION_MAC_TEXT = 18 };

void station_text_copy(char *to, size_t capacity, const char *from);   // cut to fit, always ended
void station_text_hex(const uint8_t *bytes, size_t count, char *text); // lower case
bool station_text_parse_hex(const char *text, uint8_t *bytes, size_t count);  // exactly `count`
void station_text_address(uint32_t address, char text[STATION_ADDRESS_TEXT]); // "" for 0
bool station_text_parse_address(const char *text, uint32_t *address);
void station_text_mac(const uint8_t mac[6], char text[STATION_MAC_TEXT]);
bool station_text_parse_u32(const char *text, uint32_t *value);
bool station_text_parse_i32(const char *text, int32_t *value);
bool station_text_parse_float(const char *text, float *value); // plain decimals, no exponent

// 1 to 31 characters of A-Z a-z 0-9 _ -
bool station_text_is_host(const char *text);
// One or more levels, none empty, no wildcard, no leading slash.
bool station_text_is_base(const char *text);

bool station_text_is_utf8(const char *text);

#endif
