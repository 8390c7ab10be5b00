//! `sdlc.lock`: what is pinned runs, and what is not what was pinned stops the run before anything is loaded.

use std::fs;

use crate::harness::{Project, component};

/// A project with a plugin in its repository, pinned.
fn pinned() -> Project {
    let project = Project::new().file("a.md", "text\n");
    fs::create_dir(project.path("gates")).unwrap();
    fs::copy(component("example-gate"), project.path("gates/x.wasm")).unwrap();
    project.run(&["plugin", "add", "gates/x.wasm", "--name", "length"]).exits(0).complains("added gate `length`");
    project
}

#[test]
fn an_added_plugin_is_pinned_and_runs() {
    let project = pinned();
    let lock = fs::read_to_string(project.path("sdlc.lock")).unwrap();
    assert!(lock.contains("source = \"path:gates/x.wasm\"") && lock.contains("name = \"example-gate\""), "{lock}");
    project.run(&["run", "--locked"]).exits(0).says("length  passed");
    project.run(&["plugin", "list"]).exits(0).says("length   path:gates/x.wasm  example-gate 0.1.0, sha256 ");
    project.run(&["plugin", "add", "gates/x.wasm", "--name", "length"]).exits(2).complains("`length` is there already");
}

#[test]
fn a_component_that_is_not_the_pinned_one_stops_the_run() {
    let project = pinned();
    fs::copy(component("hostile"), project.path("gates/x.wasm")).unwrap();
    project.run(&["run"]).exits(2).complains("but `sdlc.lock` pins").complains("hint: if the change is meant");
    project.run(&["plugin", "update"]).exits(0).complains("`length` is hostile 0.1.0");
    project.run(&["plugin", "list"]).says("hostile 0.1.0");
}

#[test]
fn a_plugin_that_is_not_pinned_does_not_run_in_ci() {
    let project = pinned();
    fs::remove_file(project.path("sdlc.lock")).unwrap();
    project.run(&["run"]).exits(0);
    project.run(&["run", "--locked"]).exits(2).complains("`path:gates/x.wasm` is not in `sdlc.lock`");
    let output = project.command(&["run"]).env("CI", "true").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_lock_that_makes_no_sense_stops_the_run() {
    let project = pinned();
    project.write("sdlc.lock", "version = 9\n");
    project.run(&["run"]).exits(2).complains("is of format 9, and this `sdlc` knows 1");
    project.write("sdlc.lock", "<<<<<<< ours\n");
    project.run(&["run"]).exits(2).complains("`sdlc.lock` makes no sense");
}

#[test]
fn a_removed_gate_leaves_the_lock_too() {
    let project = pinned();
    project.run(&["plugin", "remove", "length"]).exits(0);
    assert!(!project.path("sdlc.lock").exists());
    project.run(&["plugin", "remove", "length"]).exits(2).complains("no gate is called `length`");
}

#[test]
fn configuration_from_a_trusted_revision_is_not_what_a_pull_request_made_of_it() {
    let project = pinned();
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "base"]);
    project.write("sdlc.toml", "[gates.length]\nplugin = { path = \"gates/x.wasm\" }\nfail-on = \"never\"\n");
    project.write("sdlc.lock", "version = 1\n");
    project.write("a.md", format!("{}\n", "x".repeat(130)));
    project.run(&["run"]).exits(0);
    project.run(&["run", "--config-from", "HEAD"]).exits(1).says("line-too-long");
    fs::copy(component("hostile"), project.path("gates/x.wasm")).unwrap();
    project.run(&["run", "--config-from", "HEAD"]).exits(2).complains("but `sdlc.lock` pins");
}

#[test]
fn a_plugin_whose_key_is_trusted_has_to_be_signed() {
    let project = pinned();
    project.write("sdlc.toml", "[gates.a]\nplugin = { path = \"gates/x.wasm\", trust = { key = \"k.pub\" } }\n");
    project.run(&["run"]).exits(2).complains("public key `k.pub` cannot be read");
    project.write("k.pub", "no key");
    project.run(&["run"]).exits(2).complains("is not signed");
}

#[test]
fn a_plugin_comes_on_top_of_the_built_in_gates_and_not_in_their_place() {
    let project = Project::new().file("a.py", "import os\n");
    fs::create_dir(project.path("gates")).unwrap();
    fs::copy(component("example-gate"), project.path("gates/x.wasm")).unwrap();
    let added = project.run(&["plugin", "add", "gates/x.wasm"]).exits(0);
    added.complains("wrote `sdlc.toml` with the built-in gates that fit, as `sdlc init` does, and added to it");
    project.run(&["run"]).exits(1).says("F401").says("hygiene ").says("example-gate ");
}

/// A project with a plugin of a registry, copied as `plugin vendor` does it; and the path of the copy.
fn vendored() -> (Project, String) {
    let project = Project::new().file("a.md", "text\n");
    let inspected = project.run(&["plugin", "inspect", "--json", component("example-gate").to_str().unwrap()]).exits(0);
    let inspected: serde_json::Value = serde_json::from_str(&inspected.stdout).unwrap();
    let digest = inspected["sha256"].as_str().unwrap();
    let copy = format!("sdlc-plugins/{digest}.wasm");
    project.write(&copy, fs::read(component("example-gate")).unwrap());
    project.write(
        "sdlc.toml",
        "[gates.length]\nplugin = { oci = \"registry.example/a/length:1.0.0\" }\n\
         [gates.hygiene]\nplugin = \"builtin:hygiene\"\nsettings = { max-kb = 10 }\n",
    );
    let lock = format!(
        "version = 1\n[[plugin]]\nsource = \"oci:registry.example/a/length:1.0.0\"\nsha256 = \"{digest}\"\n\
         name = \"example-gate\"\nversion = \"0.1.0\"\nvendored = \"{copy}\"\n"
    );
    project.write("sdlc.lock", lock);
    (project, copy)
}

#[test]
fn the_copy_of_a_pinned_plugin_is_no_large_file_and_any_other_file_is() {
    let (project, copy) = vendored();
    project.run(&["run", "--locked"]).exits(0).says("length  passed");
    fs::copy(project.path(&copy), project.path("sdlc-plugins/other.wasm")).unwrap();
    let ran = project.run(&["run", "--locked"]).exits(1).says("sdlc-plugins/other.wasm\n").says("large-file");
    assert!(!ran.stdout.contains(&copy), "{}", ran.stdout);
}

#[test]
fn a_copy_that_was_swapped_is_seen_in_the_list() {
    let (project, copy) = vendored();
    let list = project.run(&["plugin", "list"]).exits(0).says(&copy);
    assert!(!list.stdout.contains("but the file"), "{}", list.stdout);
    fs::copy(component("hostile"), project.path(&copy)).unwrap();
    project.run(&["plugin", "list"]).exits(0).says(", but the file has sha256 ");
    fs::remove_file(project.path(&copy)).unwrap();
    project.run(&["plugin", "list"]).exits(0).says(", but the file cannot be read: ");
}
