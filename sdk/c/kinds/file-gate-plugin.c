/* The interface `file-gate`. */
#include "sdlc-file-gate.h"

#include <string.h>

void sdlc_select(sdlc_selection *selection, const char *glob) {
    SDLC_ADD(&selection->check) = sdlc_format("%s", glob);
}

bool sdlc_file_bytes(const sdlc_file *file, sdlc_text *bytes, sdlc_error *error) {
    if (!file->content.is_some) {
        return sdlc_fail(error, SDLC_EXCEEDED,
                         "file of %llu bytes is larger than `limits.file-size`; hint: raise it, or exclude the file",
                         (unsigned long long)file->size);
    }
    *bytes = (sdlc_text){file->content.val.ptr, file->content.val.len};
    return true;
}

bool sdlc_file_text(const sdlc_file *file, sdlc_text *text, sdlc_error *error) {
    if (!sdlc_file_bytes(file, text, error)) return false;
    size_t valid = sdlc_valid_up_to(*text);
    return valid == text->len || sdlc_fail(error, SDLC_INVALID_INPUT, "not UTF-8 at byte %zu", valid);
}

__attribute__((weak)) bool sdlc_on_begin(const sdlc_project *project, sdlc_error *error) {
    (void)project;
    (void)error;
    return true;
}

void exports_sdlc_plugin_file_gate_select(sdlc_selection *selection) {
    memset(selection, 0, sizeof *selection);
    sdlc_on_select(selection);
}

bool exports_sdlc_plugin_file_gate_begin(sdlc_project *project, sdlc_option_list_u8_t *digest, sdlc_error *error) {
    /* Results depend on the whole project. */
    digest->is_some = false;
    bool begun = sdlc_on_begin(project, error);
    exports_sdlc_plugin_file_gate_project_free(project);
    return begun;
}

bool exports_sdlc_plugin_file_gate_check(sdlc_file *file, sdlc_report *report, sdlc_error *error) {
    memset(report, 0, sizeof *report);
    bool checked = sdlc_on_check(file, report, error);
    if (!checked) sdlc_plugin_types_report_free(report);
    exports_sdlc_plugin_file_gate_source_file_free(file);
    return checked;
}
