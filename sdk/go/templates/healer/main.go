// Replaces a word that a gate reported, and restarts replicas that do not answer.
package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"sdlc/sdk"
	"sdlc/sdk/healer"
	"sdlc/sdk/workspace"
)

// settings is the plugin's own table of sdlc.toml.
type settings struct {
	Rule        string `doc:"Rule whose findings are healed."`
	Word        string `doc:"Word that is replaced."`
	Replacement string `doc:"What it is replaced by."`
}

type replace struct{ settings }

func init() {
	healer.Export(sdlc.Plugin[settings]{
		Info:     sdlc.Info{Name: "{{name}}", Version: "0.1.0", Summary: "replaces a word that a gate reported"},
		Defaults: settings{Rule: "banned-word", Word: "colour", Replacement: "color"},
	}, newReplace)
}

func newReplace(settings settings) (healer.Healer, error) {
	if settings.Word == "" {
		return nil, sdlc.Problems{{Key: "word", Message: "must not be empty"}}
	}
	return replace{settings}, nil
}

func (r replace) HealFindings(findings []sdlc.Finding) ([]healer.Treatment, error) {
	paths := map[string]bool{}
	for _, finding := range findings {
		if finding.Rule == r.Rule && finding.Location != nil {
			paths[finding.Location.Path] = true
		}
	}
	var treatments []healer.Treatment
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		content, err := workspace.Read(path)
		if err != nil {
			return nil, err
		}
		healed := bytes.ReplaceAll(content, []byte(r.Word), []byte(r.Replacement))
		if !bytes.Equal(healed, content) {
			treatments = append(treatments, healer.Treatment{
				Summary: fmt.Sprintf("replace `%s` by `%s` in `%s`", r.Word, r.Replacement, path),
				Actions: []healer.Action{healer.Write(path, healed)},
			})
		}
	}
	return treatments, nil
}

func (r replace) HealIncident(incident healer.Incident) ([]healer.Treatment, error) {
	if incident.Kind != healer.Unreachable || incident.Replica == "" {
		// For anything else there is nothing to offer.
		return nil, nil
	}
	return []healer.Treatment{{
		Summary: fmt.Sprintf("restart replica `%s` of `%s`", incident.Replica, incident.Service),
		Actions: []healer.Action{healer.RestartReplica(incident.Replica)},
	}}, nil
}

// main is never called: the host calls what was exported.
func main() {}
