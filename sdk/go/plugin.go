package sdlc

// Info is what a plugin says of itself; the schema of its settings is added by the SDK.
type Info struct {
	// Name is in kebab-case.
	Name string
	// Version is a semantic version.
	Version string
	// Summary is one line.
	Summary  string
	Homepage string
}

// Rule is what one rule is about, for `sdlc explain`.
type Rule struct {
	ID string
	// Name is as ID unless given.
	Name     string
	Severity Severity
	// Summary is one line.
	Summary string
	// Explanation is Markdown.
	Explanation string
	Help        string
	Tags        []string
	// SecuritySeverity is 0 to 10, as CVSS counts; zero: not about security.
	SecuritySeverity float64
}

// Plugin is who a plugin is. S is the struct of its settings: see ParseSettings.
type Plugin[S any] struct {
	Info  Info
	Rules []Rule
	// Defaults holds where a key is not given.
	Defaults S
}
