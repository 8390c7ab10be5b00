//! Findings that do not count: comments that allow them, the baseline, and lines that a run does not ask about.

use crate::harness::{Project, paths};

const LINES: &str = "[gates.lines]\nplugin = \"builtin:example-gate\"\n[gates.lines.settings]\nmax = 50\n";
const LONG: &str = "this line is longer than the fifty characters of the limit\n";

fn project(text: &str) -> Project {
    Project::new().file("sdlc.toml", LINES).file("a.txt", text)
}

#[test]
fn a_comment_with_a_reason_allows_what_is_on_its_line_or_below() {
    let comment = "# sdlc: allow(line-too-long) -- a quotation\n";
    let project = project(&format!("{comment}{LONG}"));
    let ran = project.run(&["run"]).exits(0).says("1 allowed by comments");
    assert!(!ran.stdout.contains("warning"), "{}", ran.stdout);
    let report = project.json(&[]);
    let aside = &report["gates"][0]["set-aside"][0];
    assert_eq!([&aside["why"], &aside["reason"]], ["allowed", "a quotation"]);
    // The same from the cache.
    assert_eq!(project.json(&[]), report);
}

#[test]
fn a_comment_names_the_rule_or_the_gate_and_the_rule() {
    for (rule, code) in [("lines/line-too-long", 0), ("other/line-too-long", 1), ("line-too-short", 1)] {
        project(&format!("# sdlc: allow({rule}) -- why\n{LONG}")).run(&["run"]).exits(code);
    }
}

#[test]
fn a_comment_without_a_reason_allows_nothing_and_is_told() {
    let project = project(&format!("# sdlc: allow(line-too-long)\n{LONG}"));
    project.run(&["run"]).exits(1).says("warning a.txt:1: this comment allows nothing");
}

#[test]
fn a_comment_that_suppresses_nothing_is_told() {
    let project = project("# sdlc: allow(line-too-long) -- was long\nshort\n");
    project.run(&["run"]).exits(0).says("warning a.txt:1: nothing here is found by `line-too-long`");
    // Another gate might have found it.
    project.write("sdlc.toml", format!("{LINES}[gates.hygiene]\nplugin = \"builtin:hygiene\"\n"));
    assert!(!project.run(&["run", "hygiene"]).stdout.contains("warning"));
}

#[test]
fn a_comment_is_in_the_sarif_report_as_a_suppression() {
    let project = project(&format!("# sdlc: allow(line-too-long) -- a quotation\n{LONG}"));
    let ran = project.run(&["run", "--output-format", "sarif"]).exits(0);
    let log: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let suppression = &log["runs"][0]["results"][0]["suppressions"][0];
    assert_eq!([&suppression["kind"], &suppression["justification"]], ["inSource", "a quotation"]);
}

#[test]
fn ruffs_own_comments_go_on_working() {
    let project = Project::new().file("a.py", "import os  # noqa: F401\n");
    project.run(&["run"]).exits(0);
}

#[test]
fn what_is_in_the_baseline_does_not_fail_and_what_is_new_does() {
    let project = project(LONG);
    project.run(&["baseline", "write"]).exits(0).complains("has 1 findings");
    project.run(&["run"]).exits(0).says("1 in the baseline");
    project.run(&["run", "--no-baseline"]).exits(1);
    // It may move, and be laid out anew.
    project.write("a.txt", format!("one\n\n  {}", LONG.replace(' ', "  ")));
    project.run(&["run"]).exits(0);
    // One more of the same kind is new.
    project.write("a.txt", format!("{LONG}{LONG}"));
    assert_eq!(paths(&project.json(&[])), ["a.txt"]);
    project.run(&["run"]).exits(1).says("1 in the baseline");
    // So is the same line elsewhere.
    project.write("a.txt", LONG);
    project.write("b.txt", LONG);
    assert_eq!(paths(&project.json(&[])), ["b.txt"]);
}

#[test]
fn what_is_gone_is_pruned_and_nothing_is_added() {
    let project = project(&format!("{LONG}{LONG}a different line that is longer than fifty characters\n"));
    project.run(&["baseline", "write"]).exits(0).complains("has 3 findings");
    project.write("a.txt", format!("{LONG}a new line that is longer than all fifty characters\n"));
    project.run(&["baseline", "prune"]).exits(0).complains("removed 2 findings that are gone, 1 are left");
    project.run(&["baseline", "show"]).exits(0).says("     1  lines/line-too-long");
    project.run(&["run"]).exits(1).says(", 1 in the baseline, ");
}

#[test]
fn a_metric_must_not_get_worse_than_in_the_baseline() {
    let project = project("short\n");
    let relative = "[gates.lines]\nplugin = \"builtin:example-gate\"\nrequire = { findings = \"no-increase\" }\n";
    project.write("sdlc.toml", format!("{relative}[gates.lines.settings]\nmax = 50\n"));
    project.run(&["run"]).exits(1).says("the baseline does not have it; hint: `sdlc baseline write`");
    project.run(&["baseline", "write"]).exits(0).complains("0 findings and 1 metrics");
    project.run(&["run"]).exits(0);
    project.write("a.txt", LONG);
    project.run(&["run"]).exits(1).says("`findings` is 1, required is no-increase (<= 0)");
}

#[test]
fn a_baseline_that_is_broken_or_not_there_is_told_with_what_mends_it() {
    let project = project(LONG);
    project.run(&["baseline", "show"]).exits(2).complains("hint: `sdlc baseline write` writes one");
    project.write("sdlc-baseline.json", "{\"version\": 1, \"findings\": [");
    project.run(&["run"]).exits(2).complains("`sdlc-baseline.json` is broken");
    project.run(&["run", "--no-baseline"]).exits(1);
}

#[test]
fn the_baseline_is_of_the_trusted_revision_too() {
    let project = project("short\n");
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "base"]);
    project.write("a.txt", LONG);
    project.run(&["baseline", "write"]).exits(0);
    project.run(&["run"]).exits(0);
    project.run(&["run", "--config-from", "HEAD"]).exits(1);
}

#[test]
fn what_could_not_be_judged_is_not_written_into_a_baseline() {
    let project = crate::harness::hostile("panic", 0, "");
    project.run(&["baseline", "write"]).exits(3).complains("is left as it is");
    assert!(!project.path("sdlc-baseline.json").exists());
}

#[test]
fn only_findings_on_changed_lines_count_where_that_is_asked_for() {
    let project = project(&format!("{LONG}short\n"));
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "base"]);
    project.write("a.txt", format!("{LONG}now longer\n"));
    project.run(&["run", "--new-since", "HEAD"]).exits(0).says("1 on other lines");
    project.write("a.txt", format!("{LONG}{LONG}"));
    let report = project.json(&["--new-since", "HEAD"]);
    assert_eq!(report["gates"][0]["findings"][0]["start"]["line"], 2);
    project.run(&["run", "--new-since", "HEAD"]).exits(1);
    project.run(&["run", "--new-since", "nowhere"]).exits(2).complains("`nowhere` is not a revision");
}
