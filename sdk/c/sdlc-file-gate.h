/* A gate that judges one file at a time, as a pure function. */
#ifndef SDLC_FILE_GATE_H
#define SDLC_FILE_GATE_H

#include "sdlc-sdk.h"

typedef exports_sdlc_plugin_file_gate_source_file_t sdlc_file;
typedef exports_sdlc_plugin_file_gate_selection_t sdlc_selection;
typedef exports_sdlc_plugin_file_gate_project_t sdlc_project;

/* Adds a glob to the files to check, relative to the workspace root. */
void sdlc_select(sdlc_selection *selection, const char *glob);

/* The content of a file as bytes; false, and an error, where it is larger than the host hands over. */
bool sdlc_file_bytes(const sdlc_file *file, sdlc_text *bytes, sdlc_error *error);

/* The content of a file as text; false, and an error, also where it is not UTF-8. */
bool sdlc_file_text(const sdlc_file *file, sdlc_text *text, sdlc_error *error);

/* The plugin's: which files are wanted. */
void sdlc_on_select(sdlc_selection *selection);

/* The plugin's: judges one file. */
bool sdlc_on_check(const sdlc_file *file, sdlc_report *report, sdlc_error *error);

/* The plugin's, if it wants to: takes the context files and paths. */
bool sdlc_on_begin(const sdlc_project *project, sdlc_error *error);

#endif
