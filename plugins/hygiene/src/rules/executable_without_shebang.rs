//! `executable-without-shebang`: a text that may be run but does not say by what.
//!
//! Does not judge whether the shebang names a program that exists.

use sdlc_sdk::{Finding, Severity};

use crate::rule::{Doc, Id};

pub(crate) const DOC: Doc = Doc {
    id: Id::ExecutableWithoutShebang,
    name: "executable-without-shebang",
    severity: Severity::Warning,
    summary: "an executable text has no shebang",
    explanation: "\
## What it does
Finds texts that are executable and do not start with `#!`.

## Why is this bad?
The system does not know what to run them with, and mostly takes the shell for it. Most often the bit is an accident,
such as a copy from a file system that knows no permissions.

## Example
`-rwxr-xr-x README.md`

## How to fix
`chmod -x` and commit, or add a line such as `#!/usr/bin/env python3`.
",
    tags: &["correctness", "permissions"],
};

/// At most one finding, for a text that is executable.
pub(crate) fn check(path: &str, content: &[u8], findings: &mut Vec<Finding>) {
    if !content.starts_with(b"#!") {
        findings.push(DOC.finding("executable, but without a shebang").in_file(path));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, found_in_executable};

    #[test]
    fn an_executable_text_needs_a_shebang() {
        assert_eq!(found_in_executable("executable-without-shebang", "run", b"echo\n").len(), 1);
        assert_eq!(found_in_executable("executable-without-shebang", "run", b"").len(), 1);
        assert!(found_in_executable("executable-without-shebang", "run", b"#!/bin/sh\n").is_empty());
    }

    #[test]
    fn a_binary_or_a_plain_file_needs_none() {
        assert!(found_in_executable("executable-without-shebang", "run", b"\x7fELF\0").is_empty());
        assert!(found("executable-without-shebang", "run", b"echo\n").is_empty());
    }
}
