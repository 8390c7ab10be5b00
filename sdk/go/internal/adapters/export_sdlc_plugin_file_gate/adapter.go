// Package export_sdlc_plugin_file_gate is what the bindings call for the interface `file-gate`. The SDK sets it.
package export_sdlc_plugin_file_gate

import (
	"sdlc/sdk/internal/bindings/sdlc_plugin_file_gate"
	"sdlc/sdk/internal/bindings/sdlc_plugin_types"
	"sdlc/sdk/internal/wit/types"
)

var (
	Select func() sdlc_plugin_file_gate.Selection
	Begin  func(project sdlc_plugin_file_gate.Project) wit_types.Result[wit_types.Option[[]uint8], sdlc_plugin_types.Error]
	Check  func(file sdlc_plugin_file_gate.SourceFile) wit_types.Result[sdlc_plugin_types.Report, sdlc_plugin_types.Error]
)
