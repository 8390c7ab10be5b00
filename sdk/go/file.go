package sdlc

import (
	"fmt"
	"iter"
	"path"
	"strings"
	"unicode/utf8"
)

// FileKind says what an entry of the tree is, as git tells files apart.
type FileKind uint8

const (
	// Regular is a file.
	Regular FileKind = iota
	// Executable is a file that its owner may execute.
	Executable
	// Symlink has the path that it points to as its content.
	Symlink
	// BrokenSymlink points to nothing.
	BrokenSymlink
)

// SourceFile is an entry of the tree.
type SourceFile struct {
	// Path is relative to the workspace root, with / between its parts.
	Path string
	Kind FileKind
	Size uint64
	// Content is nil where the file is larger than the host hands over.
	Content []byte
}

// Name is the last part of the path.
func (f SourceFile) Name() string {
	return path.Base(f.Path)
}

// Bytes is the whole content.
func (f SourceFile) Bytes() ([]byte, error) {
	if f.Content == nil {
		message := fmt.Sprintf("file of %d bytes is larger than `limits.file-size`", f.Size)
		return nil, &Error{KindExceeded, message + "; hint: raise it, or exclude the file"}
	}
	return f.Content, nil
}

// Text is the whole content as text. Its indexes are the byte offsets that spans are made of.
func (f SourceFile) Text() (string, error) {
	content, err := f.Bytes()
	if err != nil {
		return "", err
	}
	text := string(content)
	if !utf8.ValidString(text) {
		return "", InvalidInput("not UTF-8 at byte %d", validUpTo(text))
	}
	return text, nil
}

func validUpTo(text string) int {
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if r == utf8.RuneError && size < 2 {
			return at
		}
		at += size
	}
	return len(text)
}

// Lines goes through the lines of a text, each with the byte offset of its start and without its line end.
func Lines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		at := 0
		for line := range strings.Lines(text) {
			if !yield(at, strings.TrimRight(line, "\r\n")) {
				return
			}
			at += len(line)
		}
	}
}

// Project is what a gate knows before the first file.
type Project struct {
	// Context holds the files that Selection.Context asked for, by path.
	Context []SourceFile
	// Paths are all of the workspace, sorted; empty unless asked for.
	Paths []string
}

// Selection says which files a gate wants, as globs relative to the workspace root.
type Selection struct {
	Check []string
	// Symlinks says whether Check is called for symbolic links too.
	Symlinks bool
	// Context is small files that Begin gets.
	Context []string
	// Paths says whether Begin gets the list of all paths.
	Paths bool
}
