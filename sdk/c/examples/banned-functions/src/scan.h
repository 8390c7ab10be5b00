/* Where C sources call functions. */
#ifndef SCAN_H
#define SCAN_H

#include "sdlc-file-gate.h"

/* A name that is called; `start` and `end` bound it. */
typedef struct {
    sdlc_text name;
    size_t start;
    size_t end;
} call;

/* Where a scan is; begins as zero. */
typedef struct {
    sdlc_text source;
    size_t at;
    /* What stands before: a byte that is no blank, and whether it ends a name that may be a type. */
    int before;
    bool after_name;
} scan;

/* The next call; false behind the last. */
bool next_call(scan *scan, call *call);

#endif
