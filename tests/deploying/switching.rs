//! Versions are switched, gone back to, and the proxy is replaced.

use std::{fs, process::Stdio};

use super::service::{FAIL, Load, service};
use crate::harness::Ran;

/// Ends at once, and says that all is well.
const QUIT: &str = r#"CMD ["/bin/sh","-c","exit 0"]"#;
/// Has to be killed.
const STUBBORN: &str = r#"CMD ["/bin/sh","-c","trap '' TERM; httpd -p 8080 -h /www; while :; do sleep 1; done"]"#;

#[test]
fn versions_are_switched_and_a_bad_one_is_rolled_back_without_a_lost_request() {
    let Some(service) = service("sdlc-test-switch") else { return };
    let project = &service.project;
    service.image("bad", FAIL);
    // It is given up long before.
    service.configure("start-timeout = \"5s\"", "start-timeout = \"60s\"");
    project.run(&["deploy", "production", "1.0", "--analyze-only"]).exits(0).says("nothing was deployed yet");
    project.run(&["deploy", "production", "1.0"]).exits(0).complains("`1.0` is live in `production`");
    assert!(service.page().unwrap().contains("version 1.0"));
    let load = Load::on(&service);
    project.run(&["deploy", "production", "1.1"]).exits(0).complains("shift 50 %");
    assert!(service.page().unwrap().contains("version 1.1"));
    let bad = project.run(&["deploy", "production", "bad"]).exits(1);
    bad.complains("there is no database").complains("it does not stay up").complains("exited with 3");
    project.run(&["rollback", "production"]).exits(0).complains("`1.0` is live");
    assert!(service.page().unwrap().contains("version 1.0"));
    project.run(&["rollback", "production", "3.0"]).exits(2).complains("kept is `1.1`");
    load.ends_without_a_failure();
    project.run(&["status"]).exits(0).says("live      1.0").says("kept      1.1");
    project.run(&["deployments"]).exits(0).says("1.1 -> bad").says("3 deployments");
}

#[test]
fn a_version_that_quits_is_rolled_back_in_time_and_one_that_has_to_be_killed_can_be_gone_back_to() {
    let Some(service) = service("sdlc-test-ends") else { return };
    let project = &service.project;
    service.image("2.0", STUBBORN);
    service.image("quits", QUIT);
    project.run(&["deploy", "production", "2.0"]).exits(0);
    service.configure("start-timeout = \"5s\"", "start-timeout = \"60s\"");
    let quits = project.run(&["deploy", "production", "quits"]).exits(1);
    quits.complains("it does not stay up").complains("exited with 0");
    project.run(&["deploy", "production", "1.0"]).exits(0);
    project.run(&["rollback", "production"]).exits(0).complains("`2.0` is live");
    assert!(service.page().unwrap().contains("version 2.0"));
}

#[test]
fn the_proxy_is_replaced_without_a_lost_request() {
    let Some(service) = service("sdlc-test-proxy") else { return };
    let project = &service.project;
    project.run(&["deploy", "production", "1.0"]).exits(0);
    let load = Load::on(&service);
    let mut before = service.proxy();
    for _ in 0..5 {
        project.run(&["proxy", "upgrade", "production"]).exits(0);
        let after = service.proxy();
        assert_ne!(before, after);
        before = after;
    }
    // The new one routes by the same table, and takes further ones.
    project.run(&["deploy", "production", "1.1"]).exits(0);
    assert!(service.page().unwrap().contains("version 1.1"));
    load.ends_without_a_failure();
}

#[test]
fn secrets_reach_replicas_and_nothing_that_is_written_and_what_comes_first_has_to_succeed() {
    let Some(service) = service("sdlc-test-first") else { return };
    let project = &service.project;
    let more = "replicas = 1\nsecrets = [\"DATABASE_URL\"]\nbefore = [\"echo saved $SDLC_VERSION; test ! -e stop\"]\n";
    service.configure("replicas = 2\n", more);
    project.run(&["deploy", "production", "1.0"]).exits(2).complains("`DATABASE_URL` is not set");
    let deploy = |version: &str| {
        let mut command = project.command(&["deploy", "production", version]);
        Ran::of(command.env("DATABASE_URL", "what-nobody-sees").output().unwrap())
    };
    deploy("1.0").exits(0).complains("saved 1.0");
    project.write("stop", "");
    deploy("1.1").exits(1).complains("nothing was deployed");
    fs::remove_file(project.path("stop")).unwrap();
    deploy("1.1").exits(0);
    // Containers that are there have their values.
    project.run(&["rollback", "production"]).exits(0).complains("`1.0` is live");
    assert!(service.shell("docker inspect $IDS").contains("DATABASE_URL=what-nobody-sees"));
    let state = project.path("../.local/state");
    let found = std::process::Command::new("grep").args(["-r", "what-nobody-sees"]).arg(state).output().unwrap();
    assert_eq!(found.status.code(), Some(1), "{}", String::from_utf8_lossy(&found.stdout));
}

#[test]
fn a_canary_gets_a_small_share_first_and_too_little_traffic_is_no_success() {
    let Some(service) = service("sdlc-test-canary") else { return };
    let project = &service.project;
    let blue_green = "plugin = \"builtin:blue-green\"\nsettings = { steps = [50, 100], hold = \"300ms\", ";
    let canary = "plugin = \"builtin:canary\"\nsettings = { steps = [10, 50, 100], hold = \"1s\", give-up = \"4s\", tolerance = 10.0, ";
    service.configure(blue_green, canary);
    project.run(&["deploy", "production", "1.0"]).exits(0);
    let quiet = project.run(&["deploy", "production", "1.1"]).exits(1);
    quiet.complains("`1.0` is");
    assert!(service.page().unwrap().contains("version 1.0"));
    let load = Load::on(&service);
    project.run(&["deploy", "production", "1.1"]).exits(0).complains("shift 10 %").complains("shift 50 %");
    assert!(service.page().unwrap().contains("version 1.1"));
    load.ends_without_a_failure();
}

#[test]
fn replicas_are_replaced_one_after_the_other_without_a_lost_request() {
    let Some(service) = service("sdlc-test-rolling") else { return };
    let project = &service.project;
    let blue_green = "plugin = \"builtin:blue-green\"\nsettings = { steps = [50, 100], hold = \"300ms\", ";
    service.configure(blue_green, "plugin = \"builtin:rolling\"\nsettings = { hold = \"300ms\", ");
    service.configure("replicas = 2", "replicas = 3");
    project.run(&["deploy", "production", "1.0"]).exits(0);
    let load = Load::on(&service);
    let ran = project.run(&["deploy", "production", "1.1"]).exits(0);
    ran.complains("start 1").complains("start 2").complains("start 3").complains("shift 33 %");
    assert!(service.page().unwrap().contains("version 1.1"));
    load.ends_without_a_failure();
}

#[test]
fn a_second_deployment_at_once_is_refused_with_who_is_at_it() {
    let Some(service) = service("sdlc-test-twice") else { return };
    let project = &service.project;
    project.run(&["deploy", "production", "1.0"]).exits(0);
    service.configure("hold = \"300ms\"", "hold = \"3s\"");
    let before = service.journal().lines().count();
    let mut first = project.command(&["deploy", "production", "1.1"]).stderr(Stdio::null()).spawn().unwrap();
    service.eventually("a step", |service| service.journal().lines().count() > before);
    for second in [["deploy", "production", "1.0"].as_slice(), &["rollback", "production"]] {
        let refused = project.run(second).exits(2);
        refused.complains("deploy 1.1").complains(&format!("process {}", first.id()));
    }
    assert!(first.wait().unwrap().success());
    assert!(service.page().unwrap().contains("version 1.1"));
}
