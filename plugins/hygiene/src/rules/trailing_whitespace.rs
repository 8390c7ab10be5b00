//! `trailing-whitespace`: blanks at the ends of lines, removed by the fix.
//!
//! [`check`] finds what pre-commit's `trailing-whitespace` trims: ASCII white space before a line feed or the end, one
//! carriage return before either being part of the line end. Does not trim Markdown's hard line breaks where asked.

use sdlc_sdk::{Edit, Finding, Fix, Severity};

use crate::rule::{Doc, Id};

pub(crate) const DOC: Doc = Doc {
    id: Id::TrailingWhitespace,
    name: "trailing-whitespace",
    severity: Severity::Warning,
    summary: "a line ends with blanks",
    explanation: "\
## What it does
Finds spaces, tabs and form feeds between the last visible character of a line and its end.

## Why is this bad?
Nobody sees them, editors remove them at random, and so they turn up as noise in diffs and merges.

## Example
```text
key = 1␠␠
```

## How to fix
`--fix` removes them. In Markdown two blanks break a line; list the extensions in which they are to stay:
`markdown-linebreak-ext = [\"md\"]`, or `[\"*\"]` for all files.
",
    tags: &["style", "whitespace"],
};

/// A finding a line.
pub(crate) fn check(path: &str, content: &[u8], markdown: bool, findings: &mut Vec<Finding>) {
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', content).chain([content.len()]) {
        let line = content.get(start..end).unwrap_or_default();
        if let Some((from, to)) = blanks(line, markdown) {
            let range = start + from..start + to;
            let fix = Fix::safe("remove the blanks", [Edit::delete(path, range.clone())]);
            findings.push(DOC.finding("blanks at the end of the line").at(path, range).with_fix(fix));
        }
        start = end + 1;
    }
}

/// Where the blanks of a line start and end. The line is without its line feed.
fn blanks(line: &[u8], markdown: bool) -> Option<(usize, usize)> {
    let mut body = line.strip_suffix(b"\r").unwrap_or(line);
    if !body.last()?.is_ascii_whitespace() {
        return None;
    }
    if markdown && !body.trim_ascii().is_empty() {
        body = body.strip_suffix(b"  ").unwrap_or(body);
    }
    let kept = body.trim_ascii_end().len();
    (kept < body.len()).then_some((kept, body.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_fix_is_final, fixed};
    use proptest::prelude::*;

    #[track_caller]
    fn check_fixed(content: &str, expected: &str) {
        assert_eq!(fixed("trailing-whitespace", "a.txt", content.as_bytes()), expected.as_bytes());
    }

    #[test]
    fn blanks_go_and_line_ends_stay() {
        check_fixed("a \t\nb\x0c\r\nc\r", "a\nb\r\nc\r");
    }

    #[test]
    fn of_several_carriage_returns_one_belongs_to_the_line_end() {
        check_fixed("a\r\r\n", "a\r\n");
        check_fixed("a\r\r", "a\r");
    }

    #[test]
    fn a_vertical_tab_is_no_blank() {
        check_fixed("a\x0b\n", "a\x0b\n");
    }

    #[test]
    fn a_line_of_blanks_becomes_empty() {
        check_fixed(" \n \n ", "\n\n");
    }

    #[test]
    fn a_hard_line_break_of_markdown_stays() {
        assert_eq!(blanks(b"a  ", true), None);
        assert_eq!(blanks(b"a \t  ", true), Some((1, 3)));
        assert_eq!(blanks(b"   ", true), Some((0, 3)));
        assert_eq!(blanks(b"a  \r", true), None);
    }

    proptest! {
        #[test]
        fn a_fixed_text_is_without_findings(content in "[a \t\r\n\x0b\x0c]{0,200}") {
            assert_fix_is_final("trailing-whitespace", content.as_bytes());
        }
    }
}
