//! Policies on recorded traffic: `sdlc scale`.

use std::{fmt::Write, fs};

use serde_json::Value;

use crate::harness::{Project, Ran};

/// Three days of traffic with a peak of four times as much each noon, a line a minute.
fn traffic() -> String {
    let mut text = String::from("time,requests-per-second\n");
    for minute in 0..3 * 1440_u32 {
        let rate = if (720..780).contains(&(minute % 1440)) { 400 } else { 100 };
        let noise = minute * 7919 % 11;
        writeln!(text, "{},{}", minute * 60, rate + noise).unwrap();
    }
    text
}

const SIMULATE: [&str; 4] = ["scale", "simulate", "--trace", "trace.csv"];

fn simulate(project: &Project, arguments: &[&str]) -> Ran {
    project.run(&[SIMULATE.as_slice(), arguments].concat())
}

fn policies(ran: &Ran) -> Vec<Value> {
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    document["policies"].as_array().unwrap().clone()
}

const ENVIRONMENT: &str = r#"
[project]
name = "shop"

[environments.production]
image = "shop"
port = 8080

[environments.production.scale]
plugin = "builtin:schedule"
min = 3
max = 9
start-up = "2m"
interval = "1m"
target = { cpu = 60 }
settings = { times = [{ from = "12:00", to = "13:00", replicas = 20 }] }
"#;

#[test]
fn policies_are_compared_at_equal_mean_replicas() {
    let project = Project::new().file("trace.csv", traffic());
    let arguments = ["--policy", "target-tracking", "--policy", "predictive", "--equal-replicas", "--start-up", "3m"];
    let ran = simulate(&project, &arguments).exits(0);
    let ran = ran.says("target-tracking").says("at equal mean replicas, predictive is over capacity 0.");
    let json = ["--output-format", "json", "--plot", "plot.svg"];
    let again = simulate(&project, &[arguments.as_slice(), json.as_slice()].concat()).exits(0);
    let [tracking, predictive] = policies(&again).try_into().unwrap();
    assert_eq!(predictive["equal-replicas"], true);
    let mean = |policy: &Value| policy["mean-replicas"].as_f64().unwrap();
    assert!((mean(&predictive) / mean(&tracking) - 1.0).abs() <= 0.005);
    assert!(predictive["over-capacity"].as_f64() < tracking["over-capacity"].as_f64());
    let reasons = predictive["decisions"].as_array().unwrap().iter();
    assert!(reasons.clone().any(|decided| decided["reason"].as_str().unwrap().contains("forecasts were off by")));
    let plot = fs::read_to_string(project.path("plot.svg")).unwrap();
    assert!(plot.starts_with("<svg") && plot.contains("predictive") && plot.contains("over capacity"));
    assert!(ran.stdout.contains(&format!("{:.2}", mean(&tracking))));
}

#[test]
fn an_environment_brings_its_policy_its_targets_and_its_limits() {
    let project = Project::new().file("trace.csv", traffic()).file("sdlc.toml", ENVIRONMENT);
    project.run(&["config", "check"]).exits(0);
    let arguments = ["--environment", "production", "--capacity", "50", "--output-format", "json"];
    let ran = simulate(&project, &arguments).exits(0);
    let [policy] = policies(&ran).try_into().unwrap();
    let first = &policy["decisions"][0];
    assert_eq!((first["wanted"].as_u64(), first["replicas"].as_u64()), (Some(20), Some(9)), "{policy}");
    assert_eq!(first["clamp"], "the most");
    let ran = simulate(
        &project,
        &[arguments.as_slice(), &["--policy", "production", "--policy", "target-tracking"]].concat(),
    );
    assert_eq!(policies(&ran.exits(0)).len(), 2);
}

#[test]
fn settings_are_checked_as_those_of_a_strategy_are() {
    let wrong = ENVIRONMENT.replace("12:00", "noon");
    let project =
        Project::new().file("trace.csv", traffic()).file("sdlc.toml", wrong).file("w.toml", "otherwise = 4\n");
    let said = "policy of `production`: `times.0.from`: `noon` is no time; hint: such as `08:30`";
    project.run(&["config", "check"]).exits(2).complains(said).complains("sdlc.toml:");
    simulate(&project, &["--environment", "production"]).exits(2).complains(said);
    simulate(&project, &["--policy", "schedule"]).exits(2).complains("there is nothing to go by");
    simulate(&project, &["--policy", "schedule", "--settings", "schedule=w.toml"]).exits(0).says("schedule");
    simulate(&project, &["--policy", "schedule", "--settings", "shedule=w.toml"]).exits(2);
}

#[test]
fn what_is_wrong_with_a_trace_is_told_with_its_lines() {
    let project = Project::new().file("trace.csv", "time,rps\n0,5\n1,many\n1,-3\n");
    let ran = simulate(&project, &["--policy", "target-tracking"]).exits(2);
    let ran = ran.complains("line 3: `many` is no number, as `requests-per-second`");
    assert!(ran.stderr.contains("line 4: `-3`") && ran.stdout.is_empty(), "{}", ran.stderr);
    project.write("trace.csv", "time,rps,host\n0,5,a\n60,6,a\n");
    simulate(&project, &["--policy", "target-tracking"]).exits(0).complains("columns that mean nothing here: `host`");
    let ran = simulate(&project, &["--policy", "predictve"]).exits(2);
    ran.complains("`predictve` is no policy").complains("did you mean `predictive`?");
    simulate(&project, &["--policy", "target-tracking", "--plot", "x.png"]).exits(2);
    simulate(&project, &["--policy", "target-tracking", "--capacity", "0"]).exits(2);
}

#[test]
fn a_policy_that_fails_is_no_pass() {
    let project =
        Project::new().file("trace.csv", traffic()).file("sdlc.toml", ENVIRONMENT.replace("target = { cpu = 60 }", ""));
    let ran = simulate(&project, &["--environment", "production", "--policy", "target-tracking"]).exits(3);
    ran.complains("`target-tracking` failed at").complains("no metric has a target");
}

#[test]
fn made_up_traffic_is_the_same_for_the_same_seed() {
    let project = Project::new();
    let trace = |seed: &str| project.run(&["scale", "trace", "--days", "1", "--seed", seed]).exits(0).stdout;
    let text = trace("3");
    assert_eq!((text.lines().count(), text.lines().next()), (1441, Some("time,requests-per-second")));
    assert_eq!(text, trace("3"));
    assert_ne!(text, trace("4"));
    project.write("trace.csv", text);
    simulate(&project, &["--policy", "predictive"]).exits(0);
}
