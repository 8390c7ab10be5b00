/* Texts, memory, lists. */
#ifndef SDLC_TEXT_H
#define SDLC_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bindings of the world that is built: the build says in which folder they are. */
#include "sdlc.h"

/* A text that is not terminated: `ptr` and `len`. */
typedef sdlc_string_t sdlc_text;

/* A text for `printf`'s `%.*s`. */
#define SDLC_ARG(text) (int)(text).len, ((text).len > 0 ? (const char *)(text).ptr : "")

/* The text of a literal, also as a default of settings. */
#define SDLC_TEXT(literal) {(uint8_t *)(literal), sizeof(literal) - 1}

/* Whether two texts are the same. */
bool sdlc_same(sdlc_text a, sdlc_text b);

/* Where `needle` stands in `text` from byte `from` on; -1: nowhere. */
ptrdiff_t sdlc_find(sdlc_text text, sdlc_text needle, size_t from);

/* The bytes from `start` to `end` of a text. */
sdlc_text sdlc_slice(sdlc_text text, size_t start, size_t end);

/* At which byte a text is no UTF-8; its length where it is. */
size_t sdlc_valid_up_to(sdlc_text text);

/* A new text, made as by `printf`, for fields of records that the host gets: it frees them. */
sdlc_text sdlc_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
sdlc_text sdlc_format_list(const char *format, va_list arguments);

/* A new text with the same bytes, whatever they are. */
sdlc_text sdlc_copy(sdlc_text text);

/* Memory, or a trap where there is none. */
void *sdlc_allocate(size_t size);

/* Makes room for one more item of a list of the bindings, and returns it, zeroed. */
#define SDLC_ADD(list) (*(__typeof__((list)->ptr))sdlc_add((void **)&(list)->ptr, &(list)->len, sizeof *(list)->ptr))
void *sdlc_add(void **items, size_t *count, size_t size);

#endif
