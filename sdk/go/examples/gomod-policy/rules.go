package main

import "sdlc/sdk"

var rules = []sdlc.Rule{
	{
		ID:          "local-replace",
		Severity:    sdlc.Failure,
		Summary:     "a module is replaced by a directory",
		Explanation: "The directory is there on one machine only, and `go install` refuses such modules. Use a `go.work` file.",
	},
	{
		ID:          "banned-module",
		Severity:    sdlc.Failure,
		Summary:     "a module that is not to be used",
		Explanation: "The setting `banned` lists what is not to be used, and what to use instead.",
	},
	{
		ID:          "go-version",
		Severity:    sdlc.Warning,
		Summary:     "the version of Go is missing or too low",
		Explanation: "The `go` line decides what the language means. Without one it is Go 1.16.",
	},
	{
		ID:       "pseudo-version",
		Severity: sdlc.Warning,
		Summary:  "a module is required by commit",
		Explanation: "`v0.0.0-20240102030405-abcdef123456` is a commit that nobody released. Ask for a release, or list the " +
			"module in `allow-pseudo-versions`.",
		Tags: []string{"supply-chain"},
	},
}
