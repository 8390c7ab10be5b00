// Package export_sdlc_plugin_plugin is what the bindings call for the interface `plugin`. The SDK sets it.
package export_sdlc_plugin_plugin

import (
	"sdlc/sdk/internal/bindings/sdlc_plugin_plugin"
	"sdlc/sdk/internal/wit/types"
)

var (
	Describe  func() sdlc_plugin_plugin.Info
	Rules     func(ids []string) []sdlc_plugin_plugin.Rule
	Configure func(settings string) wit_types.Result[wit_types.Unit, []sdlc_plugin_plugin.Problem]
)
