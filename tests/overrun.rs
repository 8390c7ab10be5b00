//! Code of built-in plugins that does not ask whether its time is over: it is left behind, and all other limits hold for it.

use std::{
    fs, ptr,
    time::{Duration, Instant},
};

use sdlc_sandbox::{
    call::CallError,
    compile::compile_builtin,
    engine::{Overrun, Sandbox, digest},
    file_gate::{Assignment, FileGate, FileInput, FileKind, Formatting},
    limits::Limits,
    plugin::Plugin,
};
use tokio_util::sync::CancellationToken;

use crate::harness::component;

/// Rounds of a loop that take seconds, and not for ever: they burden the tests beside this one.
const LONG: u64 = 5_000_000_000;
/// The largest page that there is.
const PAGE: usize = 64 << 10;
const STACK: usize = 256 << 10;

/// Compiled as a built-in plugin is, and where one would be.
fn plugin(overrun: Overrun) -> Plugin {
    let component = fs::read(component("hostile")).unwrap();
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let code = compile_builtin(&component, &target, overrun).unwrap();
    let memory = vec![0; code.len() + PAGE].leak();
    let start = ptr::from_ref(&memory[0]).align_offset(PAGE);
    memory[start..start + code.len()].copy_from_slice(&code);
    let sandbox = Sandbox::new(STACK, overrun).unwrap();
    sandbox.load_embedded(&digest(&component), &memory[start..start + code.len()]).unwrap()
}

/// What an attack of this size comes to.
fn attacked(
    plugin: &Plugin,
    attack: &str,
    amount: u64,
    limits: &Limits,
    cancelled: &CancellationToken,
) -> Result<(), CallError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let settings = format!("{{\"attack\": \"{attack}\", \"amount\": {amount}}}");
        let mut gate = FileGate::new(plugin, &settings, limits, cancelled.clone()).await?;
        let file = FileInput::new("a.txt", FileKind::Regular, 2, Some(b"a\n".to_vec()));
        gate.check(&file).await.map(drop)
    })
}

#[test]
fn a_guest_that_is_left_behind_does_not_hold_up_the_host() {
    let plugin = plugin(Overrun::Abandon);
    let limits = Limits { timeout: Duration::from_millis(300), ..Limits::default() };
    let cancelled = CancellationToken::new();
    attacked(&plugin, "loop", 1000, &limits, &cancelled).unwrap();
    let started = Instant::now();
    let error = attacked(&plugin, "loop", LONG, &limits, &cancelled).unwrap_err().to_string();
    assert!(error.starts_with("took longer than 0.3 s; hint: `timeout`"), "{error}");
    // Beside it, others go on.
    attacked(&plugin, "loop", 1000, &Limits::default(), &cancelled).unwrap();
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn of_several_files_those_before_the_one_that_takes_too_long_are_judged() {
    for overrun in [Overrun::Abandon, Overrun::Interrupt] {
        let plugin = plugin(overrun);
        let limits = Limits { timeout: Duration::from_millis(300), ..Limits::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let ends = runtime.block_on(async {
            let settings = format!("{{\"attack\": \"loop\", \"amount\": {LONG}, \"only\": \"c.txt\"}}");
            let mut gate = FileGate::new(&plugin, &settings, &limits, CancellationToken::new()).await.unwrap();
            let file = |path| FileInput::new(path, FileKind::Regular, 2, Some(b"a\n".to_vec()));
            let files = ["a.txt", "b.txt", "c.txt", "d.txt"].map(file);
            let assignments = files.each_ref().map(|file| Assignment { file, formatting: Formatting::Skipped });
            gate.check_each(&assignments).await
        });
        assert_eq!(ends.len(), 3);
        for end in &ends[..2] {
            let (report, formatting) = end.outcome.as_ref().unwrap();
            // It does not know how to skip anything.
            assert_eq!((report.findings.len(), *formatting), (1, Formatting::Checked));
        }
        assert!(matches!(ends[2].outcome, Err(CallError::Timeout(_))));
    }
}

#[test]
fn a_run_that_is_stopped_does_not_wait_for_it() {
    let (plugin, cancelled) = (plugin(Overrun::Abandon), CancellationToken::new());
    let stop = cancelled.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        stop.cancel();
    });
    let limits = Limits { timeout: Duration::from_secs(600), ..Limits::default() };
    let stopped = attacked(&plugin, "loop", LONG, &limits, &cancelled);
    assert!(matches!(stopped, Err(CallError::Cancelled)), "{stopped:?}");
}

#[test]
fn all_other_limits_hold_for_it_too() {
    let plugin = plugin(Overrun::Abandon);
    let limits = Limits {
        memory: 32 << 20,
        handles: 100,
        findings: 10,
        result_size: 1 << 20,
        stack: STACK,
        ..Limits::default()
    };
    for (attack, small, large, message) in [
        ("memory", 1 << 20, 64 << 20, "of memory, at most 32 MiB are allowed; hint: `limits.memory`"),
        ("recursion", 10, 10_000_000, "ran out of its 256 KiB of stack; hint: `limits.stack`"),
        ("handles", 50, 1000, "wanted more than 100 handles at once; hint: `limits.handles`"),
        ("findings", 10, 11, "at most 10 are allowed; hint: `limits.findings`"),
        ("result", 1000, 2 << 20, "gave back more than 1 MiB in one call; hint: `limits.result-size`"),
    ] {
        let cancelled = CancellationToken::new();
        attacked(&plugin, attack, small, &limits, &cancelled).unwrap();
        let error = attacked(&plugin, attack, large, &limits, &cancelled).unwrap_err().to_string();
        assert!(error.contains(message), "{attack}: {error}");
    }
    let panicked = attacked(&plugin, "panic", 1, &limits, &CancellationToken::new());
    assert!(matches!(panicked, Err(CallError::Trap { .. })), "{panicked:?}");
}
