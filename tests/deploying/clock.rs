//! Clocks that are set while a service is watched. `libfaketime` stands between `sdlc` and the clock.

use std::{fs, path::PathBuf, thread, time::Duration};

use serde_json::Value;

use super::{
    recovering::{inside, recoveries, watched},
    scaling::{Monitor, healthy, log, scaled},
    service::{Load, Service},
};

/// Debian's `faketime`.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/// A monitor whose clock is off by what the returned file says.
fn monitor(service: &Service, argument: &str) -> (Monitor, PathBuf) {
    let offset = service.project.path("../offset");
    fs::write(&offset, "+0").unwrap();
    let file = offset.to_str().unwrap().to_owned();
    let faked = [
        ("LD_PRELOAD", LIBRARY),
        ("FAKETIME_TIMESTAMP_FILE", &file),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];
    (Monitor::with(service, &[argument], &faked), offset)
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn is_there() -> bool {
    let is_there = fs::exists(LIBRARY).unwrap();
    if !is_there {
        assert!(std::env::var_os("SDLC_REQUIRE_DOCKER").is_none(), "`{LIBRARY}` is missing");
        eprintln!("skipped: `{LIBRARY}` is missing");
    }
    is_there
}

#[test]
fn a_clock_that_is_set_forward_and_back_by_a_day_holds_no_scaling_up() {
    let Some(service) = is_there().then(|| scaled("sdlc-test-clock")).flatten() else { return };
    let (_monitor, offset) = monitor(&service, "--apply");
    // The policy wants three replicas under load, and one without.
    let load = Load::on(&service);
    service.eventually("a third replica", |service| healthy(service) == 3);
    fs::write(&offset, "+1d").unwrap();
    load.ends_without_a_failure();
    service.eventually("a single replica, a day later", |service| healthy(service) == 1);
    fs::write(&offset, "-1d").unwrap();
    thread::sleep(Duration::from_secs(1));
    let load = Load::on(&service);
    service.eventually("a third replica, two days before that", |service| healthy(service) == 3);
    load.ends_without_a_failure();
}

#[test]
fn a_clock_that_is_set_back_by_a_day_while_something_is_healed_holds_no_healing_up() {
    let Some(service) = is_there().then(|| watched("sdlc-test-clock-heals", "most-per-hour = 1\n")).flatten() else {
        return;
    };
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    let (_monitor, offset) = monitor(&service, "--heal");
    for number in 1..=2 {
        service.eventually("two replicas", |service| healthy(service) == 2);
        // What never was seen to be well might be starting.
        thread::sleep(Duration::from_secs(4));
        inside(&service, 1, "kill -STOP -1");
        service.eventually("something that is done about it", |service| recoveries(service).len() == number);
        fs::write(&offset, "-1d").unwrap();
        let helped = |recovery: &Value| recovery["helped"] == true;
        service.eventually("that it helped", |service| recoveries(service).iter().all(helped));
    }
    // That it is done once in an hour holds by the new clock as well.
    thread::sleep(Duration::from_secs(4));
    inside(&service, 1, "kill -STOP -1");
    service.eventually("the limit", |service| log(service).contains("1 thing was done within an hour"));
    assert_eq!(recoveries(&service).len(), 2, "{}", log(&service));
}
