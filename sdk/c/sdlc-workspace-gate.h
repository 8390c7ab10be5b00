/* A gate that judges the workspace as a whole, through `sdlc_plugin_workspace_*`, `sdlc_plugin_tools_run` and
 * `sdlc_plugin_load_run` of the bindings, as far as they were granted. */
#ifndef SDLC_WORKSPACE_GATE_H
#define SDLC_WORKSPACE_GATE_H

#include "sdlc-sdk.h"
#include "sdlc-workspace.h"

/* The plugin's: judges the workspace. */
bool sdlc_on_check(sdlc_report *report, sdlc_error *error);

#endif
