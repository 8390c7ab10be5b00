package main

import (
	"testing"

	"sdlc/sdk"
)

func check(t *testing.T, settings settings, text string, expected ...string) {
	t.Helper()
	gate, err := newPolicy(settings)
	if err != nil {
		t.Fatal(err)
	}
	report, err := gate.Check(sdlc.SourceFile{Path: "go.mod", Content: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) != len(expected) {
		t.Fatal(report.Findings)
	}
	for i, finding := range report.Findings {
		found := finding.Rule
		if span := finding.Location.Bytes; span != nil {
			found += " " + text[span.Start:span.End]
		}
		if found != expected[i] {
			t.Errorf("%q, expected %q", found, expected[i])
		}
	}
}

func TestBlocksAndCommentsAreRead(t *testing.T) {
	text := "module m\ngo 1.21 // ä\nreplace (\n\ta v1.0.0 => ../a// why\n\tb => c v1.0.0\n)\n"
	check(t, settings{MinGo: "1.22"}, text, "go-version 1.21", "local-replace a v1.0.0 => ../a")
}

func TestAMissingGoLineIsAboutTheFile(t *testing.T) {
	check(t, settings{MinGo: "1.22"}, "module \"m\"\n", "go-version")
}

func TestPseudoVersions(t *testing.T) {
	for version, expected := range map[string]bool{
		"v0.0.0-20240102030405-abcdef123456":                true,
		"v1.2.4-0.20240102030405-abcdef123456":              true,
		"v1.2.3-rc.1.0.20240102030405-abcdef123456":         true,
		"v2.0.1-0.20240102030405-abcdef123456+incompatible": true,
		"v1.2.3":      false,
		"v1.2.3-rc.1": false,
	} {
		if isPseudoVersion(version) != expected {
			t.Error(version)
		}
	}
}

func TestWhatIsNoGoModIsAnError(t *testing.T) {
	for _, text := range []string{"require (\n", "module\n", "module \"m\n"} {
		if _, err := parse(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
