//! Attacks on configuration, the lock, the cache, and where plugins come from.

use std::{fs, process::Stdio, thread, time::Duration};

use crate::harness::{Project, component, paths};

#[test]
fn attack_30_a_lock_whose_digest_was_changed_stops_the_run() {
    let project = pinned("example-gate");
    let lock = fs::read_to_string(project.path("sdlc.lock")).unwrap();
    let at = lock.find("sha256 = \"").unwrap() + "sha256 = \"".len();
    let other = if lock[at..].starts_with('0') { "1" } else { "0" };
    project.write("sdlc.lock", format!("{}{other}{}", &lock[..at], &lock[at + 1..]));
    let ran = project.run(&["run"]).exits(2).complains("`sdlc.lock` pins");
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
}

#[test]
fn attack_31_a_grant_is_not_for_another_component_of_the_same_name() {
    let project = pinned("prober");
    let text = fs::read_to_string(project.path("sdlc.toml")).unwrap();
    let settings = "grant = { run = [\"sh\"] }\nsettings = { requests = [{ run = [\"sh\", \"-c\", \"exit 0\"] }] }\n";
    project.write("sdlc.toml", format!("{text}{settings}"));
    project.run(&["run"]).exits(0).says("gate    passed");
    // The same name, version and place, and a custom section more: another component.
    let mut other = fs::read(component("prober")).unwrap();
    other.extend([0, 3, 1, b'x', 0]);
    project.write("gates/x.wasm", other);
    let ran = project.run(&["run"]).exits(2).complains("`sdlc.lock` pins");
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
}

#[test]
fn attack_33_sixteen_runs_on_one_cache_of_which_some_are_killed() {
    let project = Project::new().file("a.py", "import os\n").file("b.py", "x = 1\n");
    for round in 0..3u64 {
        project.write("c.py", format!("import json\n\nx = {round}\n"));
        let start = || project.command(&["run", "--output-format", "json"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut children: Vec<_> = (0..16).map(|_| start()).collect();
        for (number, child) in children.iter_mut().enumerate().filter(|(number, _)| number % 3 == 0) {
            // Neither the same nor even distances.
            thread::sleep(Duration::from_millis(number as u64 * 7 % 11 + round));
            let _ = child.kill();
        }
        let outputs = children.into_iter().map(|child| child.wait_with_output().unwrap());
        let ended: Vec<_> = outputs.filter(|output| output.status.code().is_some()).collect();
        assert!(ended.len() >= 10, "{}", ended.len());
        for output in &ended {
            let report = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(paths(&report), ["a.py", "c.py"]);
        }
    }
    assert_eq!(paths(&project.json(&[])), ["a.py", "c.py"]);
}

fn pinned(package: &str) -> Project {
    let project = Project::new().file("a.md", "text\n");
    fs::create_dir(project.path("gates")).unwrap();
    fs::copy(component(package), project.path("gates/x.wasm")).unwrap();
    project.run(&["plugin", "add", "gates/x.wasm", "--name", "gate"]).exits(0);
    project
}
