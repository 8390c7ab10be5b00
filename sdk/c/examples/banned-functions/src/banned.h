/* What is banned by default, and why. */
#ifndef BANNED_H
#define BANNED_H

#include "sdlc-file-gate.h"

typedef struct {
    sdlc_text name;
    sdlc_severity severity;
    /* What to do instead. */
    const char *hint;
} banned_function;

/* The function of this name; null: it is not banned by default. */
const banned_function *banned_by_default(sdlc_text name);

#endif
