//! What it costs to run a program on each tier, beside running it plainly. Prints medians in milliseconds.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that fails has nothing to say")]

use std::time::{Duration, Instant};

use sdlc_tools::{
    command::Command,
    grant::Grant,
    host::Host,
    limits::Limits,
    tier::Tier,
    tools::{Confinement, Tools},
};

const RUNS: usize = 101;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let plain = median(|| assert!(std::process::Command::new("true").output().unwrap().status.success()));
    println!("{:>20} {:6.2} ms", "plain", milliseconds(plain));
    for tier in Tier::ALL {
        let tools = tools(tier);
        let command = Command { program: "true".to_owned(), ..Command::default() };
        let run = || assert_eq!(runtime.block_on(tools.run(&command)).unwrap().status(), Some(0));
        // What the machine can do is found out once.
        let first = Instant::now();
        run();
        let first = first.elapsed();
        println!("{:>20} {:6.2} ms, the first {:.2} ms", tier.name(), milliseconds(median(run)), milliseconds(first));
    }
}

fn tools(tier: Tier) -> Tools {
    let workspace = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let host = Host {
        launcher: env!("CARGO_BIN_EXE_sdlc-tools-launcher").into(),
        workspace: workspace.to_owned(),
        path: "/usr/bin:/bin".into(),
        temporary: "/tmp".into(),
        toolchains: Vec::new(),
    };
    let grant = Grant { run: vec!["true".parse().unwrap()], read: vec![".".into()], ..Grant::default() };
    Tools::new(host, grant, Limits::default(), Confinement { least: tier, most: tier }, "").unwrap()
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(RUNS / 2).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
