//! `large-file`: a file that is larger than a repository should take.
//!
//! [`check`] compares as prek's `check-added-large-files --enforce-all` does, in whole KiB rounded up. Does not read
//! the content, and does not know of Git LFS.

use sdlc_sdk::{Finding, Severity};

use crate::rule::{Doc, Id};

pub(crate) const DOC: Doc = Doc {
    id: Id::LargeFile,
    name: "large-file",
    severity: Severity::Warning,
    summary: "a file is larger than allowed",
    explanation: "\
## What it does
Finds files larger than `max-kb` KiB (500 unless set).

## Why is this bad?
Git keeps each version of a file in every clone for good, so that one accident makes all clones slower.

## Example
A database dump or a video that was added with `git add .`.

## How to fix
Keep the file elsewhere (a release asset, an artifact store, Git LFS), shrink it, or exclude it.
",
    tags: &["git", "size"],
};

/// At most one finding.
pub(crate) fn check(path: &str, size: u64, max_kb: u64, findings: &mut Vec<Finding>) {
    let kb = size.div_ceil(1024);
    if kb > max_kb {
        findings.push(DOC.finding(format!("file of {kb} KiB, at most {max_kb} are allowed")).in_file(path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_begun_kib_counts_as_a_whole() {
        let count = |size| {
            let mut findings = Vec::new();
            check("a", size, 2, &mut findings);
            findings.len()
        };
        assert_eq!((count(2048), count(2049)), (0, 1));
    }
}
