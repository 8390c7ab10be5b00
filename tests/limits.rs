//! Every limit, obeyed and violated; a violation is an error of the plugin, says which setting it was, and the
//! other gates go on.

use std::{
    fs,
    time::{Duration, Instant},
};

use crate::harness::{Project, component, hostile};

/// `small` passes; `large` fails and says `message`; the other gate has run both times.
#[track_caller]
fn check(attack: &str, limits: &str, small: u64, large: u64, message: &str) {
    hostile(attack, small, limits).run(&["run"]).exits(0).says("hostile passed").says("other   passed");
    let started = Instant::now();
    let ran = hostile(attack, large, limits).run(&["run"]).exits(3).says(message).says("other   passed");
    assert!(ran.stdout.contains("failed gate `hostile` (plugin `hostile` 0.1.0) on `a.txt`"), "{}", ran.stdout);
    // Neither has the gate a score, nor would the others' mean be one of what was asked for.
    assert_eq!(ran.stdout.matches(", score ").count(), 1, "{}", ran.stdout);
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_guest_that_computes_for_too_long_is_ended() {
    check("loop", "timeout = \"300ms\"", 1000, u64::MAX >> 1, "took longer than 0.3 s; hint: `timeout`");
}

#[test]
fn a_guest_that_waits_for_too_long_is_ended() {
    check("sleep", "timeout = \"300ms\"", 1, 3_600_000, "took longer than 0.3 s; hint: `timeout`");
}

#[test]
fn a_guest_that_wants_too_much_memory_does_not_get_it() {
    check(
        "memory",
        "limits = { memory = \"32 MiB\" }",
        1 << 20,
        64 << 20,
        "of memory, at most 32 MiB are allowed; hint: `limits.memory`",
    );
}

#[test]
fn a_guest_that_calls_itself_without_end_runs_out_of_stack() {
    check(
        "recursion",
        "limits = { stack = \"256 KiB\" }",
        10,
        10_000_000,
        "ran out of its 256 KiB of stack; hint: `limits.stack`",
    );
}

#[test]
fn a_guest_that_opens_too_many_handles_is_ended() {
    check(
        "handles",
        "limits = { handles = 100 }",
        50,
        1000,
        "wanted more than 100 handles at once; hint: `limits.handles`",
    );
}

#[test]
fn a_component_with_tables_that_are_too_large_is_not_started() {
    let limits = "limits = { table-elements = 50000 }";
    check_grown(1000, 1, limits, 100_000, 1, "wanted tables of", "limits.table-elements");
}

#[test]
fn a_component_with_too_many_instances_is_not_started() {
    check_grown(1, 5, "limits = { instances = 20 }", 1, 50, "has more than 20 instances", "limits.instances");
}

#[test]
fn of_many_short_files_only_the_one_that_cannot_be_judged_fails() {
    let component = component("hostile");
    for (attack, message) in [("panic", "trapped: "), ("not-a-number", "makes no sense: ")] {
        let configuration = format!(
            "[gates.hostile]\nplugin = {{ path = {component:?} }}\n\
             [gates.hostile.settings]\nattack = \"{attack}\"\namount = 1\nonly = \"50.txt\"\n"
        );
        // Enough to be handed over several at a time.
        let project = (0..400).fold(Project::new().file("sdlc.toml", configuration), |project, number| {
            project.file(&format!("{number}.txt"), format!("{number}\n"))
        });
        let report = project.json(&["--no-cache", "--jobs", "2"]);
        let gate = &report["gates"][0];
        let failures = gate["failures"].as_array().unwrap();
        assert_eq!(failures.len(), 1, "{failures:?}");
        assert_eq!(failures[0]["path"], "50.txt");
        assert!(failures[0]["message"].as_str().unwrap().contains(message), "{failures:?}");
        assert_eq!(gate["findings"].as_array().unwrap().len(), 399, "all other files");
    }
}

/// A component that has a module more, with a table of so many elements and so many instances of it: first one that
/// passes, then one that does not.
#[track_caller]
fn check_grown(few: u32, small: u32, limits: &str, many: u32, large: u32, message: &str, setting: &str) {
    let project = hostile("loop", 0, limits);
    let configuration = fs::read_to_string(project.path("sdlc.toml")).unwrap();
    let own = component("hostile");
    project.write("sdlc.toml", configuration.replace(own.to_str().unwrap(), "grown.wasm"));
    project.write("grown.wasm", grown(&fs::read(&own).unwrap(), few, small));
    project.run(&["run"]).exits(0).says("hostile passed");
    project.write("grown.wasm", grown(&fs::read(&own).unwrap(), many, large));
    let ran = project.run(&["run"]).exits(3).says(message).says("other   passed");
    assert!(ran.stdout.contains(setting), "{}", ran.stdout);
}

/// Sections of the component model's binary format: 1 is a core module, 2 are core instances.
fn grown(component: &[u8], elements: u32, instances: u32) -> Vec<u8> {
    let module = [b"\0asm\x01\0\0\0".as_slice(), &section(4, &[&[1, 0x70, 0], leb(elements).as_slice()].concat())];
    let instance = [&[0], leb(core_modules(component)).as_slice(), &[0]].concat();
    let list = [leb(instances), instance.repeat(instances as usize)].concat();
    [component, &section(1, &module.concat()), &section(2, &list)].concat()
}

pub(crate) fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id], leb(u32::try_from(content.len()).unwrap()).as_slice(), content].concat()
}

fn core_modules(component: &[u8]) -> u32 {
    let (mut rest, mut modules) = (&component[8..], 0);
    while let [id, behind @ ..] = rest {
        let length = behind.iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
        let size = behind[..length].iter().rev().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7f));
        modules += u32::from(*id == 1);
        rest = &behind[length + size..];
    }
    modules
}

pub(crate) fn leb(mut number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

#[test]
fn a_guest_that_gives_too_many_findings_is_refused() {
    check(
        "findings",
        "limits = { findings = 10 }",
        10,
        11,
        "gave 11 findings at once, at most 10 are allowed; hint: `limits.findings`",
    );
}

#[test]
fn a_guest_that_gives_too_much_at_once_is_refused() {
    check(
        "result",
        "limits = { result-size = \"1 MiB\" }",
        1000,
        2 << 20,
        "gave back more than 1 MiB in one call; hint: `limits.result-size`",
    );
}

#[test]
fn a_file_that_is_too_large_is_not_handed_over() {
    let limits = "limits = { file-size = \"1 KiB\" }";
    hostile("loop", 0, limits).run(&["run"]).exits(0);
    let project = hostile("loop", 0, limits).file("big.txt", "x\n".repeat(600));
    project.run(&["run"]).exits(3).says("on `big.txt`: file of 1200 bytes is larger than `limits.file-size`");
}

#[test]
fn log_output_is_cut() {
    let project = hostile("log", 100, "limits = { log = \"50\" }");
    project
        .run(&["run", "-v"])
        .exits(0)
        .complains("[50 bytes more were cut off; hint: `limits.log` sets how much is kept]");
    let project = hostile("log", 40, "limits = { log = \"50\" }");
    let ran = project.run(&["run", "-v"]).exits(0).complains(&"x".repeat(40));
    assert!(!ran.stderr.contains("cut off"), "{}", ran.stderr);
}
