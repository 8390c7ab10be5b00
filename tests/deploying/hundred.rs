//! A hundred switches under a steady load of at least 500 requests a second. Takes two minutes and wants the machine for itself:
//! `cargo test --release --test end-to-end -- --ignored a_hundred_switches`.

use std::time::Instant;

use super::{
    pace::{Counts, Kept},
    service::{service, try_get},
};

const SWITCHES: usize = 100;
const SLOW: &str = "sleep 0.3; echo; echo slow";

#[test]
#[ignore = "takes two minutes, and wants the machine for itself"]
fn a_hundred_switches_under_load_lose_no_request() {
    let Some(service) = service("sdlc-test-hundred") else { return };
    let (project, port) = (&service.project, service.port);
    service.slow_too("1.0", SLOW);
    service.slow_too("1.1", SLOW);
    service.configure("hold = \"300ms\"", "hold = \"200ms\"");
    project.run(&["deploy", "production", "1.0"]).exits(0);
    let counts = Counts::default();
    let mut threads = Vec::new();
    for _ in 0..8 {
        let mut kept = Kept::default();
        threads.push(counts.at(|_| 60.0, move || kept.get(port)));
        threads.push(counts.at(|_| 15.0, move || try_get(port, "/").map(drop)));
        threads.push(counts.at(|_| 2.0, move || try_get(port, "/cgi-bin/slow").map(drop)));
    }
    let began = Instant::now();
    for switch in 0..SWITCHES {
        project.run(&["deploy", "production", ["1.1", "1.0"][switch % 2]]).exits(0);
    }
    let took = began.elapsed();
    let (good, bad) = counts.end(threads);
    let rate = good as f64 / took.as_secs_f64();
    eprintln!("{SWITCHES} switches in {:.0} s: {good} requests, {rate:.0} a second, {bad} failed", took.as_secs_f64());
    assert_eq!(bad, 0);
    assert!(rate >= 500.0, "{rate} requests a second");
}
