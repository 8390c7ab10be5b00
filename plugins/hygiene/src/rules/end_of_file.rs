//! `end-of-file`: a text that does not end with exactly one line end, mended by the fix.
//!
//! [`check`] finds what pre-commit's `end-of-file-fixer` changes. Does not look at anything but the end.

use std::ops::Range;

use sdlc_sdk::{Edit, Finding, Fix, Severity};

use crate::rule::{Doc, Id};

pub(crate) const DOC: Doc = Doc {
    id: Id::EndOfFile,
    name: "end-of-file",
    severity: Severity::Warning,
    summary: "a file ends without a line end, or with several",
    explanation: "\
## What it does
Finds texts that are not empty and do not end with exactly one line end.

## Why is this bad?
A last line without a line end joins with whatever is appended, tools skip or misread it, and the next change of the
file touches that line too. Empty lines at the end are noise.

## Example
```text
last line⏎
⏎
```

## How to fix
`--fix` adds the missing line end, or removes those behind the first. A text of nothing but line ends becomes empty.
",
    tags: &["style", "whitespace"],
};

/// At most one finding.
pub(crate) fn check(path: &str, content: &[u8], findings: &mut Vec<Finding>) {
    let Some(last) = content.last() else { return };
    if !matches!(last, b'\n' | b'\r') {
        let end = content.len();
        let fix = Fix::safe("add a line end", [Edit::replace(path, end..end, "\n")]);
        findings.push(DOC.finding("no line end at the end of the file").at(path, end..end).with_fix(fix));
    } else if let Some(surplus) = surplus(content) {
        let message = if surplus.start == 0 { "nothing but line ends" } else { "empty lines at the end of the file" };
        let fix = Fix::safe("remove the surplus line ends", [Edit::delete(path, surplus.clone())]);
        findings.push(DOC.finding(message).at(path, surplus).with_fix(fix));
    }
}

/// What follows the first of the line ends that a text ends with; all of them where there is nothing else.
fn surplus(content: &[u8]) -> Option<Range<usize>> {
    let kept = content.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r')).map_or(0, |last| {
        let ends = content.get(last + 1..).unwrap_or_default();
        last + 1 + if ends.starts_with(b"\r\n") { 2 } else { 1 }
    });
    (kept < content.len()).then_some(kept..content.len())
}

#[cfg(test)]
mod tests {
    use crate::testing::{assert_fix_is_final, fixed};
    use proptest::prelude::*;

    #[track_caller]
    fn check_fixed(content: &str, expected: &str) {
        assert_eq!(fixed("end-of-file", "a.txt", content.as_bytes()), expected.as_bytes());
    }

    #[test]
    fn a_missing_line_end_is_added() {
        check_fixed("a", "a\n");
        check_fixed("a\r\nb", "a\r\nb\n");
    }

    #[test]
    fn of_several_line_ends_the_first_stays() {
        check_fixed("a\n\n\n", "a\n");
        check_fixed("a\r\n\r\n", "a\r\n");
        check_fixed("a\n\r\n", "a\n");
        check_fixed("a\r\r\n", "a\r");
    }

    #[test]
    fn one_line_end_of_any_kind_is_right() {
        for content in ["a\n", "a\r", "a\r\n", ""] {
            check_fixed(content, content);
        }
    }

    #[test]
    fn nothing_but_line_ends_becomes_empty() {
        check_fixed("\n", "");
        check_fixed("\r\n\n", "");
    }

    proptest! {
        #[test]
        fn a_fixed_text_is_without_findings(content in "[a \r\n]{0,50}") {
            assert_fix_is_final("end-of-file", content.as_bytes());
        }
    }
}
