//! Modules and components that `wasm-smith` makes, the same in every run: none gets further than an error.

use std::time::{Duration, Instant};

use arbitrary::Unstructured;
use sdlc_sandbox::{
    anatomy::Anatomy,
    compile::{Caps, Compiler},
    engine::{Overrun, Sandbox},
    limits::Limits,
};
use wasm_smith::{Component, Config, Module};

use super::compute::{component, failing};
use crate::limits::section;

/// How long all of one test may take.
const TIME: Duration = Duration::from_secs(20);

/// So many bytes that look random (xorshift).
fn random(seed: u64, length: usize) -> Vec<u8> {
    let mut state = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// A module that can be instantiated with nothing.
fn module(seed: u64) -> Vec<u8> {
    let config = Config { max_imports: 0, gc_enabled: false, exceptions_enabled: false, ..Config::default() };
    Module::new(config, &mut Unstructured::new(&random(seed, 4096))).unwrap().to_bytes()
}

/// A component with the module in it.
fn around(module: &[u8]) -> Vec<u8> {
    [b"\0asm\x0d\0\x01\0".as_slice(), &section(1, module)].concat()
}

#[test]
fn generated_components_are_refused_and_nothing_panics() {
    let started = Instant::now();
    let sandbox = Sandbox::new(Limits::default().stack, Overrun::Interrupt).unwrap();
    let compiler = Compiler { executable: env!("CARGO_BIN_EXE_sdlc").into(), caps: Caps::default() };
    for seed in 0..300 {
        let bytes = random(seed, 8192);
        let component = match seed % 2 {
            0 => Component::new(Config::default(), &mut Unstructured::new(&bytes)).unwrap().to_bytes(),
            _ => around(&module(seed)),
        };
        assert!(Anatomy::of(&component).is_err_and(|error| !error.to_string().is_empty()), "seed {seed}");
        if seed % 3 == 0 {
            let loaded = sandbox.load(&component, None, &compiler);
            assert!(loaded.is_err_and(|error| !error.to_string().is_empty()), "seed {seed}");
        }
        // Cut and changed, it is an error too, or the same as before.
        let mut broken = component[..component.len() - component.len() / 3].to_vec();
        assert!(Anatomy::of(&broken).is_err(), "seed {seed}");
        let middle = broken.len() / 2;
        broken[middle] ^= 0x55;
        assert!(Anatomy::of(&broken).is_err(), "seed {seed}");
    }
    assert!(started.elapsed() < TIME, "{:?}", started.elapsed());
}

#[test]
fn generated_modules_within_a_gate_start_and_end_within_limits() {
    let started = Instant::now();
    let gate = component(|text| text);
    let number = wasmprinter::print_bytes(&gate).unwrap().matches("\n  (core module ").count();
    for seed in 0..60 {
        let instance = [1, 0, u8::try_from(number).unwrap(), 0];
        let bomb = [gate.as_slice(), &section(1, &module(seed)), &section(2, &instance)].concat();
        failing(&bomb, "timeout = \"200ms\"").says("other  passed").says("failed gate `attack`");
    }
    assert!(started.elapsed() < TIME, "{:?}", started.elapsed());
}
