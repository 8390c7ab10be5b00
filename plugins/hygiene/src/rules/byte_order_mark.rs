//! `byte-order-mark`: a text that opens with the mark of UTF-8, which the fix removes.
//!
//! Does not look for the marks of UTF-16 and UTF-32, which those texts need.

use sdlc_sdk::{Edit, Finding, Fix, Severity};

use crate::rule::{Doc, Id};

const MARK: &[u8] = b"\xEF\xBB\xBF";

pub(crate) const DOC: Doc = Doc {
    id: Id::ByteOrderMark,
    name: "byte-order-mark",
    severity: Severity::Warning,
    summary: "a file opens with the byte order mark of UTF-8",
    explanation: "\
## What it does
Finds texts that open with the bytes `EF BB BF`.

## Why is this bad?
UTF-8 has no byte order, so the mark says nothing; shebangs, parsers and concatenated files break on it, invisibly.

## Example
A script whose first bytes are `EF BB BF 23 21` is not run by its shebang.

## How to fix
`--fix` removes the three bytes.
",
    tags: &["style", "encoding"],
};

/// At most one finding.
pub(crate) fn check(path: &str, content: &[u8], findings: &mut Vec<Finding>) {
    if content.starts_with(MARK) {
        let fix = Fix::safe("remove the byte order mark", [Edit::delete(path, 0..MARK.len())]);
        findings.push(DOC.finding("byte order mark of UTF-8").at(path, 0..MARK.len()).with_fix(fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::fixed;

    #[test]
    fn the_mark_goes_and_only_once() {
        assert_eq!(fixed("byte-order-mark", "a.txt", b"\xEF\xBB\xBFa"), b"a");
        assert_eq!(fixed("byte-order-mark", "a.txt", b"\xEF\xBB\xBF\xEF\xBB\xBF"), b"\xEF\xBB\xBF");
        assert_eq!(fixed("byte-order-mark", "a.txt", b"\xEF\xBB"), b"\xEF\xBB");
    }
}
