package main

import (
	"strings"

	"sdlc/sdk"
)

// token is a word of a go.mod, and where it stands.
type token struct {
	text       string
	start, end int
}

// directive is a line of a go.mod: `verb arguments...`, whether or not it stands in a block.
type directive struct {
	verb      token
	arguments []token
}

// span is its arguments: in a block, the verb stands elsewhere.
func (d directive) span() (start, end int) {
	return d.arguments[0].start, d.arguments[len(d.arguments)-1].end
}

// parse reads the directives of a go.mod, blocks flattened.
func parse(text string) ([]directive, error) {
	var directives []directive
	var block *token
	for at, line := range sdlc.Lines(text) {
		words, ok := tokens(line, at)
		switch {
		case !ok:
			return nil, sdlc.InvalidInput("a string that does not end, at byte %d", at)
		case len(words) == 0:
		case block != nil && words[0].text == ")":
			block = nil
		case block != nil:
			directives = append(directives, directive{verb: *block, arguments: words})
		case len(words) > 1 && words[1].text == "(":
			block = &words[0]
		case len(words) == 1:
			return nil, sdlc.InvalidInput("`%s` without anything behind it, at byte %d", words[0].text, words[0].start)
		default:
			directives = append(directives, directive{verb: words[0], arguments: words[1:]})
		}
	}
	if block != nil {
		return nil, sdlc.InvalidInput("the block `%s` at byte %d does not end", block.text, block.start)
	}
	return directives, nil
}

// tokens are the words of a line that starts at this byte, up to a comment; false where a string does not end.
func tokens(line string, at int) ([]token, bool) {
	var words []token
	for i := 0; i < len(line); {
		rest := line[i:]
		switch {
		case rest[0] == ' ' || rest[0] == '\t':
			i++
		case strings.HasPrefix(rest, "//"):
			return words, true
		case rest[0] == '"' || rest[0] == '`':
			length := strings.IndexByte(rest[1:], rest[0])
			if length < 0 {
				return nil, false
			}
			words = append(words, token{rest[1 : length+1], at + i, at + i + length + 2})
			i += length + 2
		default:
			length := strings.IndexAny(rest, " \t")
			if length < 0 {
				length = len(rest)
			}
			// A comment may follow without a blank.
			if comment := strings.Index(rest[:length], "//"); comment > 0 {
				length = comment
			}
			words = append(words, token{rest[:length], at + i, at + i + length})
			i += length
		}
	}
	return words, true
}
