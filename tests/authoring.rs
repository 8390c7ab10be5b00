//! `sdlc plugin new`, `build`, `test`, `run` and `inspect`, in Rust; the other languages are tried in CI.

use std::fs;

use serde_json::Value;

use crate::harness::{Project, component, hostile};

#[test]
fn a_plugin_is_inspected_without_a_grant() {
    let project = Project::new();
    let prober = component("prober");
    let said = project.run(&["plugin", "inspect", prober.to_str().unwrap()]).exits(0);
    let said = said.says("kinds      workspace-gate").says("contract   0.1.0").says("name       prober");
    let said = said.says("could      read files, run programs, as far as `sdlc.toml` grants it");
    said.says("cannot     write files, see the environment, start services, reach the network").says("\"requests\"");
    let pure = component("example-gate");
    let said = project.run(&["plugin", "inspect", pure.to_str().unwrap()]).exits(0);
    said.says(
        "cannot     write files, see the environment, read files, run programs, start services, reach the network",
    );
    let json = project.run(&["plugin", "inspect", "--json", pure.to_str().unwrap()]).exits(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["kinds"][0], &json["contract"]), (&"file-gate".into(), &"0.1.0".into()));
}

#[test]
fn what_is_no_plugin_is_not_inspected() {
    let project = Project::new().file("x.wasm", "nonsense");
    project.run(&["plugin", "inspect", "x.wasm"]).exits(2).complains("is not a WebAssembly component");
    project.run(&["plugin", "inspect", "y.wasm"]).exits(2).complains("`y.wasm` cannot be read");
}

#[test]
fn one_plugin_runs_on_one_file_and_says_what_it_took() {
    let project = Project::new().file("a.md", format!("{}\n", "x".repeat(20))).file("s.toml", "max = 10\n");
    let gate = component("example-gate");
    let ran = project.run(&["plugin", "run", gate.to_str().unwrap(), "--file", "a.md", "--settings", "s.toml"]);
    let ran = ran.exits(0).complains("load ").complains("memory ");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["findings"][0]["rule"], "line-too-long");
    let ran = project.run(&["plugin", "run", gate.to_str().unwrap(), "--file", "s.toml"]).exits(0);
    ran.complains("the plugin does not select `s.toml`");
}

#[test]
fn a_new_plugin_builds_and_passes_its_own_cases() {
    let project = Project::new();
    project.run(&["plugin", "new", "no-tabs", "--lang", "rust"]).exits(0).complains("wrote `no-tabs`");
    project.run(&["plugin", "new", "no-tabs", "--lang", "rust"]).exits(2).complains("is there already");
    project.run(&["plugin", "new", "No Tabs", "--lang", "rust"]).exits(2).complains("does not do as a name");
    // What the toolchain would build is not what is under test here.
    fs::create_dir(project.path("no-tabs/out")).unwrap();
    fs::copy(component("example-gate"), project.path("no-tabs/out/no-tabs.wasm")).unwrap();
    fs::remove_dir_all(project.path("no-tabs/cases")).unwrap();
    project.write("no-tabs/cases/long/input/a.md", format!("{}\n", "x".repeat(20)));
    project.write("no-tabs/cases/long/settings.toml", "max = 10\n");
    let test = |more: &[&str]| project.run(&[&["plugin", "test", "no-tabs", "--no-build"], more].concat());
    test(&[]).exits(1).says("it has no `expected.json`; hint: `sdlc plugin test --update`");
    test(&["--update"]).exits(0).says("long updated");
    test(&[]).exits(0).says("long passed").says("1 passed, 0 failed");
    project.write("no-tabs/cases/long/input/a.md", format!("{}\n", "x".repeat(30)));
    test(&[]).exits(1).says("-       \"message\": \"line of 20 characters").says("+       \"message\": \"line of 30");
}

#[test]
fn a_trap_in_a_case_is_a_failure() {
    let project = hostile("panic", 0, "");
    project.write("p/sdlc-plugin.toml", "name = \"p\"\nlang = \"rust\"\nkind = \"file-gate\"\n");
    project.write("p/cases/a/input/a.txt", "x\n");
    project.write("p/cases/a/settings.toml", "attack = \"panic\"\n");
    fs::create_dir(project.path("p/out")).unwrap();
    fs::copy(component("hostile"), project.path("p/out/p.wasm")).unwrap();
    project
        .run(&["plugin", "test", "p", "--no-build"])
        .exits(1)
        .says("a failed: the plugin trapped")
        .says("bug on a.txt");
}

#[test]
fn a_component_built_for_contract_0_1_0_stays_loadable() {
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/contract-0.1.0.wasm");
    let project = Project::new().file("a.md", format!("{}\n", "x".repeat(130)));
    project.write("sdlc.toml", format!("[gates.old]\nplugin = {{ path = {kept:?} }}\n"));
    project.run(&["run"]).exits(1).says("line-too-long");
}

#[test]
fn a_component_built_for_a_newer_contract_is_refused_with_both_versions() {
    let mut bytes = fs::read(component("example-gate")).unwrap();
    let (old, new) = (b"sdlc:plugin/plugin@0.1.0", b"sdlc:plugin/plugin@0.9.0");
    let at: Vec<_> =
        bytes.windows(old.len()).enumerate().filter(|(_, window)| window == old).map(|(at, _)| at).collect();
    at.into_iter().for_each(|at| bytes[at..at + new.len()].copy_from_slice(new));
    let project = Project::new().file("x.wasm", &bytes);
    let said = project.run(&["plugin", "inspect", "x.wasm"]).exits(2);
    said.complains("contract 0.9.0, and this host speaks 0.1.0; hint: update `sdlc`");
}
