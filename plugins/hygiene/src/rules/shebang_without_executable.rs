//! `shebang-without-executable`: a script that says what runs it, but may not be run.
//!
//! Does not look at executable files: `executable-without-shebang` does.

use sdlc_sdk::{Finding, Severity};

use crate::rule::{Doc, Id};

const SHEBANG: &[u8] = b"#!";

pub(crate) const DOC: Doc = Doc {
    id: Id::ShebangWithoutExecutable,
    name: "shebang-without-executable",
    severity: Severity::Warning,
    summary: "a text with a shebang is not executable",
    explanation: "\
## What it does
Finds texts that start with `#!` and are not executable.

## Why is this bad?
A script that is meant to be run as `./script` fails with *permission denied*; one that is not needs no shebang.

## Example
`-rw-r--r-- deploy.sh`, with `#!/bin/bash` as its first line.

## How to fix
`chmod +x` and commit (`git add --chmod=+x` on Windows), or remove the line.
",
    tags: &["correctness", "permissions"],
};

/// At most one finding, for a text that is not executable.
pub(crate) fn check(path: &str, content: &[u8], findings: &mut Vec<Finding>) {
    if content.starts_with(SHEBANG) {
        findings.push(DOC.finding("shebang, but not executable").at(path, 0..SHEBANG.len()));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, found_in_executable};

    #[test]
    fn a_script_has_to_be_executable() {
        assert_eq!(found("shebang-without-executable", "run.sh", b"#!/bin/sh\r\n").len(), 1);
        assert!(found_in_executable("shebang-without-executable", "run.sh", b"#!/bin/sh\n").is_empty());
    }

    #[test]
    fn behind_a_byte_order_mark_it_is_no_shebang() {
        assert!(found("shebang-without-executable", "run.sh", b"\xEF\xBB\xBF#!/bin/sh\n").is_empty());
    }
}
