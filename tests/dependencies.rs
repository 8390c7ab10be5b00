//! The gate for dependencies, with a database that the binary built.

use std::time::{Duration, SystemTime};

use crate::harness::Project;

fn advisory(id: &str, fixed: &str) -> String {
    format!(
        r#"{{"id": "{id}", "modified": "2024-01-02T03:04:05Z", "aliases": ["CVE-2021-1"], "summary": "is slow",
        "severity": [{{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}}],
        "affected": [{{"package": {{"ecosystem": "PyPI", "name": "Jinja2"}},
        "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}, {{"fixed": "{fixed}"}}]}}]}}]}}"#
    )
}

fn configuration(grant: &str, settings: &str) -> String {
    format!(
        "[gates.dependencies]\nplugin = \"builtin:dependencies\"\ngrant = {{ {grant} }}\n[gates.dependencies.settings]\n{settings}\n"
    )
}

const GRANT: &str = "read = [\"**\"], advisories = true";

/// A project with a vulnerable requirement, and advisories beside it.
fn project() -> Project {
    Project::new()
        .file("sdlc.toml", configuration(GRANT, ""))
        .file("requirements.txt", "jinja2==2.4.1\n")
        .file("../osv/a.json", advisory("GHSA-aaaa-bbbb-cccc", "2.11.3"))
        .file("../osv/b.json", advisory("PYSEC-2021-1", "2.11.3"))
}

fn updated() -> Project {
    let project = project();
    project.run(&["advisories", "update", "--from", "../osv"]).exits(0).says("2  PyPI, as of ");
    project
}

#[test]
fn a_vulnerable_dependency_is_found_offline() {
    let project = updated();
    let message = "`jinja2` 2.4.1 has GHSA-aaaa-bbbb-cccc (PYSEC-2021-1, CVE-2021-1): is slow; fixed in 2.11.3";
    project.run(&["run"]).exits(1).says(message).says("1:9 error high-vulnerability");
    project.write("requirements.txt", "jinja2==2.11.3\n");
    project.run(&["run"]).exits(0);
    project.run(&["advisories", "show", "cve-2021-1"]).exits(0).says("PYSEC-2021-1 PyPI jinja2");
    project.run(&["advisories", "show", "Jinja2", "--ecosystem", "PyPI"]).exits(0).says("from 0 fixed in 2.11.3");
}

#[test]
fn without_a_database_nothing_passes() {
    project().run(&["run"]).exits(3).says("hint: `sdlc advisories update --from");
    project().run(&["advisories", "info"]).exits(2).complains("there is no database of advisories");
}

#[test]
fn a_database_that_is_too_old_is_an_error() {
    let project = project();
    let then = SystemTime::now() - Duration::from_secs(9 * 24 * 3600);
    for name in ["a", "b"] {
        let path = project.path(&format!("../osv/{name}.json"));
        std::fs::File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
    }
    project.run(&["advisories", "update", "--from", "../osv"]).exits(0).says("(9 days ago)");
    project.run(&["run"]).exits(3).says("are 9 days old, which is more than `max-age = \"7d\"`");
    project.write("sdlc.toml", configuration(GRANT, "max-age = \"2w\""));
    project.run(&["run"]).exits(1).says("high-vulnerability");
}

#[test]
fn a_broken_database_is_an_error_with_what_mends_it() {
    let project = updated();
    let path = project.path("../.local/state/sdlc/advisories.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 1);
    std::fs::write(&path, bytes).unwrap();
    project.run(&["run"]).exits(3).says("hint: `sdlc advisories update --replace");
}

#[test]
fn what_is_ignored_has_a_reason_and_a_last_day() {
    let project = updated();
    let ignore =
        |until: &str| format!("ignore = [{{ id = \"CVE-2021-1\", reason = \"no templates\", until = \"{until}\" }}]");
    project.write("sdlc.toml", configuration(GRANT, &ignore("9999-01-31")));
    project.run(&["run"]).exits(0);
    project.write("sdlc.toml", configuration(GRANT, &ignore("2020-01-31")));
    project.run(&["run"]).exits(1).says("expired-ignore").says("high-vulnerability");
}

#[test]
fn without_the_grant_nothing_is_looked_up() {
    let project = updated();
    project.write("sdlc.toml", configuration("read = [\"**\"]", ""));
    project.run(&["run"]).exits(3).says("hint: `gates.dependencies.grant = { advisories = true }`");
}
