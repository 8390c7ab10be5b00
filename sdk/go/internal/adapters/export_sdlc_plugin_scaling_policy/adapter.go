// Package export_sdlc_plugin_scaling_policy is what the bindings call for the interface `scaling-policy`. The SDK sets
// it.
package export_sdlc_plugin_scaling_policy

import (
	"sdlc/sdk/internal/bindings/sdlc_plugin_scaling_policy"
	"sdlc/sdk/internal/bindings/sdlc_plugin_types"
	"sdlc/sdk/internal/wit/types"
)

var Decide func(observation sdlc_plugin_scaling_policy.Observation) wit_types.Result[sdlc_plugin_scaling_policy.Decision, sdlc_plugin_types.Error]
