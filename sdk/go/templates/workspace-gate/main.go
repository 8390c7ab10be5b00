// Looks for files that every repository should have.
package main

import (
	"fmt"

	"sdlc/sdk"
	"sdlc/sdk/workspace"
	"sdlc/sdk/workspacegate"
)

// settings is the plugin's own table of sdlc.toml.
type settings struct {
	Required []string `doc:"Paths of files that must be there."`
}

type required struct{ settings settings }

func init() {
	workspacegate.Export(sdlc.Plugin[settings]{
		Info:     sdlc.Info{Name: "{{name}}", Version: "0.1.0", Summary: "looks for files that should be there"},
		Rules:    []sdlc.Rule{{ID: "missing-file", Severity: sdlc.Failure, Summary: "a required file is not there"}},
		Defaults: settings{Required: []string{"README.md"}},
	}, newRequired)
}

func newRequired(settings settings) (workspacegate.Gate, error) {
	if len(settings.Required) == 0 {
		return nil, sdlc.Problems{{Key: "required", Message: "must name a file"}}
	}
	return required{settings}, nil
}

func (r required) Check() (sdlc.Report, error) {
	files, err := workspace.Files("**")
	if err != nil {
		return sdlc.Report{}, err
	}
	there := map[string]bool{}
	for _, file := range files {
		there[file.Path] = true
	}
	report := sdlc.Report{Metrics: []sdlc.Metric{{Name: "tracked-files", Value: float64(len(files))}}}
	for _, path := range r.settings.Required {
		if !there[path] {
			report.Findings = append(report.Findings, sdlc.Finding{
				Rule:     "missing-file",
				Severity: sdlc.Failure,
				Message:  fmt.Sprintf("`%s` is not there", path),
			})
		}
	}
	return report, nil
}

// main is never called: the host calls what was exported.
func main() {}
