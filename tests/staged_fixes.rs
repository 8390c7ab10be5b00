//! `sdlc run --staged --fix`: what is staged is fixed, and what is not is left as it was.

use std::{
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    process::Command,
};

use crate::harness::Project;

fn repository() -> Project {
    let project = Project::new().file("a.txt", "one\ntwo\nthree\nfour\nfive\n");
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "one"]);
    project
}

#[track_caller]
fn git(project: &Project, arguments: &[&str]) -> String {
    let output = Command::new("git").current_dir(project.root()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn staged(project: &Project, path: &str) -> String {
    git(project, &["show", &format!(":{path}")])
}

fn tree(project: &Project, path: &str) -> String {
    fs::read_to_string(project.path(path)).unwrap()
}

fn stage(project: &Project, path: &str, content: &str) {
    project.write(path, content);
    project.git(&["add", path]);
}

#[test]
fn a_file_that_is_staged_as_it_is_gets_fixed_in_both_places() {
    let project = repository();
    stage(&project, "a.txt", "one  \ntwo\n");
    project.run(&["run", "--staged", "--fix"]).exits(0).says("fixed 1: 1 trailing-whitespace");
    assert_eq!((staged(&project, "a.txt"), tree(&project, "a.txt")), ("one\ntwo\n".into(), "one\ntwo\n".into()));
    assert_eq!(git(&project, &["status", "--porcelain"]), "M  a.txt\n");
    project.git(&["fsck", "--strict"]);
}

#[test]
fn unstaged_hunks_stay_byte_for_byte() {
    let project = repository();
    stage(&project, "a.txt", "one  \ntwo\nthree\nfour\nfive\n");
    project.write("a.txt", "one  \ntwo\nthree\nfour\nFIVE  \nsix\t\n");
    project.run(&["run", "--staged", "--fix"]).exits(0);
    assert_eq!(staged(&project, "a.txt"), "one\ntwo\nthree\nfour\nfive\n");
    assert_eq!(tree(&project, "a.txt"), "one\ntwo\nthree\nfour\nFIVE  \nsix\t\n");
}

#[test]
fn a_conflict_leaves_the_file_in_both_places_and_names_it() {
    let project = repository();
    stage(&project, "a.txt", "one  \ntwo\n");
    stage(&project, "b.txt", "b \n");
    project.write("a.txt", "ONE  \ntwo\n");
    project
        .run(&["run", "--staged", "--fix"])
        .exits(1)
        .says("not fixed a.txt: its unstaged changes are on the same lines");
    assert_eq!((staged(&project, "a.txt"), tree(&project, "a.txt")), ("one  \ntwo\n".into(), "ONE  \ntwo\n".into()));
    assert_eq!((staged(&project, "b.txt"), tree(&project, "b.txt")), ("b\n".into(), "b\n".into()));
}

#[test]
fn deleted_and_renamed_and_untracked_files_stay_what_they_are() {
    let project = repository();
    stage(&project, "gone.txt", "gone \n");
    fs::remove_file(project.path("gone.txt")).unwrap();
    project.git(&["mv", "a.txt", "moved.txt"]);
    stage(&project, "moved.txt", "one\ntwo \nthree\nfour\nfive\n");
    project.write("untracked.txt", "u  \n");
    project.run(&["run", "--staged", "--fix"]).exits(0);
    assert_eq!(staged(&project, "gone.txt"), "gone\n");
    assert!(!project.path("gone.txt").exists());
    assert_eq!(staged(&project, "moved.txt"), "one\ntwo\nthree\nfour\nfive\n");
    assert_eq!(tree(&project, "untracked.txt"), "u  \n");
    assert_eq!(git(&project, &["status", "--porcelain"]), "AD gone.txt\nR  a.txt -> moved.txt\n?? untracked.txt\n");
}

#[test]
fn modes_stay_in_both_places() {
    let project = repository();
    stage(&project, "run.sh", "#!/bin/sh\necho  \n");
    fs::set_permissions(project.path("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    project.git(&["add", "run.sh"]);
    project.run(&["run", "--staged", "--fix", "hygiene"]).exits(0);
    assert!(git(&project, &["ls-files", "-s", "run.sh"]).starts_with("100755 "));
    assert_eq!(git(&project, &["status", "--porcelain"]), "A  run.sh\n");
}

#[test]
fn what_is_only_intended_to_be_added_is_not_touched() {
    let project = repository();
    project.write("later.txt", "later  \n");
    project.git(&["add", "-N", "later.txt"]);
    stage(&project, "a.txt", "one  \n");
    project.run(&["run", "--staged", "--fix"]).exits(0);
    assert_eq!(tree(&project, "later.txt"), "later  \n");
    assert_eq!(git(&project, &["status", "--porcelain"]), "M  a.txt\n A later.txt\n");
    assert_eq!(git(&project, &["diff", "--stat", "--", "later.txt"]).lines().count(), 2, "still intended to be added");
}

#[test]
fn a_merge_with_conflicts_is_refused_and_a_resolved_one_is_fixed() {
    let project = repository();
    project.git(&["checkout", "-qb", "other"]);
    stage(&project, "a.txt", "ONE\ntwo\n");
    project.git(&["commit", "-qm", "theirs"]);
    project.git(&["checkout", "-q", "main"]);
    stage(&project, "a.txt", "1\ntwo\n");
    project.git(&["commit", "-qm", "ours"]);
    let mut merge = Command::new("git");
    merge.current_dir(project.root()).args(["-c", "user.name=t", "-c", "user.email=t@t", "merge", "-q", "other"]);
    assert!(!merge.output().unwrap().status.success());
    let before = tree(&project, "a.txt");
    project.run(&["run", "--staged", "--fix"]).exits(2).complains("unresolved merge conflicts");
    assert_eq!(tree(&project, "a.txt"), before);
    stage(&project, "a.txt", "resolved  \n");
    project.run(&["run", "--staged", "--fix"]).exits(0);
    assert_eq!(staged(&project, "a.txt"), "resolved\n");
    assert!(project.path(".git/MERGE_HEAD").exists());
    project.git(&["commit", "-qm", "merged"]);
}

#[test]
fn submodules_and_linked_worktrees_are_understood() {
    let module = repository();
    let project = repository();
    project.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        module.root().to_str().unwrap(),
        "module",
    ]);
    project.git(&["commit", "-qm", "module"]);
    project.write("module/a.txt", "changed below  \n");
    project.git(&["worktree", "add", "-q", "../linked"]);
    let linked = project.root().parent().unwrap().join("linked");
    fs::write(linked.join("a.txt"), "in the linked one  \n").unwrap();
    project.git(&["-C", linked.to_str().unwrap(), "add", "a.txt"]);
    stage(&project, "a.txt", "here  \n");
    let ran = project.command(&["run", "--staged", "--fix"]).current_dir(&linked).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stdout));
    assert_eq!(fs::read_to_string(linked.join("a.txt")).unwrap(), "in the linked one\n");
    assert_eq!(tree(&project, "a.txt"), "here  \n");
    project.run(&["run", "--staged", "--fix"]).exits(0);
    assert_eq!(
        (tree(&project, "a.txt").as_str(), tree(&project, "module/a.txt").as_str()),
        ("here\n", "changed below  \n")
    );
}

#[test]
fn a_checkout_with_crlf_keeps_it() {
    let project = repository();
    project.git(&["config", "core.autocrlf", "true"]);
    stage(&project, "b.txt", "one  \r\ntwo\r\n");
    assert_eq!(staged(&project, "b.txt"), "one  \ntwo\n");
    project.run(&["run", "--staged", "--fix"]).exits(0);
    assert_eq!((staged(&project, "b.txt"), tree(&project, "b.txt")), ("one\ntwo\n".into(), "one\r\ntwo\r\n".into()));
    assert_eq!(git(&project, &["status", "--porcelain"]), "A  b.txt\n");
}

#[test]
fn names_that_are_not_utf_8_are_fixed_in_both_places() {
    let project = repository();
    let path = project.root().join(std::ffi::OsStr::from_bytes(b"a\xff.txt"));
    fs::write(&path, "x  \n").unwrap();
    project.git(&["add", "."]);
    project.run(&["run", "--staged", "--fix"]).exits(0);
    assert_eq!(fs::read(&path).unwrap(), b"x\n");
    assert_eq!(git(&project, &["status", "--porcelain"]), "A  \"a\\377.txt\"\n");
}

#[test]
fn the_commit_that_calls_it_as_a_hook_has_what_was_fixed() {
    let project = repository();
    let hook = format!(
        "#!/bin/sh\nunset GIT_DIR\nexec {} run --staged --fix --cache-dir {} --state-dir {}\n",
        env!("CARGO_BIN_EXE_sdlc"),
        project.cache().display(),
        project.cache().with_file_name("state").display()
    );
    project.write(".git/hooks/pre-commit", hook);
    project.make_executable(".git/hooks/pre-commit");
    stage(&project, "a.txt", "one  \ntwo\nthree\nfour\n");
    project.write("a.txt", "one  \ntwo\nthree\nfour\nunstaged \n");
    project.git(&["commit", "-qm", "by a hook"]);
    assert_eq!(git(&project, &["show", "HEAD:a.txt"]), "one\ntwo\nthree\nfour\n");
    assert_eq!(tree(&project, "a.txt"), "one\ntwo\nthree\nfour\nunstaged \n");
    // Of all that changed, which git stages in an index of its own.
    project.git(&["commit", "-qam", "all"]);
    assert_eq!(git(&project, &["show", "HEAD:a.txt"]), "one\ntwo\nthree\nfour\nunstaged\n");
    assert_eq!(git(&project, &["status", "--porcelain"]), "");
}

#[test]
fn undo_takes_the_index_back_too() {
    let project = repository();
    stage(&project, "a.txt", "one  \ntwo\n");
    project.run(&["run", "--staged", "--fix"]).exits(0);
    project.run(&["undo"]).exits(0);
    assert_eq!((staged(&project, "a.txt"), tree(&project, "a.txt")), ("one  \ntwo\n".into(), "one  \ntwo\n".into()));
}

#[test]
fn an_index_that_git_holds_is_an_error_and_nothing_changes() {
    let project = repository();
    stage(&project, "a.txt", "one  \ntwo\n");
    project.write(".git/index.lock", "");
    project.run(&["run", "--staged", "--fix"]).exits(2).complains("index.lock` is there; hint:");
    assert_eq!((staged(&project, "a.txt"), tree(&project, "a.txt")), ("one  \ntwo\n".into(), "one  \ntwo\n".into()));
}
