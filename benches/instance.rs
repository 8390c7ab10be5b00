//! Cost of a fresh instance, one call and its end, for a small component: `cargo bench --bench instance`.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement that prints")]

use std::time::Instant;

use sdlc_sandbox::{
    engine::Sandbox,
    file_gate::{FileGate, FileInput, FileKind},
    limits::Limits,
};
use tokio_util::sync::CancellationToken;

const ROUNDS: usize = 2_000;

fn main() {
    let limits = Limits::default();
    let builtin = sdlc_builtin::find("example-gate").unwrap();
    let plugin = Sandbox::new(limits.stack).unwrap().load_embedded(builtin.digest, builtin.code).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let file = FileInput::new("a.md", FileKind::Regular, 5, Some(b"text\n".to_vec()));
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            runtime.block_on(async {
                let mut gate = FileGate::new(&plugin, "{}", &limits, CancellationToken::new()).await.unwrap();
                gate.check(&file).await.unwrap();
            });
            started.elapsed()
        })
        .collect();
    times.sort();
    println!("fresh instance, configure, one call, drop: median {:?}, bar 60 us", times.get(ROUNDS / 2).unwrap());
}
