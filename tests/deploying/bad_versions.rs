//! Versions that become healthy and do badly all the same: they are rolled back by themselves.

use super::service::{Load, Service, service};

/// Answers one request in twenty with an error.
const FLAKY: &str = r#"read random < /proc/sys/kernel/random/uuid
case $random in [0-9a-c]*) good=1 ;; *) case $random in ?[0-3]*) good= ;; *) good=1 ;; esac ;; esac
test "$good" || echo "Status: 500 Internal Server Error"
echo; echo flaky"#;
const WELL: &str = "echo; echo well";
const SLOW: &str = "sleep 0.3; echo; echo slow";
/// Becomes healthy, serves for a while, and is gone for good.
const CRASHES: &str = r#"CMD ["/bin/sh","-c","httpd -p 8080 -h /www; sleep 2; echo out of memory; exit 137"]"#;

fn with_time_to_look(name: &'static str) -> Option<Service> {
    let service = service(name)?;
    service.scripted_image("1.0", WELL);
    service.configure("hold = \"300ms\"", "hold = \"5s\"");
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    Some(service)
}

#[test]
fn a_version_that_fails_at_one_request_in_twenty_is_rolled_back_at_half_of_the_requests() {
    let Some(service) = with_time_to_look("sdlc-test-flaky") else { return };
    service.scripted_image("flaky", FLAKY);
    let load = Load::on(&service);
    let ran = service.project.run(&["deploy", "production", "flaky"]).exits(1);
    ran.complains("requests failed (").complains("`1.0` is");
    let (good, failed) = load.end();
    // It takes 50 of its requests and one look to see it; a look comes once a second.
    assert!(failed > 0 && failed * 20 < good, "{good} good requests, {failed} failed ones");
    assert!(service.page().unwrap().contains("well"));
}

#[test]
fn a_version_that_is_slow_is_rolled_back_without_a_lost_request() {
    let Some(service) = with_time_to_look("sdlc-test-slow") else { return };
    service.scripted_image("slow", SLOW);
    let load = Load::of(16, &service);
    // What is usual has to be known.
    service.eventually("100 requests", |service| {
        service.status()["proxy"]["slots"][0]["window"]["requests"].as_u64() > Some(100)
    });
    let ran = service.project.run(&["deploy", "production", "slow"]).exits(1);
    ran.complains("p95 is ").complains("`1.0` is");
    load.ends_without_a_failure();
    assert!(service.page().unwrap().contains("well"));
}

#[test]
fn a_version_that_crashes_once_it_serves_is_rolled_back_and_costs_what_was_in_flight() {
    let Some(service) = with_time_to_look("sdlc-test-crashes") else { return };
    service.image("crashes", CRASHES);
    let load = Load::on(&service);
    let ran = service.project.run(&["deploy", "production", "crashes"]).exits(1);
    ran.complains("out of memory").complains("`1.0` is");
    let (good, failed) = load.end();
    // Of an answer that has begun there is no second one: of four clients, at two replicas.
    assert!(good > 300 && failed <= 8, "{good} good requests, {failed} failed ones");
    assert!(service.page().unwrap().contains("well"));
}
