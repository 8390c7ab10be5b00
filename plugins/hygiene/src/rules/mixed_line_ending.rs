//! `mixed-line-ending`: a text with line ends of more than one kind, which the fix makes one.
//!
//! [`check`] finds what pre-commit's `mixed-line-ending` changes under `--fix=auto`. Does not judge texts with a NUL,
//! nor say which kind of line end is right.

use std::ops::Range;

use sdlc_sdk::{Edit, Finding, Fix, Severity};

use crate::rule::{Doc, Id};

pub(crate) const DOC: Doc = Doc {
    id: Id::MixedLineEnding,
    name: "mixed-line-ending",
    severity: Severity::Warning,
    summary: "a file has line ends of several kinds",
    explanation: "\
## What it does
Finds texts in which some lines end with LF, and others with CRLF or CR.

## Why is this bad?
Editors and git convert such files as a whole, so that a small change becomes one of all lines; scripts and parsers
take the stray carriage return for a part of the line.

## Example
```text
first␍␊
second␊
```

## How to fix
`--fix` converts all to the most common kind; of two equally common ones LF goes before CRLF, and that before CR.
",
    tags: &["style", "whitespace"],
};

/// In the order in which a tie is broken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    Lf,
    CrLf,
    Cr,
}

impl LineEnd {
    const ALL: [Self; 3] = [Self::Lf, Self::CrLf, Self::Cr];

    const fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::CrLf => "CRLF",
            Self::Cr => "CR",
        }
    }
}

/// At most one finding, at the first line end that differs from the most common kind.
pub(crate) fn check(path: &str, content: &[u8], findings: &mut Vec<Finding>) {
    let counts = LineEnd::ALL.map(|kind| (kind, line_ends(content).filter(|(_, end)| *end == kind).count()));
    if counts.iter().filter(|(_, count)| *count > 0).count() < 2 || memchr::memchr(0, content).is_some() {
        return;
    }
    // The first of the maxima, as `max_by_key` gives the last.
    let Some((common, _)) = counts.iter().rev().max_by_key(|(_, count)| *count).copied() else { return };
    let edits = edits(path, content, common);
    let Some(first) = line_ends(content).find(|(_, end)| *end != common) else { return };
    let found = counts.iter().filter(|(_, count)| *count > 0).map(|(kind, count)| format!("{count} {}", kind.name()));
    let message = format!("mixed line ends: {}", found.collect::<Vec<_>>().join(", "));
    let fix = Fix::safe(format!("convert all to {}", common.name()), edits);
    findings.push(DOC.finding(message).at(path, first.0).with_fix(fix));
}

/// Also ends the last line, as pre-commit's fixer does.
fn edits(path: &str, content: &[u8], target: LineEnd) -> Vec<Edit> {
    let others = line_ends(content).filter(|(_, end)| *end != target);
    let mut edits: Vec<_> = others.map(|(range, _)| Edit::replace(path, range, target.text())).collect();
    if !content.ends_with(b"\n") && !content.ends_with(b"\r") {
        edits.push(Edit::replace(path, content.len()..content.len(), target.text()));
    }
    edits
}

fn line_ends(content: &[u8]) -> impl Iterator<Item = (Range<usize>, LineEnd)> {
    memchr::memchr2_iter(b'\r', b'\n', content).filter_map(|at| {
        let before = at.checked_sub(1).and_then(|before| content.get(before));
        match (content.get(at), content.get(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => Some((at..at + 2, LineEnd::CrLf)),
            (Some(b'\r'), _) => Some((at..at + 1, LineEnd::Cr)),
            _ if before == Some(&b'\r') => None,
            _ => Some((at..at + 1, LineEnd::Lf)),
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{assert_fix_is_final, fixed};
    use proptest::prelude::*;

    #[track_caller]
    fn check_fixed(content: &str, expected: &str) {
        assert_eq!(fixed("mixed-line-ending", "a.txt", content.as_bytes()), expected.as_bytes());
    }

    #[test]
    fn the_most_common_kind_wins() {
        check_fixed("a\r\nb\r\nc\n", "a\r\nb\r\nc\r\n");
        check_fixed("a\rb\rc\n", "a\rb\rc\r");
    }

    #[test]
    fn of_equally_common_kinds_lf_wins_then_crlf() {
        check_fixed("a\r\nb\n", "a\nb\n");
        check_fixed("a\r\nb\r", "a\r\nb\r\n");
    }

    #[test]
    fn the_last_line_gets_an_end_too() {
        check_fixed("a\r\nb\r\nc\nd", "a\r\nb\r\nc\r\nd\r\n");
    }

    #[test]
    fn one_kind_alone_or_a_nul_is_no_finding() {
        for content in ["a\r\nb\r\n", "a\rb\r", "a\r\nb\n\0"] {
            check_fixed(content, content);
        }
    }

    proptest! {
        #[test]
        fn a_fixed_text_is_without_findings(content in "[a\r\n]{0,50}") {
            assert_fix_is_final("mixed-line-ending", content.as_bytes());
        }
    }
}
