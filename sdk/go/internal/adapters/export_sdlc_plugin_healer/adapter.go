// Package export_sdlc_plugin_healer is what the bindings call for the interface `healer`. The SDK sets it.
package export_sdlc_plugin_healer

import (
	"sdlc/sdk/internal/bindings/sdlc_plugin_healer"
	"sdlc/sdk/internal/bindings/sdlc_plugin_types"
	"sdlc/sdk/internal/wit/types"
)

var Heal func(patient sdlc_plugin_healer.Patient) wit_types.Result[[]sdlc_plugin_healer.Treatment, sdlc_plugin_types.Error]
