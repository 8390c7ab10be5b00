package main

import (
	"fmt"
	"maps"
	"slices"

	"sdlc/sdk"
)

// judge goes through the directives in the order of the file.
func (p policy) judge(path string, directives []directive) []sdlc.Finding {
	var findings []sdlc.Finding
	report := func(rule string, severity sdlc.Severity, at directive, format string, arguments ...any) {
		start, end := at.span()
		findings = append(findings, sdlc.Finding{
			Rule:     rule,
			Severity: severity,
			Message:  fmt.Sprintf(format, arguments...),
			Location: sdlc.At(path, start, end),
		})
	}
	hasGo := false
	for _, directive := range directives {
		module := directive.arguments[0].text
		switch directive.verb.text {
		case "go":
			hasGo = true
			if version, ok := parseGoVersion(module); !ok || version.less(p.minGo) {
				report("go-version", sdlc.Warning, directive, "go `%s` is below `%s`", module, p.MinGo)
			}
		case "require":
			if instead, banned := p.bans(module); banned {
				report("banned-module", sdlc.Failure, directive, "`%s` is not to be used; hint: %s", module, instead)
			}
			if len(directive.arguments) > 1 && isPseudoVersion(directive.arguments[1].text) &&
				!anyCovers(p.AllowPseudoVersions, module) {
				report("pseudo-version", sdlc.Warning, directive, "`%s` is required by commit; hint: ask for a release", module)
			}
		case "replace":
			arrow := slices.IndexFunc(directive.arguments, func(word token) bool { return word.text == "=>" })
			if arrow < 0 || arrow+1 >= len(directive.arguments) {
				continue
			}
			by := directive.arguments[arrow+1].text
			if instead, banned := p.bans(by); banned {
				report("banned-module", sdlc.Failure, directive, "`%s` is not to be used; hint: %s", by, instead)
			}
			if isLocal(by) && !anyCovers(p.AllowLocalReplace, module) {
				report("local-replace", sdlc.Failure, directive,
					"`%s` is replaced by the directory `%s`; hint: use a `go.work` file", module, by)
			}
		}
	}
	if !hasGo {
		findings = append(findings, sdlc.Finding{
			Rule:     "go-version",
			Severity: sdlc.Warning,
			Message:  fmt.Sprintf("there is no `go` line; hint: add `go %s`", p.MinGo),
			Location: sdlc.InFile(path),
		})
	}
	return findings
}

// bans says whether a module is banned, and what to use instead.
func (p policy) bans(module string) (instead string, banned bool) {
	for _, pattern := range slices.Sorted(maps.Keys(p.Banned)) {
		if covers(pattern, module) {
			return p.Banned[pattern], true
		}
	}
	return "", false
}

func anyCovers(patterns []string, module string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return covers(pattern, module) })
}
