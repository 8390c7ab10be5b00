/* Settings: from JSON to the fields of a plugin's struct, and their schema. */
#include "sdlc-settings.h"

#include "sdlc-json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool read_integer(const sdlc_json *value, uint64_t *integer) {
    if (value->type != SDLC_JSON_NUMBER || value->text.ptr[0] == '-' || strpbrk((const char *)value->text.ptr, ".eE")) {
        return false;
    }
    errno = 0;
    *integer = strtoull((const char *)value->text.ptr, NULL, 10);
    return errno == 0;
}

static void read_list(const sdlc_field *field, const sdlc_json *value, sdlc_problems *problems) {
    if (value->type != SDLC_JSON_LIST) {
        sdlc_problem(problems, field->key, "must be a list");
        return;
    }
    bool texts = field->type == SDLC_TEXTS;
    void *items = sdlc_allocate(value->count * (texts ? sizeof(sdlc_text) : sizeof(uint64_t)));
    for (size_t at = 0; at < value->count; at++) {
        const sdlc_json *item = &value->items[at];
        if (texts && item->type == SDLC_JSON_STRING) {
            ((sdlc_text *)items)[at] = item->text;
        } else if (texts) {
            sdlc_problem_at(problems, field->key, at, "must be a string");
        } else if (!read_integer(item, (uint64_t *)items + at)) {
            sdlc_problem_at(problems, field->key, at, "must be an integer, and not negative");
        }
    }
    if (texts) {
        *(sdlc_texts *)field->into = (sdlc_texts){items, value->count};
    } else {
        *(sdlc_integers *)field->into = (sdlc_integers){items, value->count};
    }
}

static void read_field(const sdlc_field *field, const sdlc_json *value, sdlc_problems *problems) {
    switch (field->type) {
        case SDLC_STRING:
            if (value->type == SDLC_JSON_STRING) {
                *(sdlc_text *)field->into = value->text;
            } else {
                sdlc_problem(problems, field->key, "must be a string");
            }
            break;
        case SDLC_FLAG:
            if (value->type == SDLC_JSON_FLAG) {
                *(bool *)field->into = value->flag;
            } else {
                sdlc_problem(problems, field->key, "must be true or false");
            }
            break;
        case SDLC_INTEGER:
            if (!read_integer(value, field->into)) {
                sdlc_problem(problems, field->key, "must be an integer, and not negative");
            }
            break;
        case SDLC_NUMBER:
            if (value->type == SDLC_JSON_NUMBER) {
                *(double *)field->into = value->number;
            } else {
                sdlc_problem(problems, field->key, "must be a number");
            }
            break;
        case SDLC_TEXTS:
        case SDLC_INTEGERS:
            read_list(field, value, problems);
            break;
    }
}

/* What is known, as a list for people. */
static sdlc_text known(const sdlc_field *fields, size_t count) {
    sdlc_text list = sdlc_format(count > 0 ? "known are" : "no settings are known");
    for (size_t at = 0; at < count; at++) {
        sdlc_text longer = sdlc_format("%.*s%s `%s`", SDLC_ARG(list), at > 0 ? "," : "", fields[at].key);
        sdlc_string_free(&list);
        list = longer;
    }
    return list;
}

void sdlc_settings_read(const sdlc_field *fields, size_t count, sdlc_text json, sdlc_problems *problems) {
    sdlc_json table;
    size_t at;
    if (!sdlc_json_read(json, &table, &at)) {
        sdlc_problem(problems, "", "no JSON at byte %zu", at);
        return;
    }
    if (table.type != SDLC_JSON_TABLE) {
        sdlc_problem(problems, "", "must be a table");
        return;
    }
    for (size_t key = 0; key < table.count; key++) {
        const sdlc_field *field = NULL;
        for (size_t each = 0; each < count && field == NULL; each++) {
            sdlc_text name = {(uint8_t *)fields[each].key, strlen(fields[each].key)};
            if (sdlc_same(name, table.keys[key])) field = &fields[each];
        }
        if (field != NULL) {
            read_field(field, &table.items[key], problems);
            continue;
        }
        sdlc_text name = sdlc_format("%.*s", SDLC_ARG(table.keys[key]));
        sdlc_text list = known(fields, count);
        sdlc_problem(problems, name.len > 0 ? (const char *)name.ptr : "", "unknown key; %.*s", SDLC_ARG(list));
        sdlc_string_free(&list);
        sdlc_string_free(&name);
    }
}

/* A literal of JSON. Keys and summaries are the plugin's own: quotes and backslashes are all that they may hold. */
static sdlc_text quoted(const char *text) {
    char *literal = sdlc_allocate(2 * strlen(text) + 3), *end = literal;
    *end++ = '"';
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\') *end++ = '\\';
        *end++ = *text;
    }
    *end++ = '"';
    return (sdlc_text){(uint8_t *)literal, (size_t)(end - literal)};
}

sdlc_text sdlc_settings_schema(const sdlc_field *fields, size_t count) {
    static const char *const types[] = {
        [SDLC_STRING] = "\"type\":\"string\"",
        [SDLC_TEXTS] = "\"type\":\"array\",\"items\":{\"type\":\"string\"}",
        [SDLC_FLAG] = "\"type\":\"boolean\"",
        [SDLC_INTEGER] = "\"type\":\"integer\",\"minimum\":0",
        [SDLC_INTEGERS] = "\"type\":\"array\",\"items\":{\"type\":\"integer\",\"minimum\":0}",
        [SDLC_NUMBER] = "\"type\":\"number\"",
    };
    sdlc_text properties = {NULL, 0};
    for (size_t at = 0; at < count; at++) {
        sdlc_text key = quoted(fields[at].key), summary = quoted(fields[at].summary);
        sdlc_text longer =
            sdlc_format("%.*s%s%.*s:{%s,\"description\":%.*s}", SDLC_ARG(properties), at > 0 ? "," : "", SDLC_ARG(key),
                        types[fields[at].type], SDLC_ARG(summary));
        sdlc_string_free(&key);
        sdlc_string_free(&summary);
        sdlc_string_free(&properties);
        properties = longer;
    }
    sdlc_text schema =
        sdlc_format("{\"type\":\"object\",\"properties\":{%.*s},\"additionalProperties\":false}", SDLC_ARG(properties));
    sdlc_string_free(&properties);
    return schema;
}
