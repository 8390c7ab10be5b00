//! `merge-conflict`: markers that a merge left behind.
//!
//! [`check`] finds the markers that prek's `check-merge-conflict` finds during a merge, at any time. Does not take the
//! underlines of reStructuredText for markers: `=======` counts between an opening and a closing one alone.

use sdlc_sdk::{Finding, Severity};

use crate::rule::{Doc, Id};

const OPENING: &[u8] = b"<<<<<<< ";
const ANCESTOR: &[u8] = b"||||||| ";
const SEPARATORS: [&[u8]; 3] = [b"======= ", b"=======\r\n", b"=======\n"];
const CLOSING: &[u8] = b">>>>>>> ";
/// All markers are as long, but for what follows them.
const LENGTH: usize = 7;

pub(crate) const DOC: Doc = Doc {
    id: Id::MergeConflict,
    name: "merge-conflict",
    severity: Severity::Error,
    summary: "a conflict marker of a merge",
    explanation: "\
## What it does
Finds lines that start with `<<<<<<< ` or `>>>>>>> `, and between them those that start with `||||||| ` or `=======`.

## Why is this bad?
Both sides of an unresolved conflict are in the file: it does not mean what either side meant, and seldom parses.

## Example
```text
<<<<<<< HEAD
limit = 10
=======
limit = 20
>>>>>>> feature
```

## How to fix
Choose one side, or write what both wanted, and remove the markers.
",
    tags: &["correctness", "git"],
};

/// A finding a marker.
pub(crate) fn check(path: &str, content: &[u8], findings: &mut Vec<Finding>) {
    let mut inside = false;
    for start in std::iter::once(0).chain(memchr::memchr_iter(b'\n', content).map(|end| end + 1)) {
        let line = content.get(start..).unwrap_or_default();
        let Some(first) = line.first().filter(|first| b"<|=>".contains(first)) else { continue };
        let found = match first {
            b'<' => line.starts_with(OPENING),
            b'|' => inside && line.starts_with(ANCESTOR),
            b'=' => inside && SEPARATORS.iter().any(|separator| line.starts_with(separator)),
            _ => line.starts_with(CLOSING),
        };
        if found {
            inside = (inside || *first == b'<') && *first != b'>';
            findings.push(DOC.finding("conflict marker of a merge").at(path, start..start + LENGTH));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[track_caller]
    fn count(content: &str) -> usize {
        found("merge-conflict", "a.rst", content.as_bytes()).len()
    }

    #[test]
    fn every_marker_of_a_conflict_is_found() {
        assert_eq!(count("<<<<<<< HEAD\na\n||||||| base\nb\n=======\r\nc\n>>>>>>> x\n"), 4);
    }

    #[test]
    fn an_underline_of_restructuredtext_is_none() {
        assert_eq!(count("Heading\n=======\n"), 0);
        assert_eq!(count("<<<<<<< a\n>>>>>>> b\nHeading\n=======\n"), 2);
    }

    #[test]
    fn a_lone_opening_or_closing_marker_is_found() {
        assert_eq!(count("a\n<<<<<<< HEAD\n"), 1);
        assert_eq!(count(">>>>>>> x"), 1);
    }

    #[test]
    fn a_marker_inside_a_line_or_of_another_length_is_none() {
        assert_eq!(count(" <<<<<<< HEAD\n<<<<<<<< a\n>>>>>>>\n"), 0);
    }
}
