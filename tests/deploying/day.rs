//! Days that take a minute each: replicas come before the load does, once its cycle is known. Takes six minutes and wants the
//! machine for itself: `cargo test --release --test end-to-end -- --ignored days_of_a_minute`.

use std::{
    f64::consts::TAU,
    fs, thread,
    time::{Duration, Instant},
};

use super::{
    pace::{Counts, Kept},
    scaling::{Monitor, healthy},
    service::{Service, service},
};

const DAY: f64 = 60.0;
const DAYS: usize = 6;
/// Requests a second that one replica is meant to get.
const EACH: f64 = 40.0;
const CLIENTS: f64 = 10.0;

const POLICY: &str = "[environments.production.scale]\nplugin = \"builtin:predictive\"\nmin = 1\nmax = 8\ninterval = \"1s\"\n\
                      start-up = \"3s\"\ntarget = { requests-per-second-per-replica = 40 }\n\
                      settings = { hold = \"4s\", tracking = { scale-down = { stabilization = \"4s\" } } }\n";

/// Requests a second: at night 20, at noon 220.
fn load(at: Duration) -> f64 {
    120.0 - 100.0 * (TAU * at.as_secs_f64() / DAY).cos()
}

/// Share of the moments of each day in which there were fewer healthy replicas than the load needed, and the mean of replicas.
fn watch(service: &Service, began: Instant) -> Vec<(f64, f64)> {
    let mut days = vec![(0u32, 0u32, 0usize); DAYS];
    loop {
        let at = began.elapsed();
        let Some((looks, short, replicas)) = days.get_mut((at.as_secs_f64() / DAY) as usize) else { break };
        let healthy = healthy(service);
        *looks += 1;
        *short += u32::from((healthy as f64) * EACH < load(at));
        *replicas += healthy;
        thread::sleep(Duration::from_millis(250));
    }
    let day = |(looks, short, replicas): (u32, u32, usize)| {
        (f64::from(short) / f64::from(looks), replicas as f64 / f64::from(looks))
    };
    days.into_iter().map(day).collect()
}

#[test]
#[ignore = "takes six minutes, and wants the machine for itself"]
fn days_of_a_minute_are_known_after_some_and_replicas_come_before_the_load() {
    let Some(service) = service("sdlc-test-day") else { return };
    let (project, port) = (&service.project, service.port);
    let text = fs::read_to_string(project.path("sdlc.toml")).unwrap();
    project.write("sdlc.toml", text + POLICY);
    service.configure("replicas = 2", "replicas = 1");
    project.run(&["deploy", "production", "1.0"]).exits(0);
    let monitor = Monitor::on(&service, &["--apply"]);
    let counts = Counts::default();
    let began = Instant::now();
    let client = |_| {
        let mut kept = Kept::default();
        counts.at(|at| load(at) / CLIENTS, move || kept.get(port))
    };
    let threads: Vec<_> = (0..CLIENTS as usize).map(client).collect();
    let days = watch(&service, began);
    let (good, bad) = counts.end(threads);
    monitor.killed();
    for (day, (short, replicas)) in days.iter().enumerate() {
        eprintln!(
            "day {}: too few replicas for {:4.1} % of the time, {replicas:.2} in the mean",
            day + 1,
            100.0 * short
        );
    }
    eprintln!("{good} requests, {bad} failed");
    eprintln!("{}", project.run(&["scale", "history", "production", "-n", "40"]).exits(0).stdout);
    assert_eq!(bad, 0);
    assert!(good > 30_000, "{good}");
    let (first, last) = (days.first().unwrap(), days.last().unwrap());
    assert!(first.0 > 0.1 && last.0 < 0.5 * first.0, "{days:?}");
}
