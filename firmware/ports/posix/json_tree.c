#include "json_tree.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 16 };

struct reader {
    const char *at;
    int depth;
};

static struct json *read_value(struct reader *reader);

static void skip_space(struct reader *reader) {
    while (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\n' ||
           *reader->at == '\r') {
        reader->at++;
    }
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The code unit after `\u`; -1 when it is none.
static long read_unit(struct reader *reader) {
    long unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(reader->at[0]);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
        reader->at++;
    }
    return unit;
}

static char *put_utf8(char *to, unsigned long code) {
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xC0 | (code >> 6));
        *to++ = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | (code >> 12));
        *to++ = (char)(0x80 | ((code >> 6) & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    } else {
        *to++ = (char)(0xF0 | (code >> 18));
        *to++ = (char)(0x80 | ((code >> 12) & 0x3F));
        *to++ = (char)(0x80 | ((code >> 6) & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    }
    return to;
}

static char *read_escape(struct reader *reader, char *to) {
    static const char NAMES[] = "\"\\/bfnrt";
    static const char MEANT[] = "\"\\/\b\f\n\r\t";
    char c = *reader->at++;
    if (c != 'u') {
        const char *found = c == '\0' ? NULL : strchr(NAMES, c);
        if (found == NULL) {
            return NULL;
        }
        *to++ = MEANT[found - NAMES];
        return to;
    }
    long unit = read_unit(reader);
    if (unit >= 0xD800 && unit < 0xDC00 && reader->at[0] == '\\' && reader->at[1] == 'u') {
        reader->at += 2;
        long low = read_unit(reader);
        unit = low < 0 ? -1 : 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    return unit <= 0 ? NULL : put_utf8(to, (unsigned long)unit);
}

// The text after an opening quote; NULL when it does not end.
static char *read_string(struct reader *reader) {
    char *text = malloc(strlen(reader->at) + 1); // escapes only ever shrink
    char *to = text;
    while (text != NULL && *reader->at != '"') {
        if (*reader->at == '\0') {
            to = NULL;
        } else if (*reader->at == '\\') {
            reader->at++;
            to = read_escape(reader, to);
        } else {
            *to++ = *reader->at++;
        }
        if (to == NULL) {
            free(text);
            return NULL;
        }
    }
    if (text != NULL) {
        reader->at++;
        *to = '\0';
    }
    return text;
}

static bool read_name(struct reader *reader, char **name) {
    skip_space(reader);
    if (*reader->at != '"') {
        return false;
    }
    reader->at++;
    *name = read_string(reader);
    skip_space(reader);
    return *name != NULL && *reader->at++ == ':';
}

// Members up to the closing sign; false when they do not end well.
static bool read_members(struct reader *reader, struct json *parent) {
    bool object = parent->kind == JSON_OBJECT;
    char end = object ? '}' : ']';
    struct json **place = &parent->first;
    skip_space(reader);
    if (*reader->at == end) {
        reader->at++;
        return true;
    }
    for (;;) {
        char *name = NULL;
        if (object && !read_name(reader, &name)) {
            free(name);
            return false;
        }
        struct json *member = read_value(reader);
        if (member == NULL) {
            free(name);
            return false;
        }
        member->name = name;
        *place = member;
        place = &member->next;
        skip_space(reader);
        char sign = *reader->at;
        if (sign != ',' && sign != end) {
            return false;
        }
        reader->at++;
        if (sign == end) {
            return true;
        }
    }
}

static bool read_word(struct reader *reader, const char *word) {
    size_t length = strlen(word);
    if (strncmp(reader->at, word, length) != 0) {
        return false;
    }
    reader->at += length;
    return true;
}

static bool read_into(struct reader *reader, struct json *value) {
    char first = *reader->at;
    if (first == '{' || first == '[') {
        reader->at++;
        value->kind = first == '{' ? JSON_OBJECT : JSON_ARRAY;
        return read_members(reader, value);
    }
    if (first == '"') {
        reader->at++;
        value->kind = JSON_STRING;
        value->string = read_string(reader);
        return value->string != NULL;
    }
    if (first == 't' || first == 'f') {
        value->kind = JSON_BOOL;
        value->truth = first == 't';
        return read_word(reader, first == 't' ? "true" : "false");
    }
    if (first == 'n') {
        return read_word(reader, "null");
    }
    char *end = NULL;
    value->kind = JSON_NUMBER;
    value->number = strtod(reader->at, &end);
    bool read = end != reader->at;
    reader->at = end;
    return read;
}

static struct json *read_value(struct reader *reader) {
    struct json *value = calloc(1, sizeof *value);
    skip_space(reader);
    if (value == NULL || reader->depth >= DEEPEST) {
        free(value);
        return NULL;
    }
    reader->depth++;
    bool read = read_into(reader, value);
    reader->depth--;
    if (!read) {
        json_free(value);
        return NULL;
    }
    return value;
}

struct json *json_parse(const char *text) {
    struct reader reader = {.at = text, .depth = 0};
    struct json *value = read_value(&reader);
    skip_space(&reader);
    if (value != NULL && *reader.at != '\0') {
        json_free(value);
        return NULL;
    }
    return value;
}

void json_free(struct json *value) {
    while (value != NULL) {
        struct json *next = value->next;
        json_free(value->first);
        free(value->name);
        free(value->string);
        free(value);
        value = next;
    }
}

const struct json *json_member(const struct json *object, const char *name) {
    for (const struct json *it = object->first; it != NULL; it = it->next) {
        if (it->name != NULL && strcmp(it->name, name) == 0) {
            return it;
        }
    }
    return NULL;
}

const char *json_text(const struct json *object, const char *name) {
    const struct json *member = json_member(object, name);
    return member != NULL && member->kind == JSON_STRING ? member->string : "";
}

void json_put_string(FILE *to, const char *text) {
    fputc('"', to);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            fputc('\\', to);
            fputc(c, to);
        } else if (c < 0x20) {
            fprintf(to, "\\u%04x", c);
        } else {
            fputc(c, to);
        }
    }
    fputc('"', to);
}
