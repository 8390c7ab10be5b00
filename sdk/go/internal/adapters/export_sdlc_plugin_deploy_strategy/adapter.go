// Package export_sdlc_plugin_deploy_strategy is what the bindings call for the interface `deploy-strategy`. The SDK sets
// it.
package export_sdlc_plugin_deploy_strategy

import (
	"sdlc/sdk/internal/bindings/sdlc_plugin_deploy_strategy"
	"sdlc/sdk/internal/bindings/sdlc_plugin_types"
	"sdlc/sdk/internal/wit/types"
)

var Next func(rollout sdlc_plugin_deploy_strategy.Rollout) wit_types.Result[sdlc_plugin_deploy_strategy.Decision, sdlc_plugin_types.Error]
