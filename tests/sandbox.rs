//! What a plugin can reach, what happens when it is wrong, and what is refused before it runs.

use std::fs;

use crate::harness::{Project, component, hostile};

#[test]
fn a_plugin_finds_nothing_of_the_host() {
    let report = hostile("explore", 0, "").json(&["hostile"]);
    assert_eq!(
        report["gates"][0]["findings"][0]["message"],
        "environment 0, arguments 0, files [], network false, written false"
    );
}

#[test]
fn a_trap_names_the_plugin_the_file_and_where_it_happened() {
    let ran = hostile("panic", 0, "").run(&["run"]).exits(3).says("other   passed");
    assert!(
        ran.stdout.contains(
            "failed gate `hostile` (plugin `hostile` 0.1.0) on `a.txt`: trapped: `unreachable` instruction executed"
        ),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("bug on a.txt"), "{}", ran.stdout);
    assert!(ran.stdout.contains("  at "), "{}", ran.stdout);
}

#[test]
fn a_trap_on_one_file_leaves_the_others_to_be_checked() {
    let project = hostile("panic", 0, "").file("b.txt", "b\n");
    project.run(&["run"]).exits(3).says("on `a.txt`").says("on `b.txt`");
}

#[test]
fn a_gate_that_fails_on_every_file_is_given_up() {
    let mut project = hostile("panic", 0, "");
    for number in 0..40 {
        project = project.file(&format!("f{number}.txt"), "x\n");
    }
    let ran = project.run(&["run", "-j", "1"]).exits(3).says("not checked by `hostile`: 31 files");
    assert_eq!(ran.stdout.matches("trapped").count(), 10);
}

#[test]
fn a_result_that_makes_no_sense_is_an_error_and_never_a_pass() {
    for (attack, message) in [
        ("not-a-number", "metric `answer` is NaN"),
        ("foreign-file", "it speaks of `/etc/passwd`, which it was not given"),
        ("out-of-range", "bytes 0 to 4294967295 of a file of 5 bytes"),
    ] {
        hostile(attack, 0, "").run(&["run"]).exits(3).says("gave back a result that makes no sense").says(message);
    }
}

#[test]
fn what_is_no_component_is_refused_and_the_other_gates_go_on() {
    let configuration = "[gates.a]\nplugin = { path = \"x.wasm\" }\n[gates.b]\nplugin = \"builtin:example-gate\"\n";
    let project = Project::new().file("sdlc.toml", configuration).file("a.txt", "text\n").file("x.wasm", "nonsense");
    project.run(&["run"]).exits(3).says("plugin `").says("is not a WebAssembly component").says("b passed");
    project.write("x.wasm", b"\0asm\x01\0\0\0");
    project.run(&["run"]).exits(3).says("is a core module, not a component; hint: build for `wasm32-wasip2`");
    project.write("x.wasm", b"\0asm\x0d\0\x01\0");
    project.run(&["run"]).exits(3).says("exports no kind of plugin");
}

#[test]
fn compiled_code_that_was_tampered_with_is_not_run() {
    let project = hostile("loop", 0, "");
    project.run(&["run"]).exits(0);
    let code = fs::read_dir(project.cache()).unwrap().flatten().map(|entry| entry.path());
    let code = code.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("code-"));
    let code: Vec<_> = code.collect();
    assert_eq!(code.len(), 1);
    let mut bytes = fs::read(&code[0]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&code[0], &bytes).unwrap();
    project.write("a.txt", "changed\n");
    project.run(&["run"]).exits(0).says("hostile passed");
    assert_ne!(fs::read(&code[0]).unwrap(), bytes, "it was compiled again");
}

#[test]
fn a_plugin_from_a_file_gives_what_the_same_one_built_in_gives() {
    let component = component("example-gate");
    let long = format!("{}\n", "x".repeat(130));
    let run = |plugin: String| {
        let project = Project::new().file("sdlc.toml", format!("[gates.a]\nplugin = {plugin}\n")).file("a.md", &long);
        project.json(&[])["gates"][0]["findings"].clone()
    };
    assert_eq!(run("\"builtin:example-gate\"".to_owned()).as_array().unwrap().len(), 1);
    assert_eq!(run(format!("{{ path = {component:?} }}")), run("\"builtin:example-gate\"".to_owned()));
}

#[test]
fn two_gates_of_one_plugin_run_beside_each_other() {
    let gate = |name: &str| format!("[gates.{name}]\nplugin = \"builtin:python-lint\"\n");
    let project = Project::new().file("a.py", "import os\n").file("sdlc.toml", gate("a") + &gate("b"));
    project.run(&["run"]).exits(1).says("unused (a)").says("unused (b)");
}
