/* A reader of JSON: recursive, with a bound on how deep. */
#include "sdlc-json.h"

#include <stdlib.h>
#include <string.h>

/* Far deeper than settings are, and far less than the stack holds. */
#define DEEPEST 64

typedef struct {
    sdlc_text text;
    size_t at;
} cursor;

static bool read_value(cursor *cursor, sdlc_json *value, int depth);

static int peek(const cursor *cursor) {
    return cursor->at < cursor->text.len ? cursor->text.ptr[cursor->at] : -1;
}

static void skip_blanks(cursor *cursor) {
    while (peek(cursor) == ' ' || peek(cursor) == '\t' || peek(cursor) == '\n' || peek(cursor) == '\r') cursor->at++;
}

static bool take(cursor *cursor, char character) {
    skip_blanks(cursor);
    if (peek(cursor) != character) return false;
    cursor->at++;
    return true;
}

static bool take_word(cursor *cursor, const char *word) {
    size_t length = strlen(word);
    if (cursor->text.len - cursor->at < length || memcmp(cursor->text.ptr + cursor->at, word, length) != 0) return false;
    cursor->at += length;
    return true;
}

static bool read_unit(cursor *cursor, uint32_t *unit) {
    *unit = 0;
    for (int digit = 0; digit < 4; digit++, cursor->at++) {
        int character = peek(cursor);
        int value = character >= '0' && character <= '9'   ? character - '0'
                    : character >= 'a' && character <= 'f' ? character - 'a' + 10
                    : character >= 'A' && character <= 'F' ? character - 'A' + 10
                                                           : -1;
        if (value < 0) return false;
        *unit = *unit << 4 | (uint32_t)value;
    }
    return true;
}

static void put(sdlc_text *text, uint32_t point) {
    uint8_t *end = text->ptr + text->len;
    if (point < 0x80) {
        end[0] = (uint8_t)point;
        text->len += 1;
    } else if (point < 0x800) {
        end[0] = (uint8_t)(0xc0 | point >> 6);
        end[1] = (uint8_t)(0x80 | (point & 0x3f));
        text->len += 2;
    } else if (point < 0x10000) {
        end[0] = (uint8_t)(0xe0 | point >> 12);
        end[1] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
        end[2] = (uint8_t)(0x80 | (point & 0x3f));
        text->len += 3;
    } else {
        end[0] = (uint8_t)(0xf0 | point >> 18);
        end[1] = (uint8_t)(0x80 | (point >> 12 & 0x3f));
        end[2] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
        end[3] = (uint8_t)(0x80 | (point & 0x3f));
        text->len += 4;
    }
}

static bool read_escape(cursor *cursor, sdlc_text *text) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    int character = peek(cursor);
    cursor->at++;
    const char *known = character > 0 ? strchr(from, character) : NULL;
    if (known != NULL) {
        put(text, (uint8_t)to[known - from]);
        return true;
    }
    uint32_t point, second;
    if (character != 'u' || !read_unit(cursor, &point)) return false;
    if (point >= 0xd800 && point < 0xdc00 && take_word(cursor, "\\u")) {
        if (!read_unit(cursor, &second) || second < 0xdc00 || second > 0xdfff) return false;
        point = 0x10000 + ((point - 0xd800) << 10) + (second - 0xdc00);
    }
    /* Half of a pair is no text. */
    if (point >= 0xd800 && point < 0xe000) return false;
    put(text, point);
    return true;
}

static bool read_string(cursor *cursor, sdlc_text *text) {
    if (!take(cursor, '"')) return false;
    /* What is read is never longer than how it was written. */
    *text = (sdlc_text){sdlc_allocate(cursor->text.len - cursor->at), 0};
    for (;;) {
        int character = peek(cursor);
        if (character < 0x20) return false;
        cursor->at++;
        if (character == '"') return true;
        if (character != '\\') {
            text->ptr[text->len++] = (uint8_t)character;
        } else if (!read_escape(cursor, text)) {
            return false;
        }
    }
}

static bool read_number(cursor *cursor, sdlc_json *value) {
    size_t start = cursor->at;
    while (peek(cursor) >= 0 && strchr("+-.0123456789eE", peek(cursor)) != NULL && peek(cursor) != 0) cursor->at++;
    if (cursor->at == start) return false;
    value->text = sdlc_format("%.*s", SDLC_ARG(sdlc_slice(cursor->text, start, cursor->at)));
    char *end;
    value->number = strtod((const char *)value->text.ptr, &end);
    return *end == 0;
}

static bool read_items(cursor *cursor, sdlc_json *value, int depth, char close) {
    size_t keys = 0;
    if (take(cursor, close)) return true;
    do {
        if (close == '}') {
            sdlc_text key;
            skip_blanks(cursor);
            if (!read_string(cursor, &key) || !take(cursor, ':')) return false;
            *(sdlc_text *)sdlc_add((void **)&value->keys, &keys, sizeof key) = key;
        }
        sdlc_json item;
        if (!read_value(cursor, &item, depth + 1)) return false;
        *(sdlc_json *)sdlc_add((void **)&value->items, &value->count, sizeof item) = item;
    } while (take(cursor, ','));
    return take(cursor, close);
}

static bool read_value(cursor *cursor, sdlc_json *value, int depth) {
    *value = (sdlc_json){0};
    if (depth > DEEPEST) return false;
    skip_blanks(cursor);
    switch (peek(cursor)) {
        case '"':
            value->type = SDLC_JSON_STRING;
            return read_string(cursor, &value->text);
        case '[':
            cursor->at++;
            value->type = SDLC_JSON_LIST;
            return read_items(cursor, value, depth, ']');
        case '{':
            cursor->at++;
            value->type = SDLC_JSON_TABLE;
            return read_items(cursor, value, depth, '}');
        case 't':
        case 'f':
            value->type = SDLC_JSON_FLAG;
            value->flag = peek(cursor) == 't';
            return take_word(cursor, value->flag ? "true" : "false");
        case 'n':
            return take_word(cursor, "null");
        default:
            value->type = SDLC_JSON_NUMBER;
            return read_number(cursor, value);
    }
}

bool sdlc_json_read(sdlc_text text, sdlc_json *value, size_t *at) {
    cursor cursor = {text, 0};
    bool read = read_value(&cursor, value, 0);
    skip_blanks(&cursor);
    *at = cursor.at;
    return read && cursor.at == text.len;
}
