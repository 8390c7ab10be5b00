// Package workspacegate makes a component of a gate that judges the workspace as a whole.
package workspacegate

import (
	"sdlc/sdk"
	"sdlc/sdk/internal/adapters/export_sdlc_plugin_workspace_gate"
	"sdlc/sdk/internal/bindings/sdlc_plugin_types"
	_ "sdlc/sdk/internal/bindings/world_workspace_gate"
	"sdlc/sdk/internal/convert"
	"sdlc/sdk/internal/instance"
	"sdlc/sdk/internal/wit/types"
)

// Gate judges the workspace, through the packages workspace, tools and load, as far as they were granted.
type Gate interface {
	Check() (sdlc.Report, error)
}

// Export makes a component of a gate, which create makes from its settings; its error should be sdlc.Problems. Call it in
// an init function.
func Export[S any](plugin sdlc.Plugin[S], create func(S) (Gate, error)) {
	slot := instance.Export(plugin, create)
	export_sdlc_plugin_workspace_gate.Check = func() wit_types.Result[sdlc_plugin_types.Report, sdlc_plugin_types.Error] {
		gate, err := slot.Get()
		var report sdlc.Report
		if err == nil {
			report, err = gate.Check()
		}
		return convert.Result(report, err, convert.LowerReport)
	}
}
