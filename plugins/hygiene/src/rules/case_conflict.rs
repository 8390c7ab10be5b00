//! `case-conflict`: paths that are one where a file system ignores case.
//!
//! [`Conflicts::of`] finds them among all paths, directories included, as prek's `check-case-conflict` does; a file
//! carries the conflicts of its own path and of those directories that it is the first file of. Does not look at
//! Unicode normalization.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use sdlc_sdk::{Finding, Severity};

use crate::rule::{Doc, Id};

pub(crate) const DOC: Doc = Doc {
    id: Id::CaseConflict,
    name: "case-conflict",
    severity: Severity::Error,
    summary: "two paths differ only in case",
    explanation: "\
## What it does
Finds files and directories whose path is that of another one but for upper and lower case.

## Why is this bad?
On macOS and Windows both are the same file: a checkout has one of them only, and git sees the other as changed.

## Example
`docs/README.md` and `docs/Readme.md`.

## How to fix
Rename or remove one (`git mv` in two steps where the file system ignores case).
",
    tags: &["correctness", "portability"],
};

/// A path that is in conflict.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Conflict {
    /// The file that it is reported on.
    carrier: String,
    path: String,
    other: String,
}

/// All conflicts of a project, by carrier.
#[derive(Debug, Default)]
pub(crate) struct Conflicts(Vec<Conflict>);

impl Conflicts {
    /// Of sorted paths.
    pub(crate) fn of(paths: &[String]) -> Self {
        let entries = with_directories(paths);
        if !has_twins(&entries) {
            return Self::default();
        }
        let mut by_key: HashMap<String, Vec<(&str, &str)>> = HashMap::new();
        for (path, carrier) in entries {
            by_key.entry(path.to_lowercase()).or_default().push((path, carrier));
        }
        let mut conflicts: Vec<_> = by_key.into_values().flat_map(of_group).collect();
        conflicts.sort_unstable();
        Self(conflicts)
    }

    /// The same bytes for the same conflicts.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let parts = self.0.iter().flat_map(|conflict| [&conflict.carrier, &conflict.path, &conflict.other]);
        parts.flat_map(|part| part.bytes().chain([0])).collect()
    }

    /// What a file carries.
    pub(crate) fn check(&self, file: &str, findings: &mut Vec<Finding>) {
        let first = self.0.partition_point(|conflict| conflict.carrier.as_str() < file);
        let carried = self.0.iter().skip(first).take_while(|conflict| conflict.carrier == file);
        findings.extend(carried.map(|Conflict { path, other, .. }| {
            let what = if path == file { "path" } else { "directory" };
            DOC.finding(format!("{what} `{path}` differs from `{other}` only in case")).in_file(file)
        }));
    }
}

/// All paths and directories, each with the file that carries it. A directory comes up once, as its files are
/// neighbours among the sorted paths.
fn with_directories(paths: &[String]) -> Vec<(&str, &str)> {
    let mut entries = Vec::with_capacity(paths.len() * 2);
    let mut before = "";
    for path in paths {
        let shared = path.bytes().zip(before.bytes()).take_while(|(new, old)| new == old).count();
        let slashes = memchr::memchr_iter(b'/', path.as_bytes());
        let directories = slashes.filter(|slash| *slash >= shared).filter_map(|slash| path.get(..slash));
        entries.extend(directories.chain([path.as_str()]).map(|entry| (entry, path.as_str())));
        before = path;
    }
    entries
}

/// Whether any two entries may be one but for case.
fn has_twins(entries: &[(&str, &str)]) -> bool {
    let mut keys: Vec<u64> = entries.iter().map(|(path, _)| key(path)).collect();
    keys.sort_unstable();
    keys.array_windows().any(|[left, right]| left == right)
}

/// The same for paths that differ only in case; for others, hardly ever.
fn key(path: &str) -> u64 {
    if path.is_ascii() {
        // FNV-1a: short, and no copy of the path.
        path.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01B3)
        })
    } else {
        let lower = path.to_lowercase();
        if lower.is_ascii() { key(&lower) } else { BuildHasherDefault::<DefaultHasher>::default().hash_one(lower) }
    }
}

fn of_group(group: Vec<(&str, &str)>) -> Vec<Conflict> {
    let conflict = |(path, carrier): &(&str, &str)| {
        let (other, _) = group.iter().find(|(other, _)| other != path)?;
        Some(Conflict { carrier: (*carrier).to_owned(), path: (*path).to_owned(), other: (*other).to_owned() })
    };
    group.iter().filter_map(conflict).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflicts(paths: &[&str]) -> Vec<(String, String)> {
        let mut paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
        paths.sort();
        let conflicts = Conflicts::of(&paths).0;
        conflicts.into_iter().map(|conflict| (conflict.carrier, conflict.path)).collect()
    }

    #[track_caller]
    fn check(paths: &[&str], expected: &[(&str, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(file, path)| ((*file).to_owned(), (*path).to_owned())).collect();
        assert_eq!(conflicts(paths), expected);
    }

    #[test]
    fn two_names_that_differ_in_case_are_both_found() {
        check(&["a/X", "a/x", "b"], &[("a/X", "a/X"), ("a/x", "a/x")]);
    }

    #[test]
    fn a_directory_is_carried_by_its_first_file_alone() {
        check(&["A/1", "A/2", "a/3", "a/4"], &[("A/1", "A"), ("a/3", "a")]);
    }

    #[test]
    fn a_file_may_conflict_with_a_directory() {
        check(&["A", "a/b"], &[("A", "A"), ("a/b", "a")]);
    }

    #[test]
    fn a_name_beside_a_directory_of_the_same_start_is_none() {
        check(&["a/b", "a.b", "a-b/c", "a/c/d", "ab"], &[]);
    }

    #[test]
    fn letters_beyond_ascii_have_cases_too() {
        check(&["Ä", "ä", "K"], &[("Ä", "Ä"), ("ä", "ä")]);
        // The Kelvin sign's lower case is an ASCII letter.
        check(&["K", "\u{212A}"], &[("K", "K"), ("\u{212A}", "\u{212A}")]);
    }

    #[test]
    fn an_ordinary_new_file_leaves_the_bytes_as_they_are() {
        let bytes = |paths: &[&str]| {
            let mut paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
            paths.sort();
            Conflicts::of(&paths).to_bytes()
        };
        assert_eq!(bytes(&["X", "x"]), bytes(&["X", "a", "b/c", "x"]));
        assert!(bytes(&["a", "b/c"]).is_empty());
    }
}
