// Package tools is native programs that sdlc.toml lets the plugin run. No shell is involved.
package tools

import (
	"sdlc/sdk/internal/bindings/sdlc_plugin_tools"
	"sdlc/sdk/internal/convert"
)

// Command is one program to run.
type Command struct {
	// Program is a bare name, as granted.
	Program   string
	Arguments []string
	// Directory is relative to the workspace root; empty: the root.
	Directory string
	Stdin     []byte
}

// Output is what became of it.
type Output struct {
	// Status is nil where a signal or the time limit ended it.
	Status *int32
	Stdout []byte
	Stderr []byte
	// Truncated: the host kept only the first part.
	Truncated bool
	// Duration is milliseconds.
	Duration uint64
}

// Run runs a program; a status that is not zero is no error. Denied where not granted, missing where not installed.
func Run(command Command) (Output, error) {
	output, err := convert.Returned(sdlc_plugin_tools.Run(sdlc_plugin_tools.Command{
		Program:   command.Program,
		Arguments: command.Arguments,
		Directory: convert.Optional(command.Directory),
		Stdin:     command.Stdin,
	}))
	if err != nil {
		return Output{}, err
	}
	return Output{
		Status:    convert.Pointer(output.Status),
		Stdout:    output.Stdout,
		Stderr:    output.Stderr,
		Truncated: output.Truncated,
		Duration:  output.Duration,
	}, nil
}
