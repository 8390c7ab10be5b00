/* Texts, memory, lists. */
#include "sdlc-sdk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *sdlc_allocate(size_t size) {
    void *memory = calloc(1, size > 0 ? size : 1);
    if (memory == NULL) abort();
    return memory;
}

void *sdlc_add(void **items, size_t *count, size_t size) {
    /* The room doubles whenever the number is a power of two, so it need not be kept. */
    if ((*count & (*count - 1)) == 0) {
        *items = realloc(*items, size * (*count > 0 ? *count * 2 : 1));
        if (*items == NULL) abort();
    }
    memset((char *)*items + size * *count, 0, size);
    ++*count;
    return (char *)*items + size * (*count - 1);
}

bool sdlc_same(sdlc_text a, sdlc_text b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

sdlc_text sdlc_slice(sdlc_text text, size_t start, size_t end) {
    return (sdlc_text){text.ptr + start, end - start};
}

ptrdiff_t sdlc_find(sdlc_text text, sdlc_text needle, size_t from) {
    if (needle.len == 0) return from <= text.len ? (ptrdiff_t)from : -1;
    for (size_t at = from; at + needle.len <= text.len; at++) {
        const uint8_t *first = memchr(text.ptr + at, needle.ptr[0], text.len - needle.len + 1 - at);
        if (first == NULL) return -1;
        at = (size_t)(first - text.ptr);
        if (memcmp(first, needle.ptr, needle.len) == 0) return (ptrdiff_t)at;
    }
    return -1;
}

size_t sdlc_valid_up_to(sdlc_text text) {
    size_t at = 0;
    while (at < text.len) {
        uint8_t first = text.ptr[at];
        size_t length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
        if (length == 0 || at + length > text.len) return at;
        for (size_t next = 1; next < length; next++) {
            if ((text.ptr[at + next] & 0xc0) != 0x80) return at;
        }
        /* Longer than need be, half of a pair, or beyond Unicode. */
        uint8_t second = length > 1 ? text.ptr[at + 1] : 0;
        if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
            (first == 0xf4 && second > 0x8f)) {
            return at;
        }
        at += length;
    }
    return at;
}

sdlc_text sdlc_copy(sdlc_text text) {
    /* What is empty has no memory: nobody would free it. */
    sdlc_text copied = {text.len > 0 ? sdlc_allocate(text.len) : NULL, text.len};
    if (text.len > 0) memcpy(copied.ptr, text.ptr, text.len);
    return copied;
}

sdlc_text sdlc_format_list(const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) abort();
    char *text = NULL;
    if (length > 0) {
        text = sdlc_allocate((size_t)length + 1);
        vsnprintf(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    return (sdlc_text){(uint8_t *)text, (size_t)length};
}

sdlc_text sdlc_format(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    sdlc_text text = sdlc_format_list(format, arguments);
    va_end(arguments);
    return text;
}

bool sdlc_fail(sdlc_error *error, sdlc_error_kind kind, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    error->tag = (uint8_t)kind;
    /* All cases of the union are one text. */
    error->val.other = sdlc_format_list(format, arguments);
    va_end(arguments);
    return false;
}

sdlc_finding *sdlc_report_finding(sdlc_report *report, const char *rule, sdlc_severity severity, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    sdlc_finding *finding = &SDLC_ADD(&report->findings);
    finding->rule = sdlc_format("%s", rule);
    finding->severity = (uint8_t)severity;
    finding->confidence = SDLC_HIGH;
    finding->message = sdlc_format_list(format, arguments);
    va_end(arguments);
    return finding;
}

void sdlc_problem(sdlc_problems *problems, const char *key, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    sdlc_text message = sdlc_format_list(format, arguments);
    va_end(arguments);
    exports_sdlc_plugin_plugin_problem_t *problem = &SDLC_ADD(problems);
    problem->key = sdlc_format("%s", key);
    problem->message = message;
}

void sdlc_problem_at(sdlc_problems *problems, const char *key, size_t item, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    sdlc_text message = sdlc_format_list(format, arguments);
    va_end(arguments);
    exports_sdlc_plugin_plugin_problem_t *problem = &SDLC_ADD(problems);
    problem->key = sdlc_format("%s[%zu]", key, item);
    problem->message = message;
}
