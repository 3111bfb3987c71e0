// Stub: what the C library of ESP-IDF has and others may not.
#ifndef NEWLIB_H
#define NEWLIB_H
#include <stddef.h>
size_t strlcpy(char *to, const char *from, size_t capacity);
size_t strlcat(char *to, const char *from, size_t capacity);
#endif
