package sdlc

import (
	"fmt"
	"strings"
)

// ErrorKind says why a plugin could not do its work.
type ErrorKind uint8

const (
	// KindInvalidInput cannot be processed, such as a truncated coverage report.
	KindInvalidInput ErrorKind = iota
	// KindMissing is something that the plugin needs; the text says how to get it.
	KindMissing
	// KindDenied was refused by the host; the text names the grant that would allow it.
	KindDenied
	// KindExceeded is a limit of the host; the text names the setting that would raise it.
	KindExceeded
	// KindOther is anything else, and what errors of other types become.
	KindOther
)

// Error says that the plugin could not do its work. What is wrong in a file is a finding, never an error. The host's own
// refusals are of this type, too.
type Error struct {
	Kind    ErrorKind
	Message string
}

func (e *Error) Error() string {
	return e.Message
}

// InvalidInput is the error of input that cannot be processed.
func InvalidInput(format string, arguments ...any) error {
	return &Error{KindInvalidInput, fmt.Sprintf(format, arguments...)}
}

// Missing is the error of something that is needed and absent.
func Missing(format string, arguments ...any) error {
	return &Error{KindMissing, fmt.Sprintf(format, arguments...)}
}

// Problem is one thing wrong with the settings: the dotted path of the key, such as rules.select, and what is wrong.
type Problem struct{ Key, Message string }

// Problems is everything that is wrong with the settings, at once: the error of a plugin that cannot be made with them.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Key + ": " + problem.Message
	}
	return strings.Join(lines, "; ")
}

// Err is nil where there are no problems.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}
