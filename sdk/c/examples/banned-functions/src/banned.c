#include "banned.h"

static const banned_function functions[] = {
    {SDLC_TEXT("gets"), SDLC_ERROR, "use `fgets`"},
    {SDLC_TEXT("strcpy"), SDLC_ERROR, "use `snprintf`, or `memcpy` with a length that was checked"},
    {SDLC_TEXT("stpcpy"), SDLC_ERROR, "use `snprintf`, or `memcpy` with a length that was checked"},
    {SDLC_TEXT("strcat"), SDLC_ERROR, "use `snprintf`"},
    {SDLC_TEXT("sprintf"), SDLC_ERROR, "use `snprintf`"},
    {SDLC_TEXT("vsprintf"), SDLC_ERROR, "use `vsnprintf`"},
    {SDLC_TEXT("wcscpy"), SDLC_ERROR, "use `swprintf`, or `wmemcpy` with a length that was checked"},
    {SDLC_TEXT("wcscat"), SDLC_ERROR, "use `swprintf`"},
    {SDLC_TEXT("strncpy"), SDLC_WARNING, "it may leave out the terminator; use `snprintf`"},
    {SDLC_TEXT("strncat"), SDLC_WARNING, "its size is of what is appended; use `snprintf`"},
    {SDLC_TEXT("strtok"), SDLC_WARNING, "it keeps its state between threads; use `strtok_r`"},
    {SDLC_TEXT("tmpnam"), SDLC_ERROR, "somebody else may make the file first; use `mkstemp`"},
    {SDLC_TEXT("tempnam"), SDLC_ERROR, "somebody else may make the file first; use `mkstemp`"},
    {SDLC_TEXT("mktemp"), SDLC_ERROR, "somebody else may make the file first; use `mkstemp`"},
    {SDLC_TEXT("alloca"), SDLC_WARNING, "it may overrun the stack; use `malloc`"},
};

const banned_function *banned_by_default(sdlc_text name) {
    for (size_t at = 0; at < sizeof functions / sizeof *functions; at++) {
        if (sdlc_same(functions[at].name, name)) return &functions[at];
    }
    return NULL;
}
