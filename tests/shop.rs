//! A web project, its good branch and its bad one: `tests/fixtures/shop`.

use std::{fs, net::TcpListener, path::Path};

use crate::harness::Project;

/// The advisory that the bad branch's pin is vulnerable to, in the shape of OSV.
const ADVISORY: &str = r#"{
    "schema_version": "1.6.0", "id": "GHSA-0000-0000-0001", "modified": "2026-01-01T00:00:00Z",
    "published": "2026-01-01T00:00:00Z", "summary": "escape from the sandbox",
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    "affected": [{"package": {"ecosystem": "PyPI", "name": "jinja2"},
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.8.1"}]}]}]
}"#;

/// A repository with the project at `main`, and a branch on it.
fn branch(name: &str) -> Project {
    let project = Project::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/shop");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let copy = |from: &str| {
        for entry in fs::read_dir(fixture.join(from)).unwrap().flatten() {
            let text = fs::read_to_string(entry.path()).unwrap();
            // No source has what looks like a token.
            let token = format!("sk_live_{}", "51Hq8Zk2eXvTbN9mRfWcYpLs");
            let text = text.replace("@TOKEN@", &token).replace("8461", &port);
            project.write(entry.file_name().to_str().unwrap(), text);
        }
    };
    copy("main");
    project.git(&["init", "-q", "-b", "main"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "main"]);
    project.git(&["checkout", "-qb", name]);
    copy(name);
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", name]);
    fs::create_dir(project.path("../osv")).unwrap();
    fs::write(project.path("../osv/GHSA-0000-0000-0001.json"), ADVISORY).unwrap();
    project.run(&["advisories", "update", "--from", "../osv"]).exits(0);
    project
}

#[test]
fn the_good_branch_passes() {
    let ran = branch("good").run(&["run", "--new-since", "main"]).exits(0);
    for gate in [
        "coverage     passed",
        "dependencies passed",
        "secrets      passed",
        "security     passed",
        "speed        passed",
    ] {
        assert!(ran.stdout.contains(gate), "{gate}: {}", ran.stdout);
    }
}

#[test]
fn the_bad_branch_fails_in_each_of_five_ways() {
    let ran = branch("bad").run(&["run", "--new-since", "main"]).exits(1);
    for words in [
        "coverage     rejected",
        "dependencies rejected",
        "secrets      rejected",
        "security     rejected",
        "speed        rejected",
        "`jinja2` 2.4.1 has GHSA-0000-0000-0001",
        "S608",
        "`changed-lines` is",
        "`p95` is 2",
    ] {
        assert!(ran.stdout.contains(words), "{words}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("51Hq8"), "{}", ran.stdout);
}
