// What a go.mod must and must not have.
package main

import (
	"fmt"

	"sdlc/sdk"
	"sdlc/sdk/filegate"
)

// settings is the plugin's own table of sdlc.toml.
type settings struct {
	MinGo               string            `doc:"Lowest version of the go line."`
	Banned              map[string]string `doc:"Modules, or prefixes of their paths, to what to use instead."`
	AllowPseudoVersions []string          `doc:"Modules that may be required by commit."`
	AllowLocalReplace   []string          `doc:"Modules that may be replaced by a directory."`
}

type policy struct {
	settings
	minGo goVersion
}

func init() {
	filegate.Export(sdlc.Plugin[settings]{
		Info:     sdlc.Info{Name: "gomod-policy", Version: "0.1.0", Summary: "what a go.mod must and must not have"},
		Rules:    rules,
		Defaults: settings{MinGo: "1.22"},
	}, newPolicy)
}

func newPolicy(settings settings) (filegate.Gate, error) {
	var problems sdlc.Problems
	minGo, ok := parseGoVersion(settings.MinGo)
	if !ok {
		message := fmt.Sprintf("`%s` is no version of Go, such as `1.22` or `1.22.3`", settings.MinGo)
		problems = append(problems, sdlc.Problem{Key: "min-go", Message: message})
	}
	problems = append(problems, emptyNames("allow-pseudo-versions", settings.AllowPseudoVersions)...)
	problems = append(problems, emptyNames("allow-local-replace", settings.AllowLocalReplace)...)
	return policy{settings, minGo}, problems.Err()
}

func emptyNames(key string, modules []string) (problems sdlc.Problems) {
	for i, module := range modules {
		if module == "" {
			problems = append(problems, sdlc.Problem{Key: fmt.Sprintf("%s[%d]", key, i), Message: "must not be empty"})
		}
	}
	return problems
}

func (p policy) Select() sdlc.Selection {
	return sdlc.Selection{Check: []string{"**/go.mod"}}
}

func (p policy) Check(file sdlc.SourceFile) (sdlc.Report, error) {
	text, err := file.Text()
	if err != nil {
		return sdlc.Report{}, err
	}
	directives, err := parse(text)
	if err != nil {
		return sdlc.Report{}, err
	}
	return sdlc.Report{Findings: p.judge(file.Path, directives)}, nil
}

// main is never called: the host calls what was exported.
func main() {}
