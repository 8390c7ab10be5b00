//! What a finding says: place, severity, fixes, and when there is none.

use sdlc_sdk::{Deferral, FileGate, FileKind, Plugin, Project, Safety, Severity, SourceFile};

use super::{Gate, bytes, rules, selecting};
use crate::PythonLint;

#[test]
fn a_finding_has_the_bytes_the_message_and_the_fix_of_ruff() {
    let report = selecting(&["F401"]).check("a.py", "'é'\nimport os, sys\nsys.exit()\n");
    let finding = &report.findings[0];
    assert_eq!(bytes(finding), Some((12, 14)));
    assert_eq!((finding.message.as_str(), finding.severity), ("`os` imported but unused", Severity::Error));
    let fix = &finding.fixes[0];
    assert_eq!((fix.title.as_str(), fix.safety), ("Remove unused import: `os`", Safety::Safe));
    assert_eq!(
        (fix.edits[0].span.start, fix.edits[0].span.end, fix.edits[0].replacement.as_str()),
        (5, 19, "import sys")
    );
}

#[test]
fn a_fix_that_may_change_the_meaning_is_unsafe() {
    let report = selecting(&["F841"]).check("a.py", "def f():\n    x = g()\n");
    assert_eq!(report.findings[0].fixes[0].safety, Safety::Unsafe);
}

#[test]
fn fixes_that_would_empty_a_block_together_are_offered_one_at_a_time() {
    let text = "try:\n    import a\n    import b\nfinally:\n    pass\n";
    let report = selecting(&["F401"]).check("a.py", text);
    let safety: Vec<_> = report.findings.iter().map(|finding| finding.fixes[0].safety).collect();
    assert_eq!(safety, [Safety::Safe, Safety::DisplayOnly]);
}

#[test]
fn security_rules_are_warnings() {
    let report = selecting(&["S102"]).check("a.py", "exec('1')\n");
    assert_eq!((report.findings[0].rule.as_str(), report.findings[0].severity), ("S102", Severity::Warning));
}

#[test]
fn noqa_works_on_lines_and_on_files() {
    let gate = selecting(&["F401"]);
    assert!(rules(&gate.check("a.py", "import os  # noqa: F401\n")).is_empty());
    assert!(rules(&gate.check("a.py", "# ruff: noqa\nimport os\n")).is_empty());
    assert_eq!(rules(&gate.check("a.py", "import os  # noqa: E501\n")), ["F401"]);
}

#[test]
fn a_syntax_error_is_an_error_that_nothing_suppresses() {
    let report = selecting(&["F401"]).check("a.py", "import os  # noqa\ndef f(:  # noqa\n");
    assert!(rules(&report).contains(&"invalid-syntax"), "{:?}", rules(&report));
    assert!(report.findings.iter().all(|finding| finding.severity == Severity::Error));
}

#[test]
fn a_secondary_place_is_related() {
    let report = selecting(&["F811"]).check("a.py", "import os\nimport os\nos.x\n");
    assert_eq!(report.findings[0].related.len(), 1);
    assert!(report.findings[0].related[0].message.contains("previous definition"), "{:?}", report.findings[0].related);
}

#[test]
fn a_file_that_the_formatter_would_change_is_a_finding_with_a_fix() {
    let gate = Gate::new(r#"{"select": [], "format": true}"#);
    let report = gate.check("a.py", "a = 1\nx = {'a':1}\nb = 2\n\n\n\ny = 2\n");
    assert_eq!(rules(&report), ["unformatted"]);
    let finding = &report.findings[0];
    assert_eq!(bytes(finding), Some((6, 17)));
    let edits: Vec<_> = finding.fixes[0].edits.iter().map(|edit| edit.replacement.as_str()).collect();
    assert_eq!(edits, ["x = {\"a\": 1}\n", ""]);
    assert!(rules(&gate.check("a.py", "x = {\"a\": 1}\n")).is_empty());
}

#[test]
fn what_its_own_fix_made_is_not_formatted_again() {
    let mut gate = PythonLint::new(serde_json::from_str(r#"{"select": [], "format": true}"#).unwrap()).unwrap();
    gate.begin(Project { context: Vec::new(), paths: vec!["a.py".to_owned()] }).unwrap();
    let text = "x = {'a':1}\n";
    let file = || SourceFile {
        path: "a.py".to_owned(),
        kind: FileKind::Regular,
        size: text.len() as u64,
        content: Some(text.into()),
    };
    assert!(gate.skip_formatting());
    assert!(gate.check(file()).unwrap().findings.is_empty());
    assert_eq!(rules(&gate.check(file()).unwrap()), ["unformatted"]);
}

#[test]
fn the_formatter_obeys_its_own_configuration() {
    let gate = Gate::new(r#"{"select": [], "format": true}"#)
        .context("ruff.toml", "line-length = 20\nformat = { quote-style = 'single', exclude = ['gen.py'] }");
    assert!(rules(&gate.check("a.py", "x = 'a'\n")).is_empty());
    assert_eq!(rules(&gate.check("a.py", "x = f(aaaaaaaaaaa, b)\n")), ["unformatted"]);
    assert!(rules(&gate.check("gen.py", "x  =  1\n")).is_empty());
}

#[test]
fn formatting_is_off_unless_asked_for_and_skips_what_does_not_parse() {
    assert!(rules(&Gate::new("{}").check("a.py", "x  =  1\n")).is_empty());
    assert_eq!(rules(&Gate::new(r#"{"format": true}"#).check("a.py", "x  =  (\n")), ["invalid-syntax"]);
}
