//! The gate as a whole: which rules run on what.

use sdlc_sdk::{FileGate, Plugin, SourceFile, testing::GateTest};

use crate::{Hygiene, testing::rules_of};

#[test]
fn a_binary_is_asked_for_its_size_alone() {
    let report = GateTest::<Hygiene>::new(r#"{"max-kb": 0}"#).check("a.bin", b"\0 \n\n#!BEGIN PRIVATE KEY ");
    assert_eq!(rules_of(&report), ["large-file"]);
}

#[test]
fn a_file_that_the_host_does_not_hand_over_is_no_error() {
    let mut file = sdlc_sdk::testing::source_file("a.json", sdlc_sdk::FileKind::Regular, b"");
    file = SourceFile { size: 1 << 40, content: None, ..file };
    let report = GateTest::<Hygiene>::new("{}").try_check(file).unwrap();
    assert_eq!(rules_of(&report), ["large-file"]);
}

#[test]
fn an_ignored_rule_stays_silent() {
    let report = GateTest::<Hygiene>::new(r#"{"ignore": ["end-of-file"]}"#).check("a.txt", "a ");
    assert_eq!(rules_of(&report), ["trailing-whitespace"]);
}

#[test]
fn a_hard_line_break_stays_in_the_files_that_were_named() {
    let gate = GateTest::<Hygiene>::new(r#"{"markdown-linebreak-ext": [".MD"]}"#);
    assert!(gate.check("a.md", "a  \nb\n").findings.is_empty());
    assert_eq!(gate.check("a.txt", "a  \nb\n").findings.len(), 1);
    assert!(
        GateTest::<Hygiene>::new(r#"{"markdown-linebreak-ext": ["*"]}"#).check("a", "a  \nb\n").findings.is_empty()
    );
}

#[test]
fn paths_that_differ_in_case_are_found_on_each_file() {
    let gate = GateTest::<Hygiene>::new("{}").path("a/X").path("a/x").path("a/y");
    assert_eq!(rules_of(&gate.check("a/x", "")), ["case-conflict"]);
    assert!(gate.check("a/y", "").findings.is_empty());
}

#[test]
fn paths_and_links_are_asked_for_only_where_a_rule_needs_them() {
    let selection = |settings| GateTest::<Hygiene>::new(settings).configure().unwrap().select();
    assert!(selection("{}").paths && selection("{}").symlinks);
    let few = selection(r#"{"select": ["json-syntax"]}"#);
    assert!(!few.paths && !few.symlinks);
}

#[test]
fn the_rules_of_some_ids_or_all_of_them_are_described() {
    assert_eq!(Hygiene::rules(&[]).len(), 15);
    let rules = Hygiene::rules(&["private-key".to_owned(), "unknown".to_owned()]);
    assert_eq!(rules.len(), 1);
    assert!(rules[0].explanation.contains("## How to fix"));
}
