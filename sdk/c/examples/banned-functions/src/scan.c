#include "scan.h"

#include <string.h>

static int byte(const scan *scan, size_t ahead) {
    return scan->at + ahead < scan->source.len ? scan->source.ptr[scan->at + ahead] : -1;
}

static bool is_blank(int character) {
    return character == ' ' || (character >= '\t' && character <= '\r');
}

static bool begins_name(int character) {
    /* Compilers take letters of any script, which are all bytes from 0x80 on. */
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character == '_' ||
           character >= 0x80;
}

static bool is_in_name(int character) {
    return begins_name(character) || (character >= '0' && character <= '9');
}

/* Words before a name that make no declaration of it: `return gets(...)` is a call, `char *gets(...)` and `void gets(...)`
 * are not. */
static bool is_statement(sdlc_text word) {
    static const char *const words[] = {"return", "else", "do", "case", "goto", "sizeof", "and", "or", "not"};
    for (size_t at = 0; at < sizeof words / sizeof *words; at++) {
        if (sdlc_same(word, (sdlc_text){(uint8_t *)words[at], strlen(words[at])})) return true;
    }
    return false;
}

/* Skips a literal up to its closing quote; a line end closes it too, unless it is escaped. */
static void skip_literal(scan *scan, int quote) {
    scan->at++;
    while (byte(scan, 0) >= 0 && byte(scan, 0) != quote && byte(scan, 0) != '\n') {
        scan->at += byte(scan, 0) == '\\' && byte(scan, 1) == '\r' ? 3 : byte(scan, 0) == '\\' ? 2 : 1;
    }
    if (scan->at < scan->source.len) scan->at++;
}

/* Skips a raw literal of C++, from its `"`: R"tag( ... )tag". */
static void skip_raw_literal(scan *scan) {
    size_t tag = scan->at + 1, end = tag;
    while (end < scan->source.len && end - tag < 16 && scan->source.ptr[end] != '(') end++;
    sdlc_text close = sdlc_format(")%.*s\"", SDLC_ARG(sdlc_slice(scan->source, tag, end)));
    ptrdiff_t found = sdlc_find(scan->source, close, end);
    scan->at = found < 0 ? scan->source.len : (size_t)found + close.len;
    sdlc_string_free(&close);
}

/* Skips what is no code: blanks, comments, continued lines. */
static bool skip_trivia(scan *scan) {
    if (is_blank(byte(scan, 0))) {
        scan->at++;
    } else if (byte(scan, 0) == '\\' && (byte(scan, 1) == '\n' || byte(scan, 1) == '\r')) {
        scan->at += 2;
    } else if (byte(scan, 0) == '/' && byte(scan, 1) == '*') {
        ptrdiff_t end = sdlc_find(scan->source, (sdlc_text)SDLC_TEXT("*/"), scan->at + 2);
        scan->at = end < 0 ? scan->source.len : (size_t)end + 2;
    } else if (byte(scan, 0) == '/' && byte(scan, 1) == '/') {
        while (byte(scan, 0) >= 0 && byte(scan, 0) != '\n') {
            /* A comment whose line is continued goes on. */
            scan->at += byte(scan, 0) == '\\' && byte(scan, 1) == '\r' ? 3 : byte(scan, 0) == '\\' ? 2 : 1;
        }
    } else {
        return false;
    }
    if (scan->at > scan->source.len) scan->at = scan->source.len;
    return true;
}

/* Reads a name; whether it is called. */
static bool read_name(scan *scan, call *call) {
    call->start = scan->at;
    while (is_in_name(byte(scan, 0))) scan->at++;
    call->end = scan->at;
    call->name = sdlc_slice(scan->source, call->start, call->end);
    bool raw = byte(scan, 0) == '"' && call->name.ptr[call->name.len - 1] == 'R' && call->name.len <= 3;
    if (raw) {
        skip_raw_literal(scan);
        scan->before = '"';
        scan->after_name = false;
        return false;
    }
    bool declared = scan->after_name;
    bool member = scan->before == '.' || scan->before == '>';
    scan->after_name = !is_statement(call->name);
    scan->before = 'a';
    while (skip_trivia(scan)) continue;
    return byte(scan, 0) == '(' && !declared && !member;
}

bool next_call(scan *scan, call *call) {
    while (scan->at < scan->source.len) {
        int character = byte(scan, 0);
        if (skip_trivia(scan)) continue;
        if (begins_name(character)) {
            if (read_name(scan, call)) return true;
            continue;
        }
        if (character == '"' || character == '\'') {
            skip_literal(scan, character);
        } else if (character >= '0' && character <= '9') {
            /* Numbers of C++ hold quotes that open nothing: 1'000. */
            while (is_in_name(byte(scan, 0)) || (byte(scan, 0) == '\'' && is_in_name(byte(scan, 1)))) scan->at++;
        } else {
            scan->at++;
        }
        /* `char *gets(...)` declares, `x * gets(...)` is too rare to tell apart; `->` is told from `>`. */
        bool pointer = character == '*' && scan->after_name;
        bool arrow = character == '>' && scan->before == '-';
        scan->before = character == '>' && !arrow ? ' ' : character;
        scan->after_name = pointer;
    }
    return false;
}
