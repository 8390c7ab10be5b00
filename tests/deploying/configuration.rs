//! What needs no engine: `sdlc.toml`, rehearsals, errors of use.

use crate::harness::{Project, Ran};

const PLAIN: &str = "[project]\nname = \"shop\"\n[environments.production]\nimage = \"shop\"\nport = 8080\n";

#[test]
fn an_engine_that_does_not_answer_is_no_error_of_use() {
    let project = Project::new().file("sdlc.toml", PLAIN);
    let mut command = project.command(&["deploy", "production", "1.0"]);
    let ran = Ran::of(command.env("DOCKER_HOST", "unix:///nowhere.sock").output().unwrap());
    ran.exits(3).complains("no Docker engine answers at unix:///nowhere.sock");
}

#[test]
fn settings_that_a_strategy_refuses_are_shown_where_they_stand() {
    let settings = "[environments.production.deploy]\nplugin = \"builtin:canary\"\n\
                    settings = { steps = [50, 20], patience = { settle = \"soon\" } }\n";
    let project = Project::new().file("sdlc.toml", format!("{PLAIN}{settings}"));
    let check = project.run(&["config", "check"]).exits(2).complains("sdlc.toml:8:");
    check.complains("must rise, and end with 100").complains("`soon` is no time");
}

#[test]
fn a_rehearsal_shows_what_would_happen_and_needs_no_engine() {
    let project = Project::new().file("sdlc.toml", PLAIN);
    let rehearse = |assume: &str| project.run(&["deploy", "production", "1.0", "--dry-run", "--assume", assume]);
    rehearse("good").exits(0).complains("promoted").complains("nothing was changed");
    rehearse("never-healthy").exits(1).complains("0 of 1 replicas became healthy within 2m");
}

#[test]
fn what_is_wrong_with_an_environment_is_shown_at_once() {
    let text = "[environments.production]\nimage = \"shop:1\"\nport = 8080\nreplicas = 0\nvolumes = [\"./x:/y\"]\n\
                health = { kind = \"udp\" }\nresources = { cpu = \"much\" }\ngates = [\"lint\"]\n\
                [environments.report]\nimage = \"shop\"\nport = 8080\n";
    let project = Project::new().file("sdlc.toml", text);
    let check = project.run(&["config", "check"]).exits(2);
    let check =
        check.complains("an environment needs a name of the project").complains("`shop:1` is no image without a tag");
    let check =
        check.complains("`replicas` is 0").complains("`./x:/y` is no volume").complains("`udp` is no kind of check");
    let check = check.complains("`much` is no number of processors").complains("no gate is called `lint`");
    check.complains("no environment can be called `report`");
}

#[test]
fn what_cannot_be_named_is_an_error_of_use() {
    let project = Project::new().file("sdlc.toml", PLAIN);
    project.run(&["deploy", "produktion", "1.0"]).exits(2).complains("did you mean `production`?");
    project.run(&["deploy", "production", "../1"]).exits(2).complains("`../1` is no version");
    project.run(&["proxy", "stop", "production"]).exits(2).complains("no proxy of `production` runs");
    project.run(&["status"]).exits(0).says("nothing yet");
}
