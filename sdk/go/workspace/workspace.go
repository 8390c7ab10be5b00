// Package workspace is the files under test, read-only, as far as sdlc.toml grants. Errors are of the type sdlc.Error.
package workspace

import (
	"sdlc/sdk/internal/bindings/sdlc_plugin_workspace"
	"sdlc/sdk/internal/convert"
)

// Entry is a file that may be read, and its size in bytes.
type Entry = sdlc_plugin_workspace.Entry

// ChangedLines differ from the base revision; both ends count from 1 and are included.
type ChangedLines = sdlc_plugin_workspace.ChangedLines

// Files are the paths that match any of the globs, sorted.
func Files(globs ...string) ([]Entry, error) {
	return convert.Returned(sdlc_plugin_workspace.Files(globs))
}

// Read is the content of a file: denied outside the grant, missing where there is none.
func Read(path string) ([]byte, error) {
	return convert.Returned(sdlc_plugin_workspace.Read(path))
}

// Changes are lines added or changed since the base revision; missing where the run has none.
func Changes() ([]ChangedLines, error) {
	return convert.Returned(sdlc_plugin_workspace.Changes())
}
