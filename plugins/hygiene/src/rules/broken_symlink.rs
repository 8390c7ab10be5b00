//! `broken-symlink`: a symbolic link to nothing.
//!
//! Does not follow links: the host tells the broken ones.

use sdlc_sdk::{Finding, Severity};

use crate::rule::{Doc, Id};

pub(crate) const DOC: Doc = Doc {
    id: Id::BrokenSymlink,
    name: "broken-symlink",
    severity: Severity::Error,
    summary: "a symbolic link points to nothing",
    explanation: "\
## What it does
Finds symbolic links whose target does not exist.

## Why is this bad?
Whatever opens the link fails. Most often the target was moved or renamed, or exists on one machine only.

## Example
`config -> ../old-place/config`

## How to fix
Let the link point to where the target is now (`ln -sfn`), or remove it.
",
    tags: &["correctness", "git"],
};

/// One finding, for a link that is broken. `target` is what it points to, if known.
pub(crate) fn check(path: &str, target: Option<&[u8]>, findings: &mut Vec<Finding>) {
    let message = match target {
        Some(target) => format!("broken symbolic link to `{}`", String::from_utf8_lossy(target)),
        None => "broken symbolic link".to_owned(),
    };
    findings.push(DOC.finding(message).in_file(path));
}

#[cfg(test)]
mod tests {
    use crate::{Hygiene, testing::rules_of};
    use sdlc_sdk::{FileKind, testing::GateTest};

    #[test]
    fn a_link_to_nothing_is_found_and_nothing_else_of_any_link() {
        let gate = GateTest::<Hygiene>::new("{}");
        let broken = gate.check_kind("a.json", FileKind::BrokenSymlink, "no where ");
        assert_eq!(rules_of(&broken), ["broken-symlink"]);
        assert_eq!(broken.findings[0].message, "broken symbolic link to `no where `");
        assert!(gate.check_kind("a.json", FileKind::Symlink, "some where ").findings.is_empty());
    }
}
