//! Cost of a fresh instance, one call and its end, for a small component: `cargo bench --bench instance`.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement that prints")]

use std::time::{Duration, Instant};

use sdlc_sandbox::{
    engine::{Overrun, Sandbox},
    file_gate::{FileGate, FileInput, FileKind},
    limits::Limits,
};
use tokio_util::sync::CancellationToken;

const ROUNDS: usize = 5_000;

fn main() {
    let limits = Limits::default();
    let builtin = sdlc_builtin::find("example-gate").unwrap();
    let plugin =
        Sandbox::new(limits.stack, Overrun::Interrupt).unwrap().load_embedded(builtin.digest, builtin.code).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let ids = ["none".to_owned()];
    let one_call = median(|| drop(runtime.block_on(plugin.rules(&ids, &limits)).unwrap()));
    let file = FileInput::new("a.md", FileKind::Regular, 5, Some(b"text\n".to_vec()));
    let configured = median(|| {
        runtime.block_on(async {
            let mut gate = FileGate::new(&plugin, "{}", &limits, CancellationToken::new()).await.unwrap();
            gate.check(&file).await.unwrap();
        });
    });
    println!("fresh instance, one call, drop: median {one_call:?}, bar 60 us");
    println!("the same with `configure` before: median {configured:?}");
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    times.sort();
    *times.get(ROUNDS / 2).unwrap()
}
