//! A running service gets as many replicas as its policy says.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::{
    recovering::inside,
    service::{Load, Service, service},
};

/// About 150 requests a second of each client of the load.
const POLICY: &str = "[environments.production.scale]\nplugin = \"builtin:target-tracking\"\nmin = 1\nmax = 3\ninterval = \"1s\"\n\
                      target = { requests-per-second-per-replica = 60 }\n\
                      settings = { scale-down = { stabilization = \"2s\" } }\n";

/// `sdlc monitor`, until it is dropped.
pub(super) struct Monitor(Child);

impl Monitor {
    pub(super) fn on(service: &Service, arguments: &[&str]) -> Self {
        Self::with(service, arguments, &[])
    }

    /// With variables in its environment.
    pub(super) fn with(service: &Service, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let all = [&["monitor", "production", "--interval", "200ms"], arguments].concat();
        let mut command = service.project.command(&all);
        let log = OpenOptions::new().create(true).append(true).open(service.project.path("../monitor.log")).unwrap();
        command.envs(variables.iter().copied());
        Self(command.stdout(Stdio::null()).stderr(log).spawn().unwrap())
    }

    pub(super) fn killed(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// With version 1.0 live in one replica, and a policy.
pub(super) fn scaled(name: &'static str) -> Option<Service> {
    let service = service(name)?;
    service.configure("replicas = 2", "replicas = 1");
    let text = fs::read_to_string(service.project.path("sdlc.toml")).unwrap();
    service.project.write("sdlc.toml", text + POLICY);
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    Some(service)
}

pub(super) fn healthy(service: &Service) -> usize {
    let status = service.status();
    let targets = status["proxy"]["slots"][0]["targets"].as_array().cloned().unwrap_or_default();
    targets.iter().filter(|target| target["healthy"] == true).count()
}

pub(super) fn log(service: &Service) -> String {
    fs::read_to_string(service.project.path("../monitor.log")).unwrap_or_default()
}

fn decisions(service: &Service) -> Vec<Value> {
    let ran = service.project.run(&["scale", "history", "production", "--output-format", "json"]).exits(0);
    serde_json::from_str::<Value>(&ran.stdout).unwrap()["decisions"].as_array().unwrap().clone()
}

#[test]
fn replicas_follow_the_load_without_a_lost_request() {
    let Some(service) = scaled("sdlc-test-scale") else { return };
    let trickle = Load::paced(1, Duration::from_millis(100), &service);
    let monitor = Monitor::on(&service, &["--apply"]);
    let load = Load::on(&service);
    service.eventually("a third replica", |service| healthy(service) == 3);
    load.ends_without_a_failure();
    service.eventually("a single replica", |service| {
        healthy(service) == 1 && service.shell("echo $IDS | wc -w").trim() == "1"
    });
    let (good, failed) = trickle.end();
    assert!(good > 20 && failed == 0, "{good} good requests, {failed} failed ones");
    service.eventually("the decision", |service| {
        decisions(service).iter().any(|decision| decision["replicas"] == 1 && decision["outcome"] == "done")
    });
    monitor.killed();
    let history = service.project.run(&["scale", "history", "production"]).exits(0);
    history.says("1 -> 3  done").says("requests per second and replica is");
    assert!(service.journal().contains("\"event\":\"scaled\""));
}

#[test]
fn load_that_nobody_answers_is_no_load_that_fell() {
    let Some(service) = scaled("sdlc-test-unanswered") else { return };
    let _monitor = Monitor::on(&service, &["--apply"]);
    let _load = Load::on(&service);
    service.eventually("a third replica", |service| healthy(service) == 3);
    let before = service.shell("echo $IDS");
    inside(&service, 3, "kill -STOP -1");
    service.eventually("a service that does not serve", |service| healthy(service) == 0);
    // A load that fell would have been followed several times.
    thread::sleep(Duration::from_secs(10));
    inside(&service, 3, "kill -CONT -1");
    service.eventually("three replicas that serve", |service| healthy(service) == 3);
    assert_eq!(service.shell("echo $IDS"), before, "{}", log(&service));
}

#[test]
fn without_being_asked_to_it_only_says_what_it_would_do() {
    let Some(service) = scaled("sdlc-test-observe") else { return };
    let _monitor = Monitor::on(&service, &[]);
    let load = Load::on(&service);
    service.eventually("a decision", |service| {
        decisions(service).iter().any(|decision| decision["wanted"] == 3 && decision["outcome"] == "only observed")
    });
    assert_eq!(healthy(&service), 1);
    assert!(!service.journal().contains("\"event\":\"scaling\""));
    load.ends_without_a_failure();
}

#[test]
fn nothing_is_scaled_during_a_rollout_and_the_next_version_has_as_many_replicas() {
    let Some(service) = scaled("sdlc-test-roll") else { return };
    service.configure("hold = \"300ms\"", "hold = \"2s\"");
    let monitor = Monitor::on(&service, &["--apply"]);
    let load = Load::on(&service);
    service.eventually("a third replica", |service| healthy(service) == 3);
    // Whoever deploys waits for a change of replicas that is under way.
    service.project.run(&["deploy", "production", "1.1"]).exits(0).complains("start 3");
    load.ends_without_a_failure();
    let journal = service.journal();
    let began = journal.rfind("\"event\":\"began\"").unwrap();
    let retired = journal.rfind("\"event\":\"retired\"").unwrap();
    assert!(!journal[began..retired].contains("\"event\":\"scaling\""), "{journal}");
    service.eventually("a single replica of the new version", |service| healthy(service) == 1);
    monitor.killed();
    assert!(service.page().unwrap().contains("version 1.1"));
    // The version before had one replica when it was made; it comes back with as many as there are now.
    service.project.run(&["rollback", "production"]).exits(0).complains("start 1");
}

#[test]
fn a_change_that_was_not_over_is_gone_on_with_by_whoever_comes_next() {
    let Some(service) = scaled("sdlc-test-half") else { return };
    let path = service.project.path("../.local/state/sdlc/deploy/sdlc-test-half/production/journal.jsonl");
    let begin = |replicas: u32| {
        let line = format!(
            "{{\"event\":\"scaling\",\"at\":1,\"by\":\"ada\",\"before\":1,\"replicas\":{replicas},\"reason\":\"a test\"}}\n"
        );
        OpenOptions::new().append(true).open(&path).unwrap().write_all(line.as_bytes()).unwrap();
    };
    begin(3);
    let monitor = Monitor::on(&service, &["--apply"]);
    service.eventually("a third replica", |service| service.journal().contains("\"event\":\"scaled\""));
    monitor.killed();
    let before = service.journal().matches("\"event\":\"scaled\"").count();
    begin(2);
    service.project.run(&["deploy", "production", "1.1"]).exits(0).complains("the change to 2 replicas was not over");
    assert_eq!(service.journal().matches("\"event\":\"scaled\"").count(), before + 1);
}

#[test]
fn an_engine_or_a_proxy_that_is_away_keeps_the_number_and_is_told_once() {
    let Some(service) = scaled("sdlc-test-away") else { return };
    service.project.run(&["proxy", "stop", "production"]).exits(0);
    let _monitor = Monitor::on(&service, &["--apply"]);
    thread::sleep(Duration::from_secs(3));
    assert!(decisions(&service).is_empty());
    assert_eq!(service.shell("echo $IDS | wc -w").trim(), "1");
    service.project.run(&["rollback", "production"]).exits(2);
    service.eventually("the proxy", |service| service.page().is_some());
    let load = Load::on(&service);
    service.eventually("a third replica", |service| healthy(service) == 3);
    load.end();
    assert!(log(&service).matches("no reading").count() <= 1, "{}", log(&service));
}

#[test]
fn a_policy_that_fails_keeps_the_number_and_says_so() {
    let Some(service) = scaled("sdlc-test-fails") else { return };
    service.configure("target = { requests-per-second-per-replica = 60 }\n", "");
    let _monitor = Monitor::on(&service, &["--apply"]);
    service.eventually("a decision", |service| !decisions(service).is_empty());
    let decision = decisions(&service).pop().unwrap();
    assert_eq!((&decision["wanted"], &decision["outcome"]), (&Value::Null, &"kept".into()), "{decision}");
    assert!(decision["reason"].as_str().unwrap().contains("no metric has a target"), "{decision}");
    assert_eq!(healthy(&service), 1);
}
