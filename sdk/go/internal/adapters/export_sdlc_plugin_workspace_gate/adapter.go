// Package export_sdlc_plugin_workspace_gate is what the bindings call for the interface `workspace-gate`. The SDK sets
// it.
package export_sdlc_plugin_workspace_gate

import (
	"sdlc/sdk/internal/bindings/sdlc_plugin_types"
	"sdlc/sdk/internal/wit/types"
)

var Check func() wit_types.Result[sdlc_plugin_types.Report, sdlc_plugin_types.Error]
