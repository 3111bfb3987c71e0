// As much of JSON as the unit list and the answers need.
#ifndef POSIX_JSON_TREE_H
#define POSIX_JSON_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

// A value and, in arrays and objects, its members as a chain.
struct json {
    enum json_kind kind;
    char *name; // in an object
    bool truth;
    double number;
    char *string;
    struct json *first;
    struct json *next;
};

// NULL for what is no JSON text, or nested deeper than 16. To be given back by json_free.
struct json *json_parse(const char *text);
void json_free(struct json *value);

// The member of this name, or NULL.
const struct json *json_member(const struct json *object, const char *name);
// The text of a member, "" when there is none.
const char *json_text(const struct json *object, const char *name);

// Write a text with its quotes; bytes that are no UTF-8 are the caller's business.
void json_put_string(FILE *to, const char *text);

#endif
