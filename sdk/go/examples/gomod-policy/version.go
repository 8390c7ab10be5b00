package main

import (
	"regexp"
	"strconv"
	"strings"
)

// goVersion is that of a go line: major, minor, patch.
type goVersion [3]int

var goVersionForm = regexp.MustCompile(`^(\d+)\.(\d+)(?:\.(\d+)|(?:rc|beta)\d+)?$`)

func parseGoVersion(text string) (version goVersion, ok bool) {
	match := goVersionForm.FindStringSubmatch(text)
	if match == nil {
		return version, false
	}
	for i, digits := range match[1:] {
		// What is not given is zero; what does not fit is more than any minimum.
		version[i], _ = strconv.Atoi(digits)
	}
	return version, true
}

func (v goVersion) less(other goVersion) bool {
	for i := range v {
		if v[i] != other[i] {
			return v[i] < other[i]
		}
	}
	return false
}

// A time and a commit behind a version that need not exist.
var pseudoVersionForm = regexp.MustCompile(`^v\d+\.\d+\.\d+-(?:.+\.)?(?:0\.)?\d{14}-[0-9a-f]{12}(?:\+incompatible)?$`)

func isPseudoVersion(version string) bool {
	return pseudoVersionForm.MatchString(version)
}

// isLocal says whether what a module is replaced by is a directory.
func isLocal(path string) bool {
	for _, prefix := range []string{"./", "../", "/", `.\`, `..\`} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	// A drive of Windows.
	return path == "." || path == ".." || len(path) > 1 && path[1] == ':'
}

// covers says whether a module is the pattern, or lies below it.
func covers(pattern, module string) bool {
	return module == pattern || strings.HasPrefix(module, strings.TrimSuffix(pattern, "/")+"/")
}
