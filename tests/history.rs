//! What is kept of runs.

use std::{fs, process::Stdio, thread, time::Duration};

use serde_json::Value;

use crate::harness::{Project, Ran};

fn project() -> Project {
    Project::new().file("a.txt", "x \n")
}

/// Where a project's runs are kept.
fn database(project: &Project) -> std::path::PathBuf {
    project.path("../.local/state/sdlc/history.db")
}

fn runs(project: &Project) -> Vec<Value> {
    let ran = project.run(&["history", "-n", "999", "--output-format", "json"]).exits(0);
    serde_json::from_str::<Value>(&ran.stdout).unwrap()["runs"].as_array().unwrap().clone()
}

#[test]
fn every_run_is_kept_and_two_are_compared() {
    let project = project();
    project.run(&["history"]).exits(0).complains("no run of this project is kept yet");
    project.run(&["run"]).exits(1);
    project.run(&["history", "compare"]).exits(2).complains("only one run of this project is kept");
    project.write("a.txt", "x\n\n\n");
    project.run(&["run", "hygiene"]).exits(1);
    project.run(&["history"]).exits(0).says("rejected").says("all files");
    let ran = project.run(&["history", "compare"]).exits(0);
    assert!(ran.stdout.contains(" new 1x a.txt hygiene/end-of-file "), "{}", ran.stdout);
    assert!(ran.stdout.contains("gone 1x a.txt hygiene/trailing-whitespace "), "{}", ran.stdout);
    assert!(ran.stdout.contains("note: only the earlier one ran the gate `secrets`"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("secrets.files") && !ran.stdout.contains("different files"), "{}", ran.stdout);
    assert!(ran.stdout.contains("hygiene.lines-checked: 1 -> 3\n"), "{}", ran.stdout);
    project.run(&["run", "hygiene", "a.txt"]).exits(1);
    project.run(&["history", "compare"]).exits(0).says("note: they checked different files, `all files` and `a.txt`");
    let json = project.run(&["history", "compare", "--output-format", "json"]).exits(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["same-scope"], &json["same-gates"]), (&Value::Bool(false), &Value::Bool(true)));
    project.run(&["history", "compare", "1", "9"]).exits(2).complains("there is no run 9 of this project");
}

#[test]
fn another_project_has_a_history_of_its_own() {
    let project = project().file("sub/sdlc.toml", "");
    project.run(&["run"]).exits(1);
    let mut command = project.command(&["history"]);
    Ran::of(command.current_dir(project.path("sub")).output().unwrap()).exits(0).complains("no run of this project");
}

#[test]
fn a_broken_history_is_set_aside_and_the_run_does_not_fail() {
    let project = project();
    let path = database(&project);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "no database at all, but long enough to look like one. ".repeat(30)).unwrap();
    project.run(&["run"]).exits(1).complains("a new one is begun");
    assert!(path.with_file_name("history.db.broken-1").exists());
    assert_eq!(runs(&project).len(), 1);
}

#[test]
fn a_history_that_cannot_be_written_does_not_fail_the_run() {
    let project = project().file("file", "");
    let mut command = project.command(&["run"]);
    let ran = Ran::of(command.env("SDLC_STATE_DIR", project.path("file/below")).output().unwrap());
    ran.exits(1).complains("warning: this run is not kept in the history");
}

#[test]
fn runs_at_once_of_which_some_are_killed_lose_nothing_that_was_written() {
    let project = project();
    let mut killed = Vec::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..5).for_each(|_| drop(project.run(&["run"]).exits(1))));
        }
        for delay in 0..12 {
            let child = project.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            killed.push(child.unwrap());
            thread::sleep(Duration::from_millis(delay * 3));
            killed.last_mut().unwrap().kill().unwrap();
        }
    });
    killed.iter_mut().for_each(|child| drop(child.wait()));
    let found = runs(&project).len();
    assert!((20..=32).contains(&found), "{found}");
    project.run(&["run"]).exits(1);
    assert_eq!(runs(&project).len(), found + 1);
}
