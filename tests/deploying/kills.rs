//! What is killed: `sdlc` after each record of its journal, the proxy, replicas, the engine itself.

use std::{process::Stdio, thread, time::Duration};

use super::{
    engine::Engine,
    service::{Load, service, service_on},
};
use crate::harness::Ran;

#[test]
fn a_deployment_that_was_killed_is_gone_on_with_or_taken_back_without_a_lost_request() {
    let Some(service) = service("sdlc-test-kill") else { return };
    let project = &service.project;
    project.run(&["deploy", "production", "1.0"]).exits(0);
    let load = Load::on(&service);
    let lines = || service.journal().lines().count();
    let (mut live, mut other) = ("1.0", "1.1");
    // Began, three steps planned and done, promoted, retired: killed after each of them.
    for records in 1..=8 {
        let before = lines();
        let mut child = project.command(&["deploy", "production", other]).stderr(Stdio::null()).spawn().unwrap();
        while lines() < before + records && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(service.page().is_some());
        match records % 3 {
            0 => {
                project.run(&["deploy", "production", other]).exits(0);
            }
            1 => {
                project.run(&["rollback", "production"]).exits(0);
            }
            _ => {
                // It only looks, and then goes on with it.
                let looked = project.run(&["status", "--no-resume"]).exits(0);
                let interrupted = looked.stdout.contains("nobody goes on with it");
                let resumed = project.run(&["status"]).exits(0);
                assert_eq!(interrupted, resumed.stderr.contains("was not over"), "{}", resumed.stderr);
                assert!(!resumed.stdout.contains("under way"), "{}", resumed.stdout);
            }
        }
        if service.page().unwrap().contains(&format!("version {other}")) {
            (live, other) = (other, live);
        }
        assert_eq!(service.status()["live"], live, "after {records} records");
        assert!(service.page().unwrap().contains(&format!("version {live}")), "after {records} records");
    }
    load.ends_without_a_failure();
}

#[test]
fn another_proxy_takes_the_place_of_one_that_is_killed_and_connections_wait_for_it() {
    let Some(service) = service("sdlc-test-proxy-dies") else { return };
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    let mut dead = Vec::new();
    let load = Load::on(&service);
    for _ in 0..3 {
        let pid = service.proxy();
        service.eventually("a proxy that stands by", |service| service.status()["proxy"]["standing-by"] == 1);
        service.shell(&format!("kill -9 {pid}"));
        dead.push(pid);
        service.eventually("the next proxy", |service| {
            service.status()["proxy"]["pid"].as_u64().is_some_and(|pid| !dead.contains(&pid))
        });
    }
    service.project.run(&["deploy", "production", "1.1"]).exits(0);
    assert!(service.page().unwrap().contains("version 1.1"));
    let (good, failed) = load.end();
    // Those that were in flight: at most one of each of four clients, three times.
    assert!(good > 300 && failed <= 12, "{good} good requests, {failed} failed ones");
}

#[test]
fn a_proxy_that_died_with_the_one_that_stood_by_is_started_by_the_next_deployment() {
    let Some(service) = service("sdlc-test-proxy-gone") else { return };
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    let pid = service.proxy();
    service.eventually("a proxy that stands by", |service| service.status()["proxy"]["standing-by"] == 1);
    service.shell(&format!("kill -9 $(pgrep -P {pid}) {pid}"));
    service.project.run(&["status"]).exits(0).says("does not run").says("sdlc rollback");
    assert!(service.page().is_none());
    service.project.run(&["deploy", "production", "1.1"]).exits(0);
    assert!(service.page().unwrap().contains("version 1.1"));
}

#[test]
fn a_replica_that_is_killed_comes_again_and_costs_what_it_was_answering() {
    let Some(service) = service("sdlc-test-replica-dies") else { return };
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    let load = Load::on(&service);
    let first = || service.shell("set -- $IDS; docker inspect -f '{{.State.Pid}}' $1").trim().to_owned();
    for _ in 0..3 {
        let pid = first();
        // Of one that is just started again there is none, and 0 would be ourselves.
        assert_ne!(pid, "0");
        service.shell(&format!("kill -9 {pid}"));
        service.eventually("the next process", |_| !["0", pid.as_str()].contains(&first().as_str()));
        service.eventually("all replicas", |service| {
            let targets = service.status()["proxy"]["slots"][0]["targets"].clone();
            let well = |target: &serde_json::Value| target["healthy"] == true;
            targets.as_array().is_some_and(|targets| targets.len() == 2 && targets.iter().all(well))
        });
    }
    let (good, failed) = load.end();
    // Of an answer that has begun there is no second one: of four clients, three times.
    assert!(good > 300 && failed <= 12, "{good} good requests, {failed} failed ones");
}

#[test]
fn requests_are_served_while_the_engine_is_dead_and_a_deployment_waits_for_it_or_goes_back_without_it() {
    if service("sdlc-test-engine-dies").is_none() {
        return;
    }
    let mut engine = Engine::start();
    let service = service_on("sdlc-test-engine-dies", Some(engine.host()));
    let project = &service.project;
    project.run(&["deploy", "production", "1.0"]).exits(0);
    service.configure("hold = \"300ms\"", "hold = \"2s\"");
    let load = Load::on(&service);
    let under_way = |version: &str| {
        let before = service.journal().lines().count();
        let child = project.command(&["deploy", "production", version]).stderr(Stdio::piped()).spawn().unwrap();
        service.eventually("half of the requests", |service| service.journal().lines().count() >= before + 5);
        child
    };
    let mut waits = under_way("1.1");
    engine.kill();
    thread::sleep(Duration::from_secs(1));
    assert!(waits.try_wait().unwrap().is_none());
    engine.run();
    let waited = Ran::of(waits.wait_with_output().unwrap()).exits(0);
    waited.complains("`1.1` is live");
    let goes_back = under_way("1.0");
    engine.kill();
    service.shell(&format!("kill -INT {}", goes_back.id()));
    let stuck = Ran::of(goes_back.wait_with_output().unwrap()).exits(3);
    stuck.complains("going back failed").complains("`sdlc rollback` goes back");
    // All requests went back all the same: that needs no engine.
    assert_eq!(service.status()["proxy"]["slots"][0]["share"], 100);
    assert!((0..10).all(|_| service.page().unwrap().contains("version 1.1")));
    engine.run();
    project.run(&["rollback", "production"]).exits(0).complains("going back");
    assert!(service.page().unwrap().contains("version 1.1"));
    project.run(&["deploy", "production", "1.0"]).exits(0);
    load.ends_without_a_failure();
}

#[test]
fn nothing_serves_on_after_the_proxy_was_told_to_stop() {
    let Some(service) = service("sdlc-test-stop") else { return };
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    for _ in 0..10 {
        service.eventually("a proxy that stands by", |service| service.status()["proxy"]["standing-by"] == 1);
        service.project.run(&["proxy", "stop", "production"]).exits(0);
        service.eventually("an end", |service| service.page().is_none());
        // Long enough for one that stood by to serve.
        thread::sleep(Duration::from_millis(500));
        assert!(service.page().is_none() && service.status()["proxy"].is_null());
        service.project.run(&["deploy", "production", "1.0"]).exits(0);
    }
}
