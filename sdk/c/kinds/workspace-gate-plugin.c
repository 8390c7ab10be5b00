/* The interface `workspace-gate`. */
#include "sdlc-workspace-gate.h"

#include <string.h>

bool exports_sdlc_plugin_workspace_gate_check(sdlc_report *report, sdlc_error *error) {
    memset(report, 0, sizeof *report);
    bool checked = sdlc_on_check(report, error);
    if (!checked) sdlc_plugin_types_report_free(report);
    return checked;
}
