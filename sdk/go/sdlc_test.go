package sdlc

import (
	"reflect"
	"testing"
)

type testSettings struct {
	Rules struct {
		Limit uint8
		Modes map[string][]string
	} `doc:"What is checked."`
	MaxLines float64
	Strict   *bool
}

func TestAllProblemsOfSettingsAreReportedByDottedKey(t *testing.T) {
	settings := testSettings{MaxLines: 1}
	problems := ParseSettings(`{"rules": {"limit": 256, "modes": {"a": [1]}}, "max-line": 1, "max-lines": "x"}`, &settings)
	expected := Problems{
		{"max-line", "unknown key; known are `rules`, `max-lines`, `strict`"},
		{"max-lines", "must be a number"},
		{"rules.limit", "must be between 0 and 255"},
		{"rules.modes.a[0]", "must be a string"},
	}
	if !reflect.DeepEqual(problems, expected) {
		t.Error(problems)
	}
	if problems := ParseSettings(`[]`, &settings); problems[0].Message != "must be a table" {
		t.Error(problems)
	}
}

func TestWhatIsNotGivenKeepsItsDefault(t *testing.T) {
	settings := testSettings{MaxLines: 1.5}
	if err := ParseSettings(`{"strict": true, "rules": {"limit": 3}}`, &settings).Err(); err != nil {
		t.Fatal(err)
	}
	if settings.MaxLines != 1.5 || !*settings.Strict || settings.Rules.Limit != 3 {
		t.Error(settings)
	}
}

func TestLinesStartAtBytes(t *testing.T) {
	var starts []int
	for at, line := range Lines("ä\r\n\nb") {
		if line != "ä" && line != "" && line != "b" {
			t.Errorf("%q", line)
		}
		starts = append(starts, at)
	}
	if !reflect.DeepEqual(starts, []int{0, 4, 5}) {
		t.Error(starts)
	}
}

func TestWhatIsNoTextOrNotThereIsAnError(t *testing.T) {
	if _, err := (SourceFile{Content: []byte("ä\xff")}).Text(); err.Error() != "not UTF-8 at byte 2" {
		t.Error(err)
	}
	if _, err := (SourceFile{Size: 9}).Bytes(); err.(*Error).Kind != KindExceeded {
		t.Error(err)
	}
}
