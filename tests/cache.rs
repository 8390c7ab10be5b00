//! What is kept from run to run: used where it holds, and harmless where it is broken.

use std::{fs, process::Stdio};

use crate::harness::Project;

fn project() -> Project {
    let project = Project::new().file("a.py", "import os\n").file("b.py", "x = 1\n");
    project.run(&["run"]).exits(1).says("2 files");
    // Files that were written just now may change again with the same time stamp, so they are read once more.
    std::thread::sleep(std::time::Duration::from_millis(60));
    project.run(&["run"]).exits(1);
    project
}

#[test]
fn a_warm_run_knows_everything() {
    project().run(&["run"]).exits(1).says("2 cached").says("F401");
}

#[test]
fn a_warm_run_does_not_read_unchanged_files() {
    let project = project();
    // The content changes behind the back of the time stamps: only who reads it would see. The time of the last
    // change of attributes cannot be set back, so this is done before the notes are taken.
    let trace = project.path("../trace");
    let mut strace = std::process::Command::new("strace");
    strace.args(["-f", "-e", "trace=openat,openat2", "-o"]).arg(&trace);
    strace.arg(env!("CARGO_BIN_EXE_sdlc")).arg("run").current_dir(project.root());
    let Ok(status) = strace.env("SDLC_CACHE_DIR", project.cache()).stdout(Stdio::null()).status() else {
        eprintln!("skipped: no strace");
        return;
    };
    assert_eq!(status.code(), Some(1));
    let trace = fs::read_to_string(trace).unwrap();
    assert!(!trace.contains("a.py") && !trace.contains("b.py"), "{trace}");
}

#[test]
fn a_changed_file_is_checked_again() {
    let project = project();
    project.write("b.py", "import sys\n");
    let report = project.json(&[]);
    assert_eq!(crate::harness::paths(&report), ["a.py", "b.py"]);
}

#[test]
fn changed_settings_and_changed_context_are_seen() {
    let project = project();
    project.write("pyproject.toml", "[tool.ruff.lint]\nignore = [\"F401\"]\n");
    project.run(&["run"]).exits(0);
    fs::remove_file(project.path("pyproject.toml")).unwrap();
    project.run(&["run"]).exits(1);
    project.write("sdlc.toml", "[gates.lint]\nplugin = \"builtin:python-lint\"\nsettings = { ignore = [\"F401\"] }\n");
    project.run(&["run"]).exits(0);
}

#[test]
fn an_executable_bit_is_part_of_what_counts() {
    let project = project().file("run.sh", "echo\n");
    project.run(&["run", "hygiene"]).exits(0);
    project.make_executable("run.sh");
    project.run(&["run", "hygiene"]).exits(1).says("executable-without-shebang");
}

#[test]
fn corrupted_files_are_as_good_as_none() {
    let project = project();
    for (number, entry) in fs::read_dir(project.cache()).unwrap().flatten().enumerate() {
        let mut bytes = fs::read(entry.path()).unwrap();
        match number % 3 {
            0 => bytes.truncate(bytes.len() / 2),
            1 => bytes.iter_mut().for_each(|byte| *byte = !*byte),
            _ => bytes.clear(),
        }
        fs::write(entry.path(), bytes).unwrap();
    }
    project.run(&["run"]).exits(1).says("F401");
    project.run(&["run"]).exits(1).says("F401");
}

#[test]
fn runs_at_the_same_time_do_not_harm_each_other() {
    let project = project();
    for round in 0..3 {
        project.write("c.py", format!("import json\n\nx = {round}\n"));
        let children: Vec<_> = (0..8)
            .map(|_| project.command(&["run", "--output-format", "json"]).stdout(Stdio::piped()).spawn().unwrap())
            .collect();
        let mut reports: Vec<_> = children.into_iter().map(|child| child.wait_with_output().unwrap().stdout).collect();
        reports.dedup();
        assert_eq!(reports.len(), 1);
    }
}

#[test]
fn a_kill_at_any_time_leaves_a_cache_that_works() {
    let project = project();
    for delay in 0..12 {
        project.write("c.py", format!("import json\n\nx = {delay}\n"));
        let mut child = project.command(&["run"]).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(delay * 2));
        let _ = child.kill();
        child.wait().unwrap();
        assert_eq!(crate::harness::paths(&project.json(&[])), ["a.py", "c.py"]);
    }
}

#[test]
fn a_cache_that_others_can_enter_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let project = project();
    fs::set_permissions(project.cache(), fs::Permissions::from_mode(0o777)).unwrap();
    let ran = project.run(&["run"]).exits(1).complains("results are not kept").complains("its mode is 777");
    assert!(!ran.stdout.contains("cached"), "{}", ran.stdout);
}

#[test]
fn the_cache_can_be_seen_and_cleared() {
    let project = project();
    project.run(&["cache", "info"]).exits(0).says("MiB");
    project.run(&["cache", "clear"]).exits(0).complains("removed");
    project.run(&["cache", "info"]).exits(0).says("0 files, 0.0 MiB");
}

#[test]
fn no_cache_leaves_nothing() {
    let project = Project::new().file("a.py", "x = 1\n");
    project.run(&["run", "--no-cache"]).exits(0);
    assert!(!project.cache().exists());
}
