//! Attacks on time and memory before a gate's own code runs: core modules and components made by hand.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use sdlc_authoring::encode::encode;
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve};

use crate::{
    harness::{Project, Ran},
    limits::{leb, section},
};

const WORLD: &str = "file-gate-plugin";

/// A component whose module has what the world asks for, with the text of the module changed.
pub(super) fn component(change: impl FnOnce(String) -> String) -> Vec<u8> {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(&contract).unwrap();
    let world = resolve.select_world(&[package], Some(WORLD)).unwrap();
    let module = wit_component::dummy_module(&resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    let text = change(wasmprinter::print_bytes(module).unwrap());
    encode(&wat::parse_str(text).unwrap(), &contract, WORLD).unwrap()
}

/// The module's text with more at its end.
fn with(more: &str) -> impl FnOnce(String) -> String {
    let more = more.to_owned();
    move |text| {
        let end = text.rfind(')').unwrap();
        format!("{}{more})", &text[..end])
    }
}

/// The gate fails and says why, the gate beside it passes, and it does not take for ever.
#[track_caller]
fn fails(component: &[u8], limits: &str, message: &str) {
    let started = Instant::now();
    let ran = failing(component, limits).says(message).says("other  passed").says("failed gate `attack`");
    assert!(started.elapsed() < Duration::from_secs(60), "{}", ran.stdout);
}

/// A run in which the component is a gate, and fails.
#[track_caller]
pub(super) fn failing(component: &[u8], limits: &str) -> Ran {
    let project = Project::new().file("x.wasm", component).file("a.md", "text\n");
    let configuration = format!(
        "[gates.attack]\nplugin = {{ path = \"x.wasm\" }}\n{limits}\n[gates.other]\nplugin = \"builtin:example-gate\"\n"
    );
    fs::write(project.path("sdlc.toml"), configuration).unwrap();
    project.run(&["run"]).exits(3)
}

#[test]
fn attack_01_an_endless_loop_in_start_is_ended() {
    let module = component(with("(func $spin (loop $again (br $again))) (start $spin)"));
    fails(&module, "timeout = \"300ms\"", "took longer than 0.3 s");
}

#[test]
fn attack_01_an_endless_loop_in_realloc_is_ended() {
    // Every function gives nothing, so that the first one that takes something gets called; that needs the memory.
    let spin = |text: String| {
        let text = text.replace("(memory (;0;) 0)", "(memory (;0;) 1)");
        let export = text.lines().find(|line| line.contains("\"cabi_realloc\"")).unwrap();
        let number = export.split("(func ").nth(1).unwrap().trim_end_matches(')');
        let (realloc, mut body) = (format!("(func (;{number};)"), "");
        let lines = text.lines().map(|line| {
            if line.trim_start().starts_with("(func (") {
                let gives = if line.contains("(result i32)") { "i32.const 0" } else { "nop" };
                body = if line.contains(&realloc) { "loop br 0 end unreachable" } else { gives };
            }
            line.replace("unreachable", body)
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    fails(&component(spin), "timeout = \"300ms\"", "took longer than 0.3 s");
}

#[test]
fn attack_05_endless_recursion_in_start_runs_out_of_stack() {
    let module = component(with("(func $down (call $down) (call $down)) (start $down)"));
    fails(&module, "", "ran out of its 1 MiB of stack; hint: `limits.stack`");
}

#[test]
fn attack_06_four_gib_of_initial_memory_are_not_given() {
    let large = |text: String| {
        assert!(text.contains("(memory (;0;) 0)"), "{text}");
        text.replace("(memory (;0;) 0)", "(memory (;0;) 65536)")
    };
    fails(&component(large), "", "wanted 4096 MiB of memory, at most 512 MiB are allowed; hint: `limits.memory`");
}

#[test]
fn attack_03_memory_that_grows_in_start_is_summed_up() {
    let grow = "(func $grow (loop $again (br_if $again (i32.ne (memory.grow (i32.const 256)) (i32.const -1)))) unreachable) (start $grow)";
    fails(&component(with(grow)), "limits = { memory = \"64 MiB\" }", "of memory, at most 64 MiB are allowed");
}

#[test]
fn attack_04_a_table_of_a_hundred_million_elements_is_not_given() {
    fails(&component(with("(table 100000000 funcref)")), "", "elements, at most 1000000 are allowed");
}

#[test]
fn attack_08_a_bomb_of_functions_or_data_is_refused_before_it_is_compiled() {
    let functions = "(func)".repeat(200_001);
    fails(&component(with(&functions)), "", "functions, more than the 200000 that are compiled here");
    let elements = format!("(table 2 funcref) (func $f) (elem func {})", "$f ".repeat(1_000_001));
    fails(&component(with(&elements)), "", "table entries, more than the 1000000 that are compiled here");
    // Data is in the file, byte by byte.
    let data = [component(|text| text), section(0, &vec![0; 64 << 20])].concat();
    fails(&data, "", "bytes, more than the 67108864 that are compiled here");
}

#[test]
fn attack_03_several_memories_are_summed_up() {
    let memories = "(memory 512)".repeat(3);
    fails(&component(with(&memories)), "limits = { memory = \"64 MiB\" }", "of memory, at most 64 MiB are allowed");
}

#[test]
fn attack_07_instances_that_double_at_each_level_of_nesting_are_refused() {
    for levels in [12, 30, 60] {
        fails(&nested(levels), "", "instances");
    }
}

/// A component that has two of one that has two of one, and so on, beside what the world asks for.
fn nested(levels: usize) -> Vec<u8> {
    let inner =
        (0..levels).fold("(component (core module $m) (core instance (instantiate $m)))".to_owned(), |inner, _| {
            format!(
                "(component {} (instance (instantiate $c)) (instance (instantiate $c)))",
                inner.replacen("(component", "(component $c", 1)
            )
        });
    let gate = component(|text| text);
    // Sections of a component can be put one behind the other: 4 is a component, 5 are instances.
    let bomb = wat::parse_str(&inner).unwrap();
    let index = components(&gate);
    [gate.as_slice(), &section(4, &bomb), &section(5, &[&[1, 0], leb(index).as_slice(), &[0]].concat())].concat()
}

/// How many components this one has, which is the index of the next. The encoder makes one for each interface.
fn components(component: &[u8]) -> u32 {
    wasmprinter::print_bytes(component).unwrap().matches("\n  (component ").count() as u32
}
