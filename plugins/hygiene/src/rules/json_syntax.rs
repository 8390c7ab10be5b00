//! `json-syntax`: a file that is not JSON but should be.
//!
//! Judges as prek's `check-json` does, by [`crate::json`]. Does not take comments or trailing commas, nor NaN.

use sdlc_sdk::{Finding, Severity};

use crate::json;
use crate::rule::{Doc, Id};

pub(crate) const DOC: Doc = Doc {
    id: Id::JsonSyntax,
    name: "json-syntax",
    severity: Severity::Error,
    summary: "a JSON file cannot be read",
    explanation: "\
## What it does
Finds files that are known as JSON by their name and cannot be read, including those with a key that is given twice.

## Why is this bad?
Whatever reads the file fails, often much later; of a key given twice readers silently drop one value.

## Example
```json
{\"a\": 1,}
```

## How to fix
Correct what the message names: `{\"a\": 1}`. A file that is meant to have comments is named `.jsonc` or `.json5`.
",
    tags: &["correctness", "syntax"],
};

/// At most one finding.
pub(crate) fn check(path: &str, content: &[u8], findings: &mut Vec<Finding>) {
    if let Err(error) = json::validate(content) {
        let end = (error.at + 1).min(content.len());
        findings.push(DOC.finding(error.message).at(path, error.at.min(end)..end));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn an_error_is_one_finding_where_it_is() {
        let findings = found("json-syntax", "a.json", b"{\"a\": 1,}");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "expected a key");
        assert_eq!(format!("{:?}", findings[0].location).matches("start: 8, end: 9").count(), 1);
    }

    #[test]
    fn other_files_are_not_asked_to_be_json() {
        assert!(found("json-syntax", "a.txt", b"{").is_empty());
        assert!(found("json-syntax", "a.json5", b"{a: 1}").is_empty());
    }
}
