//! What is checked.

use std::fs;

use crate::harness::{Project, paths};

fn repository() -> Project {
    let project = Project::new()
        .file(".gitignore", "ignored.py\n")
        .file("a.py", "import os\n")
        .file("ignored.py", "import os\n")
        .file("d/b.py", "import os\n")
        .file("d/c.py", "x = 1\n");
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "first"]);
    project
}

#[test]
fn all_files_but_ignored_ones_are_checked_by_default() {
    assert_eq!(paths(&repository().json(&[])), ["a.py", "d/b.py"]);
}

#[test]
fn paths_are_files_and_directories_from_where_one_stands() {
    let project = repository();
    assert_eq!(paths(&project.json(&["d"])), ["d/b.py"]);
    assert_eq!(paths(&project.json(&["./a.py", "d/c.py"])), ["a.py"]);
    let mut below = project.command(&["run", "--output-format", "json", "b.py"]);
    let output = below.current_dir(project.path("d")).output().unwrap();
    assert_eq!(paths(&serde_json::from_slice(&output.stdout).unwrap()), ["d/b.py"]);
}

#[test]
fn an_ignored_file_that_is_named_is_checked() {
    assert_eq!(paths(&repository().json(&["ignored.py"])), ["ignored.py"]);
}

#[test]
fn a_path_that_is_not_there_is_an_error_of_use() {
    let project = repository();
    project.run(&["run", "nowhere.py"]).exits(2).complains("no gate and no file is called `nowhere.py`");
    project.run(&["run", "/etc/passwd"]).exits(2).complains("is outside of the workspace");
}

#[test]
fn a_gate_is_run_by_its_name() {
    let report = repository().json(&["hygiene"]);
    assert_eq!(report["gates"].as_array().unwrap().len(), 1);
    assert_eq!(report["gates"][0]["name"], "hygiene");
}

#[test]
fn staged_content_counts_and_not_that_of_the_tree() {
    let project = repository();
    project.write("d/c.py", "import sys\n");
    project.git(&["add", "d/c.py"]);
    project.write("d/c.py", "x = 2\n");
    project.write("a.py", "import os, sys, json\n");
    let before = fs::read(project.path(".git/index")).unwrap();
    let report = project.json(&["--staged"]);
    assert_eq!(paths(&report), ["d/c.py"]);
    assert_eq!(report["files"], 1);
    assert!(report["gates"][1]["findings"][0]["message"].as_str().unwrap().contains("sys"));
    assert_eq!(fs::read(project.path(".git/index")).unwrap(), before);
    assert_eq!(fs::read(project.path("d/c.py")).unwrap(), b"x = 2\n");
}

#[test]
fn staged_configuration_counts_for_staged_files() {
    let project = repository().file("ruff.toml", "lint.ignore = [\"F401\"]\n").file("new.py", "import sys\n");
    project.git(&["add", "new.py"]);
    assert_eq!(paths(&project.json(&["--staged"])), ["new.py"]);
    project.git(&["add", "ruff.toml"]);
    assert_eq!(paths(&project.json(&["--staged"])), [""; 0]);
}

#[test]
fn staged_works_before_the_first_commit() {
    let project = Project::new().file("a.py", "import os\n");
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    assert_eq!(paths(&project.json(&["--staged"])), ["a.py"]);
}

#[test]
fn changes_since_a_revision_are_those_of_the_branch_and_of_the_tree() {
    let project = repository();
    project.git(&["checkout", "-qb", "topic"]);
    project.write("topic.py", "import os\n");
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "topic"]);
    project.git(&["checkout", "-q", "main"]);
    project.write("main.py", "import os\n");
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "main"]);
    project.git(&["checkout", "-q", "topic"]);
    project.write("untracked.py", "import os\n");
    assert_eq!(paths(&project.json(&["--from-ref", "main"])), ["topic.py", "untracked.py"]);
    assert_eq!(paths(&project.json(&["--from-ref", "main~1", "--to-ref", "main"])), ["main.py"]);
}

#[test]
fn a_revision_that_is_none_is_an_error_of_use() {
    repository().run(&["run", "--from-ref", "nonsense"]).exits(2).complains("`nonsense` is not a revision here");
    Project::new().run(&["run", "--staged"]).exits(2).complains("is not in a git repository");
}

#[test]
fn a_configured_exclude_hides_files_from_every_gate() {
    let project = repository()
        .file("sdlc.toml", "[project]\nexclude = [\"d\"]\n[gates.lint]\nplugin = \"builtin:python-lint\"\n");
    assert_eq!(paths(&project.json(&[])), ["a.py"]);
}

#[test]
fn a_misspelt_gate_is_told_from_a_path() {
    let project = Project::new().file("a.py", "x = 1\n");
    project.run(&["run", "hygene"]).exits(2).complains("hint: did you mean the gate `hygiene`?");
}

#[test]
fn a_path_beside_staged_is_refused_rather_than_ignored() {
    let project = Project::new().file("a.py", "x = 1\n");
    project.git(&["init", "-q"]);
    project.run(&["run", "--staged", "a.py"]).exits(2).complains("`a.py` is a path, but `--staged`");
}

#[test]
fn a_staged_link_to_nothing_is_broken_whatever_the_tree_has() {
    let project = Project::new().file("a.txt", "a\n");
    project.git(&["init", "-q"]);
    std::os::unix::fs::symlink("a.txt", project.path("good")).unwrap();
    std::os::unix::fs::symlink("untracked.txt", project.path("bad")).unwrap();
    project.write("untracked.txt", "only in the tree\n");
    project.git(&["add", "a.txt", "good", "bad"]);
    let report = project.json(&["--staged"]);
    assert_eq!(paths(&report), ["bad"]);
    assert_eq!(report["gates"][0]["findings"][0]["rule"], "broken-symlink");
}
