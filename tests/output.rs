//! What people and machines read.

use std::fs;

use crate::harness::Project;

fn project() -> Project {
    Project::new().file("src/a.py", "import os\n\nx = 1 \n")
}

#[test]
fn people_see_the_line_and_a_mark_below() {
    let ran = project().run(&["run"]).exits(1);
    let report = ran.stdout.rsplit_once(", ").unwrap().0.replace("1 \n", "1.\n");
    insta::assert_snapshot!(report, @r#"
    src/a.py
      1:8 error F401 `os` imported but unused (lint)
        1 | import os
          |        ^^
      3:6 warning trailing-whitespace blanks at the end of the line (hygiene)
        3 | x = 1.
          |      ^
    hygiene rejected: 1 warning in 1 file, score 0
    lint    rejected: 1 error in 1 file, score 0
    secrets passed: nothing found in 1 file, score 10
    2 can be fixed with `--fix`
    rejected: 1 file, score 3.33
    "#);
}

#[test]
fn quiet_says_only_what_fails() {
    let project = Project::new().file("a.py", "x = 1\n");
    let ran = project.run(&["run", "-q"]).exits(0);
    assert_eq!(ran.stdout.lines().count(), 1, "{}", ran.stdout);
}

#[test]
fn colours_come_only_when_asked_for() {
    let project = project();
    assert!(!project.run(&["run"]).stdout.contains('\u{1b}'));
    assert!(project.run(&["run", "--color", "always"]).stdout.contains("\u{1b}["));
}

#[test]
fn a_report_in_a_file_leaves_standard_output_empty() {
    let project = project();
    let ran = project.run(&["run", "--output-format", "json", "-o", "report.json"]).exits(1).complains("F401");
    assert_eq!(ran.stdout, "");
    let report: serde_json::Value = serde_json::from_slice(&fs::read(project.path("report.json")).unwrap()).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(report["verdict"], "rejected");
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    project()
        .run(&["run", "-o", "no/such/dir/report"])
        .exits(2)
        .complains("report `no/such/dir/report` cannot be written: there is no directory `no/such/dir`\n");
}

#[test]
fn sarif_is_valid_by_the_official_schema() {
    // The schema of OASIS as the crate `serde-sarif` ships it.
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/schemas/sarif-2.1.0.json");
    let mut schemas = boon::Schemas::new();
    let schema = boon::Compiler::new().compile(schema, &mut schemas).unwrap();
    let project = project().file("data.json", "{").file("broken.py", "def\n");
    for fix in [None, Some("--fix")] {
        let arguments = ["run", "--output-format", "sarif"].into_iter().chain(fix);
        let ran = project.run(&arguments.collect::<Vec<_>>()).exits(1);
        let log: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        if let Err(error) = schemas.validate(&log, schema) {
            panic!("{error:#}");
        }
    }
}

#[test]
fn sarif_has_what_github_asks_for() {
    let ran = project().run(&["run", "--output-format", "sarif"]).exits(1);
    let log: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let runs = log["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 3);
    for run in runs.iter().filter(|run| !run["results"].as_array().unwrap().is_empty()) {
        let result = &run["results"][0];
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], "src/a.py");
        assert!(location["region"]["endColumn"].is_u64());
        assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string());
        let rule = &run["tool"]["driver"]["rules"][0];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["markdown"].as_str().unwrap().len() > 50, "{rule}");
    }
}

#[test]
fn a_file_name_cannot_start_a_ci_command_or_a_terminal_escape() {
    let project = Project::new().file("a\n::error::x\u{1b}[31m.py", "import os\n");
    let ran = project.run(&["run"]).exits(1);
    assert!(ran.stdout.contains("a\\u{a}::error::x\\u{1b}[31m.py"), "{}", ran.stdout);
    assert!(!ran.stdout.lines().any(|line| line.starts_with("::")));
}

#[test]
fn a_rule_is_explained() {
    project().run(&["explain", "F401"]).exits(0).says("unused-import").says("## Why is this bad?");
    project().run(&["explain", "lint/F401"]).exits(0).says("unused-import");
    project().run(&["explain", "secrets/F401"]).exits(2).complains("no gate has a rule `secrets/F401`");
    project().run(&["explain", "X999"]).exits(2).complains("no gate has a rule `X999`");
    project().run(&["explain", "F40l"]).exits(2).complains("did you mean `F401` (unused-import)?");
    project().run(&["explain", "unused-imports"]).exits(2).complains("did you mean `F401` (unused-import)?");
    let of_no_gate = project().run(&["explain", "critical-vulnerability"]).exits(0);
    of_no_gate.says("critical-vulnerability (error, `builtin:dependencies`, which no gate here runs)");
}

#[test]
fn an_interrupt_stops_the_run_and_says_what_was_not_checked() {
    use std::{process::Stdio, time::Instant};
    let project = crate::harness::hostile("loop", u64::MAX >> 1, "timeout = \"60s\"");
    let child = project.command(&["run"]).stdout(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    let interrupted = Instant::now();
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let ran = crate::harness::Ran::of(child.wait_with_output().unwrap());
    assert!(interrupted.elapsed().as_secs_f64() < 1.0);
    let ran = ran.exits(130).says("not checked by `hostile`: 1 file\n    a.txt");
    assert!(!ran.stdout.contains("hostile interrupted: nothing found in 0 files, score"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\ninterrupted: 2 files, "), "{}", ran.stdout);
    assert!(!ran.stdout.lines().last().unwrap().contains("score"), "{}", ran.stdout);
}
