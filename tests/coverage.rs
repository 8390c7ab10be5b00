//! The gate for coverage, on times that a file system really has.

use std::{
    fs::File,
    time::{Duration, SystemTime},
};

use crate::harness::Project;

const LCOV: &str = "SF:src/a.py\nDA:1,1\nend_of_record\nSF:src/b.py\nDA:1,1\nend_of_record\n";

fn configuration(settings: &str) -> String {
    format!(
        "[gates.coverage]\nplugin = \"builtin:coverage\"\nrequire = {{ lines = \">= 100\" }}\n\
         grant = {{ read = [\"**\", \"lcov.info\"] }}\nsettings = {{ {settings} }}\n"
    )
}

/// A report that is a minute old, and ignored by git, beside sources that are as old as given.
fn project(a: u64, b: u64) -> Project {
    let project = Project::new()
        .file("sdlc.toml", configuration(""))
        .file(".gitignore", "lcov.info\n")
        .file("src/a.py", "x = 1\n")
        .file("src/b.py", "y = 2\n")
        .file("lcov.info", LCOV);
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    let now = SystemTime::now();
    for (path, age) in [("src/a.py", a), ("src/b.py", b), ("lcov.info", 60)] {
        let file = File::options().append(true).open(project.path(path)).unwrap();
        file.set_modified(now - Duration::from_secs(age)).unwrap();
    }
    project
}

#[test]
fn a_report_is_stale_where_a_source_was_modified_after_it() {
    project(90, 61).run(&["run"]).exits(0);
    project(90, 30).run(&["run"]).exits(3).says("`lcov.info` is stale: `src/b.py` was modified 30s after it was made");
}

#[test]
fn a_checkout_after_the_report_is_told_with_the_setting_that_allows_it() {
    let project = project(10, 10);
    let hint = "hint: make it again; `settings.times = false`";
    project.run(&["run"]).exits(3).says("all 2 sources that it covers were modified after it was made").says(hint);
    project.write("sdlc.toml", configuration("times = false"));
    project.run(&["run"]).exits(0);
}

#[test]
fn what_is_staged_has_no_time() {
    project(10, 10).run(&["run", "--staged"]).exits(0);
}

#[test]
fn a_revision_has_no_time() {
    let project = project(10, 10);
    project.git(&["commit", "-qm", "one"]);
    project.git(&["commit", "-qm", "two", "--allow-empty"]);
    project.run(&["run", "--from-ref", "HEAD~1", "--to-ref", "HEAD"]).exits(0);
}
