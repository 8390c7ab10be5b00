/* JSON, as far as settings need it. */
#ifndef SDLC_JSON_H
#define SDLC_JSON_H

#include "sdlc-text.h"

typedef enum { SDLC_JSON_NULL, SDLC_JSON_FLAG, SDLC_JSON_NUMBER, SDLC_JSON_STRING, SDLC_JSON_LIST, SDLC_JSON_TABLE } sdlc_json_type;

typedef struct sdlc_json sdlc_json;
struct sdlc_json {
    sdlc_json_type type;
    bool flag;
    double number;
    /* Of a string its text, of a number its digits. */
    sdlc_text text;
    /* Of a list its items, of a table its values; `keys` has as many. */
    sdlc_json *items;
    size_t count;
    sdlc_text *keys;
};

/* Reads a whole text; false, and at which byte, where it is no JSON. What it allocates is never freed: settings live as
 * long as the instance. */
bool sdlc_json_read(sdlc_text text, sdlc_json *value, size_t *at);

#endif
