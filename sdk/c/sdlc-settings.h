/* From the JSON that the host hands over to a plugin's struct of settings; every problem names its key.
 *
 *     static struct { sdlc_texts words; uint64_t most; } settings = { .most = 10 };
 *     static const sdlc_field fields[] = {
 *         {"words", SDLC_TEXTS, &settings.words, "Words that are reported."},
 *         {"most", SDLC_INTEGER, &settings.most, "Most of them."},
 *     };
 */
#ifndef SDLC_SETTINGS_H
#define SDLC_SETTINGS_H

#include "sdlc-text.h"

typedef exports_sdlc_plugin_plugin_list_problem_t sdlc_problems;

/* Lists of settings. */
typedef struct {
    sdlc_text *items;
    size_t count;
} sdlc_texts;

typedef struct {
    uint64_t *items;
    size_t count;
} sdlc_integers;

/* What a key holds, and what its field is. */
typedef enum {
    SDLC_STRING,   /* sdlc_text */
    SDLC_TEXTS,    /* sdlc_texts */
    SDLC_FLAG,     /* bool */
    SDLC_INTEGER,  /* uint64_t: not negative */
    SDLC_INTEGERS, /* sdlc_integers */
    SDLC_NUMBER    /* double */
} sdlc_type;

typedef struct {
    /* Kebab-case. */
    const char *key;
    sdlc_type type;
    void *into;
    /* A line for editors. */
    const char *summary;
} sdlc_field;

/* Adds a problem with the key at this dotted path, such as `words[1]`. */
void sdlc_problem(sdlc_problems *problems, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for an item of a list. */
void sdlc_problem_at(sdlc_problems *problems, const char *key, size_t item, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Reads settings into their fields. */
void sdlc_settings_read(const sdlc_field *fields, size_t count, sdlc_text json, sdlc_problems *problems);

/* JSON Schema of the fields. */
sdlc_text sdlc_settings_schema(const sdlc_field *fields, size_t count);

#endif
