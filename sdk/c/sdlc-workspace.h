/* The files under test, read-only, as far as `sdlc.toml` grants: for workspace gates and healers. */
#ifndef SDLC_WORKSPACE_H
#define SDLC_WORKSPACE_H

#include "sdlc-sdk.h"

typedef sdlc_plugin_workspace_list_entry_t sdlc_entries;

/* Paths that match a glob, sorted. Free them with `sdlc_plugin_workspace_list_entry_free`. */
static inline bool sdlc_workspace_files(const char *glob, sdlc_entries *entries, sdlc_error *error) {
    sdlc_text pattern = sdlc_format("%s", glob);
    sdlc_list_string_t globs = {&pattern, 1};
    bool found = sdlc_plugin_workspace_files(&globs, entries, error);
    sdlc_string_free(&pattern);
    return found;
}

/* The content of a file: denied outside the grant, missing where there is none. Free it with `sdlc_string_free`. */
static inline bool sdlc_workspace_read(sdlc_text path, sdlc_text *content, sdlc_error *error) {
    sdlc_list_u8_t bytes;
    if (!sdlc_plugin_workspace_read(&path, &bytes, error)) return false;
    *content = (sdlc_text){bytes.ptr, bytes.len};
    return true;
}

#endif
