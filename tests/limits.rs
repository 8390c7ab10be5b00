//! Every limit, obeyed and violated; a violation is an error of the plugin, says which setting it was, and the
//! other gates go on.

use std::time::{Duration, Instant};

use crate::harness::hostile;

/// `small` passes; `large` fails and says `message`; the other gate has run both times.
#[track_caller]
fn check(attack: &str, limits: &str, small: u64, large: u64, message: &str) {
    hostile(attack, small, limits).run(&["run"]).exits(0).says("hostile passed").says("other   passed");
    let started = Instant::now();
    let ran = hostile(attack, large, limits).run(&["run"]).exits(3).says(message).says("other   passed");
    assert!(ran.stdout.contains("failed gate `hostile` (plugin `hostile` 0.1.0) on `a.txt`"), "{}", ran.stdout);
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
