// Finds words that should not be there.
package main

import (
	"fmt"
	"strings"

	"sdlc/sdk"
	"sdlc/sdk/filegate"
)

// settings is the plugin's own table of sdlc.toml.
type settings struct {
	Words []string `doc:"Words that are reported."`
}

type words struct{ settings settings }

func init() {
	filegate.Export(sdlc.Plugin[settings]{
		Info: sdlc.Info{Name: "{{name}}", Version: "0.1.0", Summary: "finds words that should not be there"},
		Rules: []sdlc.Rule{{
			ID:          "banned-word",
			Severity:    sdlc.Warning,
			Summary:     "a word that should not be there",
			Explanation: "The setting `words` lists what is reported.",
		}},
		Defaults: settings{Words: []string{"FIXME"}},
	}, newWords)
}

func newWords(settings settings) (filegate.Gate, error) {
	var problems sdlc.Problems
	for i, word := range settings.Words {
		if word == "" {
			problems = append(problems, sdlc.Problem{Key: fmt.Sprintf("words[%d]", i), Message: "must not be empty"})
		}
	}
	return words{settings}, problems.Err()
}

func (w words) Select() sdlc.Selection {
	return sdlc.Selection{Check: []string{"**/*.{md,txt}"}}
}

func (w words) Check(file sdlc.SourceFile) (sdlc.Report, error) {
	text, err := file.Text()
	if err != nil {
		return sdlc.Report{}, err
	}
	var report sdlc.Report
	for _, word := range w.settings.Words {
		for at := 0; ; {
			found := strings.Index(text[at:], word)
			if found < 0 {
				break
			}
			start := at + found
			at = start + len(word)
			report.Findings = append(report.Findings, sdlc.Finding{
				Rule:     "banned-word",
				Severity: sdlc.Warning,
				Message:  fmt.Sprintf("`%s` should not be here", word),
				Location: sdlc.At(file.Path, start, at),
			})
		}
	}
	return report, nil
}

// main is never called: the host calls what was exported.
func main() {}
