//! `toml-syntax`: a file that is not TOML but should be.
//!
//! Reads TOML 1.1 with the parser that prek's `check-toml` reads it with. Does not build values.

use sdlc_sdk::{Finding, Severity};

use crate::rule::{Doc, Id};

pub(crate) const DOC: Doc = Doc {
    id: Id::TomlSyntax,
    name: "toml-syntax",
    severity: Severity::Error,
    summary: "a TOML file cannot be read",
    explanation: "\
## What it does
Finds files that are known as TOML by their name and cannot be read as TOML 1.1, including those with a key that is
given twice.

## Why is this bad?
Whatever reads the file fails, often much later.

## Example
```toml
version = 1.2.3
```

## How to fix
Correct what the message names: `version = \"1.2.3\"`.
",
    tags: &["correctness", "syntax"],
};

/// A finding an error.
pub(crate) fn check(path: &str, content: &[u8], findings: &mut Vec<Finding>) {
    let text = match std::str::from_utf8(content) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            findings.push(DOC.finding("not UTF-8").at(path, at..at + 1));
            return;
        }
    };
    let (_, errors) = toml::de::DeTable::parse_recoverable(text);
    findings.extend(errors.iter().map(|error| {
        let span = error.span().unwrap_or(0..0);
        DOC.finding(error.message().replace('\n', ", ")).at(path, span)
    }));
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[track_caller]
    fn count(content: &[u8]) -> usize {
        found("toml-syntax", "a.toml", content).len()
    }

    #[test]
    fn good_toml_is_no_finding() {
        assert_eq!(count(b"[a]\nb = 1\nc = {d = 2,\n}\n"), 0);
        assert_eq!(count(b""), 0);
    }

    #[test]
    fn each_error_is_a_finding() {
        assert!(count(b"a = 1.2.3\n") > 0);
        assert!(count(b"a = 1\na = 2\n") > 0);
        assert!(count(b"a = '\xFF'\n") > 0);
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        assert!(count(format!("a = {}", "[".repeat(100_000)).as_bytes()) > 0);
    }
}
