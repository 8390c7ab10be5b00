//! Services that leak, crash, hang, fail and slow down are healed, while the other replicas serve.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    scaling::{Monitor, healthy, log},
    service::{Load, Service, service},
};

/// Ends at once while a file is in its container, which a fresh one has not.
const BREAKS: &str = r#"CMD ["/bin/sh","-c","test -e /broken && exit 3; httpd -p 8080 -h /www; while sleep 0.1; do test -e /broken && exit 3; done"]"#;
/// A mebibyte a second.
const LEAKS: &str =
    r#"CMD ["/bin/sh","-c","httpd -p 8080 -h /www; all=; while sleep 0.2; do all=$all$(printf %200000s); done"]"#;
const FAILS: &str = "test -e /broken && echo 'Status: 500 Internal Server Error'\necho; echo well";
const SLOW: &str = "test -e /broken && sleep 0.4\necho; echo well";
const BREAK: &str = "echo > /broken";

/// With version 1.0 live, and incidents that take seconds instead of minutes.
pub(super) fn watched(name: &'static str, more: &str) -> Option<Service> {
    let service = service(name)?;
    service.configure("timeout = \"1s\"", "timeout = \"2s\", unhealthy-after = 1");
    service.configure("hold = \"300ms\"", "hold = \"0s\"");
    // What is tested is not how fast this machine is.
    service.configure("start-timeout = \"5s\"", "start-timeout = \"60s\"");
    service.configure("stop-timeout = \"2s\"", "stop-timeout = \"1s\"");
    let text = fs::read_to_string(service.project.path("sdlc.toml")).unwrap();
    let recover = "[environments.production.recover]\nlasting = \"1s\"\nstart-up = \"10s\"\nleak-window = \"30s\"\n";
    service.project.write("sdlc.toml", format!("{text}{recover}{more}"));
    Some(service)
}

/// In so many of the replicas.
pub(super) fn inside(service: &Service, replicas: usize, script: &str) {
    service.shell(&format!(
        "for id in $(echo $IDS | cut -d' ' -f1-{replicas}); do docker exec $id sh -c '{script}'; done"
    ));
}

pub(super) fn recoveries(service: &Service) -> Vec<Value> {
    let ran = service.project.run(&["recover", "history", "production", "--output-format", "json"]).exits(0);
    serde_json::from_str::<Value>(&ran.stdout).unwrap()["recoveries"].as_array().unwrap().clone()
}

/// Until the last thing that was done is judged: what it was about, what it was, and whether it helped.
#[track_caller]
fn judged(service: &Service) -> (String, String, bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !recoveries(service).first().is_some_and(|recovery| recovery["helped"].is_boolean()) {
        assert!(Instant::now() < until, "nothing was judged: {}", log(service));
        thread::sleep(Duration::from_millis(200));
    }
    let recovery = recoveries(service).remove(0);
    let word = |key: &str| recovery[key].as_str().unwrap().to_owned();
    let action = recovery["actions"][0].as_str().unwrap().to_owned();
    (word("kind"), action, recovery["helped"].as_bool().unwrap())
}

fn expected(kind: &str, action: &str) -> (String, String, bool) {
    (kind.to_owned(), action.to_owned(), true)
}

#[test]
fn a_replica_that_hangs_is_replaced_and_costs_what_it_had_taken() {
    let Some(service) = watched("sdlc-test-hang", "") else { return };
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    let load = Load::on(&service);
    let _monitor = Monitor::on(&service, &["--heal"]);
    // It is seen to be well first: what never was might be starting.
    thread::sleep(Duration::from_secs(4));
    let before = service.shell("echo $IDS");
    inside(&service, 1, "kill -STOP -1");
    assert_eq!(judged(&service), expected("unreachable", "restart-replica"));
    assert_ne!(before, service.shell("echo $IDS"));
    assert_eq!(healthy(&service), 2);
    // Four clients have a request in flight each.
    let (good, failed) = load.end();
    assert!(good > 300 && failed <= 4, "{good} good requests, {failed} failed ones");
    let errors = service.project.run(&["errors"]).exits(0);
    errors.says("service production").says("what helped: restart-replica");
}

#[test]
fn a_replica_that_crashes_again_and_again_gets_a_fresh_container() {
    let Some(service) = watched("sdlc-test-crash", "") else { return };
    service.image("1.0", BREAKS);
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    let load = Load::on(&service);
    let _monitor = Monitor::on(&service, &["--heal"]);
    inside(&service, 1, BREAK);
    let (_, action, helped) = judged(&service);
    assert_eq!((action.as_str(), helped), ("restart-replica", true), "{}", log(&service));
    let (good, failed) = load.end();
    // What was in flight when it crashed, of four clients, at each of its starts.
    assert!(good > 300 && failed <= 16, "{good} good requests, {failed} failed ones");
    assert_eq!(healthy(&service), 2);
}

#[test]
fn a_replica_that_leaks_is_recycled_before_it_dies_without_a_lost_request() {
    let Some(service) = watched("sdlc-test-leak", "most-per-hour = 2\n") else { return };
    service.image("1.0", LEAKS);
    service.configure("replicas = 2", "replicas = 1\nresources = { memory = \"64Mi\" }");
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    let load = Load::on(&service);
    let _monitor = Monitor::on(&service, &["--heal"]);
    // It is the only one: another one serves while it is exchanged.
    service.eventually("a recycled replica", |service| recoveries(service).len() == 2);
    service.eventually("the limit", |service| log(service).contains("2 things were done within an hour"));
    assert!(recoveries(&service).iter().all(|recovery| recovery["kind"] == "memory-leak"), "{}", log(&service));
    load.ends_without_a_failure();
    // None of them was killed by the kernel.
    assert!(!service.shell("docker inspect -f '{{.State.OOMKilled}}' $IDS").contains("true"));
}

#[test]
fn what_a_monitor_was_killed_at_is_gone_on_with_by_the_next_and_counts_as_done() {
    let Some(service) = watched("sdlc-test-unfinished", "most-per-hour = 20\n") else { return };
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    let load = Load::on(&service);
    let two_serve = || {
        let well = |service: &Service| healthy(service) == 2 && service.shell("echo $IDS | wc -w").trim() == "2";
        service.eventually("two replicas", well);
        // What is begun, is begun by now, and what never was well might be starting.
        thread::sleep(Duration::from_secs(4));
        service.eventually("two replicas", well);
    };
    // Before it is stopped, while it is, and when there may be another one already.
    for after in [0, 500, 1500] {
        let monitor = Monitor::on(&service, &["--heal"]);
        two_serve();
        let before = recoveries(&service).len();
        inside(&service, 1, "kill -STOP -1");
        service.eventually("a recovery", |service| recoveries(service).len() > before);
        thread::sleep(Duration::from_millis(after));
        monitor.killed();
        assert!(service.page().is_some());
    }
    let monitor = Monitor::on(&service, &["--heal"]);
    two_serve();
    monitor.killed();
    let done = recoveries(&service).len();
    service.configure("most-per-hour = 20", &format!("most-per-hour = {done}"));
    let _monitor = Monitor::on(&service, &["--heal"]);
    two_serve();
    inside(&service, 1, "kill -STOP -1");
    let limit = format!("{done} things were done within an hour");
    service.eventually("the limit", |service| log(service).contains(&limit));
    assert_eq!(recoveries(&service).len(), done, "{}", log(&service));
    // Four clients have a request in flight each, at each of the four that hang.
    let (good, failed) = load.end();
    assert!(good > 300 && failed <= 16, "{good} good requests, {failed} failed ones: {}", log(&service));
}

#[test]
fn a_service_at_which_requests_fail_gets_fresh_replicas() {
    let Some(service) = watched("sdlc-test-erring", "") else { return };
    service.scripted_image("1.0", FAILS);
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    let _load = Load::on(&service);
    let _monitor = Monitor::on(&service, &["--heal"]);
    inside(&service, 1, BREAK);
    let (kind, action, helped) = judged(&service);
    assert!(kind == "error-rate" && action.starts_with("restart-") && helped, "{}", log(&service));
    assert!(service.page().unwrap().contains("well"));
}

#[test]
fn a_service_that_slows_down_gets_fresh_replicas_one_after_the_other() {
    let Some(service) = watched("sdlc-test-slows", "latency = \"250ms\"\n") else { return };
    service.scripted_image("1.0", SLOW);
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    let load = Load::on(&service);
    let _monitor = Monitor::on(&service, &["--heal"]);
    inside(&service, 2, BREAK);
    assert_eq!(judged(&service), expected("latency", "restart-service"));
    assert_eq!(healthy(&service), 2);
    let (good, failed) = load.end();
    assert!(good > 50 && failed == 0, "{good} good requests, {failed} failed ones");
}

#[test]
fn a_new_version_that_turns_bad_is_gone_back_from_where_that_is_allowed() {
    let Some(service) = watched("sdlc-test-turns", "allow = [\"roll-back\"]\n") else { return };
    let project = &service.project;
    service.scripted_image("1.1", FAILS);
    project.run(&["deploy", "production", "1.0"]).exits(0);
    project.run(&["deploy", "production", "1.1"]).exits(0);
    let _load = Load::on(&service);
    let _monitor = Monitor::on(&service, &["--heal"]);
    inside(&service, 2, BREAK);
    assert_eq!(judged(&service), expected("error-rate", "roll-back"));
    project.run(&["status"]).exits(0).says("live      1.0");
    assert!(service.page().unwrap().contains("version 1.0"));
    project.run(&["recover", "history", "production"]).exits(0).says("roll-back (go back to the version before");
}

#[test]
fn what_is_not_allowed_is_told_with_the_line_that_would_allow_it_and_without_heal_nothing_is_done() {
    let Some(service) = watched("sdlc-test-denied", "allow = [\"scale\"]\n") else { return };
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    let before = service.shell("echo $IDS");
    let monitor = Monitor::on(&service, &[]);
    inside(&service, 1, "kill -STOP -1");
    service.eventually("an incident", |service| log(service).contains("incident  unreachable of `sdlc-test-denied"));
    thread::sleep(Duration::from_secs(3));
    assert!(!log(&service).contains("heal  "), "{}", log(&service));
    drop(monitor);
    let _monitor = Monitor::on(&service, &["--heal"]);
    let hint = "`allow = [\"scale\", \"restart-replica\"]` in `[environments.production.recover]`";
    service.eventually("the grant that is missing", |service| log(service).contains(hint));
    assert_eq!(before, service.shell("echo $IDS"));
    assert!(recoveries(&service).is_empty());
}

#[test]
fn what_makes_no_sense_in_a_recovery_is_an_error_of_the_configuration() {
    let text = "[project]\nname = \"shop\"\n[environments.production]\nimage = \"shop\"\nport = 80\n\
                [environments.production.recover]\nallow = [\"restart-replca\"]\nerror-rate = 2.0\nlasting = \"soon\"\n";
    let project = crate::harness::Project::new().file("sdlc.toml", text);
    let checked = project.run(&["config", "check"]).exits(2);
    checked.complains("did you mean `restart-replica`?").complains("`error-rate` is 2").complains("`soon` is no time");
    let wrong = text.replace(
        "allow = [\"restart-replca\"]\nerror-rate = 2.0\nlasting = \"soon\"",
        "settings = { busy-cpu = 700.0 }",
    );
    project.write("sdlc.toml", wrong);
    project.run(&["config", "check"]).exits(2).complains("busy-cpu").complains("must be 0 to 100");
}
