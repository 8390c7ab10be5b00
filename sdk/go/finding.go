package sdlc

// Severity says how bad a finding is. Whether it fails the run is decided by sdlc.toml.
type Severity uint8

const (
	// Note is worth knowing; it never fails a run unless sdlc.toml asks for it.
	Note Severity = iota
	// Warning is likely wrong.
	Warning
	// Failure is wrong; the contract calls it error.
	Failure
)

// Confidence says how sure the plugin is that a finding is one. The zero value is the usual one.
type Confidence uint8

const (
	// High is right but for rare cases.
	High Confidence = iota
	// Medium is more likely right than not.
	Medium
	// Low is a guess that a person should look at.
	Low
)

// Safety says whether applying a fix can change what the program means.
type Safety uint8

const (
	// Safe keeps the meaning: applied whenever fixes are asked for.
	Safe Safety = iota
	// Unsafe may change the meaning, or lose a comment.
	Unsafe
	// DisplayOnly is for people to read and choose.
	DisplayOnly
)

// Span is a half-open range of bytes in a file, as indexes of a string are.
type Span struct{ Start, End int }

// Position is a point in a text file; both count from 1, columns in runes.
type Position struct{ Line, Column int }

// Location is a place in the workspace: a file, or a part of it as bytes, or from a point to the one behind its last.
type Location struct {
	// Path is relative to the workspace root, with / between its parts.
	Path   string
	Bytes  *Span
	Points *[2]Position
}

// InFile is a file as a whole.
func InFile(path string) *Location {
	return &Location{Path: path}
}

// At is the bytes from start to end of a file.
func At(path string, start, end int) *Location {
	return &Location{Path: path, Bytes: &Span{start, end}}
}

// Related is another place that helps to understand a finding.
type Related struct {
	Location Location
	Message  string
}

// Edit replaces the bytes of Span in Path. Where Start equals End it inserts.
type Edit struct {
	Path        string
	Span        Span
	Replacement string
}

// Fix is edits that belong together, in the order of their spans; the title is imperative.
type Fix struct {
	Title  string
	Safety Safety
	Edits  []Edit
}

// Finding is one thing a gate has to say.
type Finding struct {
	// Rule is its stable name, unique within the plugin.
	Rule       string
	Severity   Severity
	Confidence Confidence
	// Message is one sentence, without the path or the position.
	Message string
	// Location is nil for the workspace as a whole.
	Location *Location
	Related  []Related
	Fixes    []Fix
	// Sensitive text at the location is neither shown nor kept by the host.
	Sensitive bool
}

// Metric is a finite number for conditions such as lines = ">= 80"; a count unless it has a unit.
type Metric struct {
	Name  string
	Value float64
	Unit  string
}

// Report is what a gate found and measured.
type Report struct {
	Findings []Finding
	Metrics  []Metric
}
