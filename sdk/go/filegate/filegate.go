// Package filegate makes a component of a gate that judges one file at a time.
package filegate

import (
	"sdlc/sdk"
	"sdlc/sdk/internal/adapters/export_sdlc_plugin_file_gate"
	"sdlc/sdk/internal/bindings/sdlc_plugin_file_gate"
	"sdlc/sdk/internal/bindings/sdlc_plugin_types"
	_ "sdlc/sdk/internal/bindings/world_file_gate"
	"sdlc/sdk/internal/convert"
	"sdlc/sdk/internal/instance"
	"sdlc/sdk/internal/wit/types"
)

// Gate judges one file at a time, as a pure function.
type Gate interface {
	// Select says which files are wanted.
	Select() sdlc.Selection
	// Check judges one file. What is wrong in a file is a finding, never an error.
	Check(file sdlc.SourceFile) (sdlc.Report, error)
}

// Beginner is a Gate that wants to see the project first.
type Beginner interface {
	// Begin takes the context files and paths. What it returns stands for them when results are kept; nil is all.
	Begin(project sdlc.Project) ([]byte, error)
}

// Export makes a component of a gate, which create makes from its settings; its error should be sdlc.Problems. Call it in
// an init function.
func Export[S any](plugin sdlc.Plugin[S], create func(S) (Gate, error)) {
	slot := instance.Export(plugin, create)
	export_sdlc_plugin_file_gate.Select = func() sdlc_plugin_file_gate.Selection {
		gate, err := slot.Get()
		if err != nil {
			// Nothing is selected before `configure`: the host never asks then.
			return sdlc_plugin_file_gate.Selection{}
		}
		selection := gate.Select()
		return sdlc_plugin_file_gate.Selection{
			Check:    selection.Check,
			Symlinks: selection.Symlinks,
			Context:  selection.Context,
			Paths:    selection.Paths,
		}
	}
	export_sdlc_plugin_file_gate.Begin = func(
		project sdlc_plugin_file_gate.Project,
	) wit_types.Result[wit_types.Option[[]uint8], sdlc_plugin_types.Error] {
		gate, err := slot.Get()
		var digest []byte
		if beginner, ok := gate.(Beginner); ok && err == nil {
			digest, err = beginner.Begin(sdlc.Project{
				Context: convert.All(project.Context, liftFile),
				Paths:   project.Paths,
			})
		}
		return convert.Result(digest, err, func(digest []byte) wit_types.Option[[]uint8] {
			if digest == nil {
				return wit_types.None[[]uint8]()
			}
			return wit_types.Some(digest)
		})
	}
	export_sdlc_plugin_file_gate.Check = func(
		file sdlc_plugin_file_gate.SourceFile,
	) wit_types.Result[sdlc_plugin_types.Report, sdlc_plugin_types.Error] {
		gate, err := slot.Get()
		var report sdlc.Report
		if err == nil {
			report, err = gate.Check(liftFile(file))
		}
		return convert.Result(report, err, convert.LowerReport)
	}
}

func liftFile(file sdlc_plugin_file_gate.SourceFile) sdlc.SourceFile {
	lifted := sdlc.SourceFile{Path: file.Path, Kind: sdlc.FileKind(file.Kind), Size: file.Size}
	if file.Content.IsSome() {
		// Not nil, also where the file is empty: nil says that it is not there.
		lifted.Content = append([]byte{}, file.Content.Some()...)
	}
	return lifted
}
