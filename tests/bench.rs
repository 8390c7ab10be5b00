//! Two revisions, timed in turns.

use serde_json::Value;

use crate::harness::Project;

const RUNS: [&str; 2] = ["--runs", "12"];

/// At `HEAD` the program takes so many seconds; in the tree so many.
fn project(before: &str, after: &str) -> Project {
    let script = |seconds: &str| format!("#!/bin/sh\nsleep {seconds}\ncat data/link > /dev/null\n");
    let project = Project::new().file("work.sh", script(before)).file("data/file", "x\n").file(".gitignore", "built\n");
    std::os::unix::fs::symlink("file", project.path("data/link")).unwrap();
    project.make_executable("work.sh");
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "before"]);
    project.write("work.sh", script(after));
    project
}

fn compare(arguments: &[&str]) -> Vec<String> {
    let all = [&["bench", "compare", "HEAD"], RUNS.as_slice(), arguments].concat();
    all.into_iter().map(str::to_owned).collect()
}

fn run(project: &Project, arguments: &[&str]) -> crate::harness::Ran {
    let arguments = compare(arguments);
    project.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_tree_that_is_three_times_as_slow_is_slower_and_the_other_way_round_faster() {
    run(&project("0.02", "0.08"), &["--", "./work.sh"]).exits(1).says("slower: ");
    run(&project("0.08", "0.02"), &["--", "./work.sh"]).exits(0).says("faster: ");
    let ran = run(&project("0.02", "0.08"), &["--output-format", "json", "--", "./work.sh"]).exits(1);
    let result: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((result["verdict"].as_str(), result["before"].as_array().map(Vec::len)), (Some("slower"), Some(12)));
}

#[test]
fn each_side_is_built_in_a_tree_of_its_own() {
    let project = project("0.01", "0.01");
    let build = "cp work.sh built && chmod +x built";
    let ran = run(&project, &["--build", build, "--", "./built"]);
    assert!(matches!(ran.code, Some(0 | 1)), "{}{}", ran.stdout, ran.stderr);
    assert!(!project.path("built").exists(), "it was built in the tree itself");
    run(&project, &["--build", "exit 3", "--", "./built"]).exits(3).complains("the build `exit 3` ended with");
}

#[test]
fn what_cannot_be_timed_is_an_error() {
    let project = project("0", "0");
    run(&project, &["--", "false"]).exits(3).complains("`false` ended with exit status: 1");
    run(&project, &["--", "no-such-program"]).exits(3).complains("`no-such-program` cannot be started");
    run(&project, &["--floor", "-1", "--", "true"]).exits(2);
    project.run(&["bench", "compare", "nowhere", "--", "true"]).exits(2).complains("`nowhere` is not a revision");
}
