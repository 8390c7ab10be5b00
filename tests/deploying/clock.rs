//! Clocks that are set while a service is watched. `libfaketime` stands between `sdlc` and the clock.

use std::{fs, thread, time::Duration};

use super::{
    scaling::{Monitor, healthy, scaled},
    service::Load,
};

/// Debian's `faketime`.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

#[test]
fn a_clock_that_is_set_forward_and_back_by_a_day_holds_no_scaling_up() {
    if !fs::exists(LIBRARY).unwrap() {
        assert!(std::env::var_os("SDLC_REQUIRE_DOCKER").is_none(), "`{LIBRARY}` is missing");
        eprintln!("skipped: `{LIBRARY}` is missing");
        return;
    }
    let Some(service) = scaled("sdlc-test-clock") else { return };
    let offset = service.project.path("../offset");
    fs::write(&offset, "+0").unwrap();
    let file = offset.to_str().unwrap().to_owned();
    let faked = [
        ("LD_PRELOAD", LIBRARY),
        ("FAKETIME_TIMESTAMP_FILE", &file),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];
    let _monitor = Monitor::with(&service, &["--apply"], &faked);
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
