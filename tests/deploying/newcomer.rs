//! What somebody sees who deploys for the first time, and does what nobody should.

use super::service::{RUN, service};
use crate::harness::Ran;

const OTHER: &str = "ENV OTHER=content";

#[test]
fn two_images_of_one_version_are_told_apart_and_each_can_be_gone_back_to() {
    let Some(service) = service("sdlc-test-same") else { return };
    let project = &service.project;
    service.configure("hold = \"300ms\"", "hold = \"0s\"");
    project.run(&["deploy", "production", "1.0"]).exits(0);
    let first = service.status()["live-image"].as_str().unwrap().to_owned();
    service.image("1.0", &format!("{RUN}\n{OTHER}"));
    let ready = project.run(&["deploy", "production", "1.0", "--analyze-only"]).exits(0);
    ready.says("`1.0` is live already with another image");
    project.run(&["deploy", "production", "1.0"]).exits(0).complains("`1.0` is live with another image");
    let digest = &first["sha256:".len()..][..12];
    project.run(&["status"]).exits(0).says("live      1.0@").says(&format!("kept      1.0@{digest}"));
    project.run(&["deploy", "production", "1.1"]).exits(0);
    project.run(&["deployments"]).exits(0).says(&format!("- -> 1.0@{digest}"));
    project.run(&["rollback", "production", "1.0"]).exits(2).complains("with 2 images").complains(digest);
    project.run(&["rollback", "production", "7"]).exits(2).complains(&format!("`1.0@{digest}`"));
    project.run(&["rollback", "production", &format!("1.0@{}", &digest[..6])]).exits(0);
    assert_eq!(service.status()["live-image"], first.as_str());
}

#[test]
fn status_says_what_the_engine_has_whatever_the_journal_says() {
    let Some(service) = service("sdlc-test-stands") else { return };
    let project = &service.project;
    project.run(&["deploy", "production", "1.0"]).exits(0);
    project.run(&["status"]).exits(0).says("replicas  2 of 2 run").says("0 requests, 0 failed, p50 -, p95 -");
    service.shell("set -- $IDS; docker kill $1");
    project.run(&["status"]).exits(0).says("replicas  1 of 2 run").says("exited with 137 (killed)");
    service.shell("docker rm -f $(docker ps -aq --filter label=sdlc.project=sdlc-test-stands)");
    let gone = project.run(&["status"]).exits(0);
    gone.says("replicas  0 of 2 run").says("2 are not there at all").says("`sdlc deploy production 1.0`");
    assert_eq!(service.status()["replicas"]["running"], 0);
    let mut blind = project.command(&["status"]);
    blind.env("DOCKER_HOST", "unix:///no/such/socket");
    Ran::of(blind.output().unwrap()).exits(0).says("live      1.0").says("replicas  unknown: no Docker engine");
    project.run(&["deploy", "production", "1.0"]).exits(0);
    assert!(service.page().unwrap().contains("version 1.0"));
}

#[test]
fn an_environment_is_taken_away_with_all_that_there_is_of_it() {
    let Some(service) = service("sdlc-test-remove") else { return };
    let project = &service.project;
    project.run(&["deploy", "production", "1.0"]).exits(0);
    project.run(&["deploy", "production", "1.1"]).exits(0);
    project.run(&["remove", "production"]).exits(2).complains("`sdlc remove production --yes`");
    assert!(service.page().is_some());
    let removed = project.run(&["remove", "production", "--yes"]).exits(0);
    removed.complains("stopped the proxy").complains("removed 4 containers").complains("removed their network");
    assert_eq!(service.page(), None);
    assert_eq!(service.shell("docker ps -aq --filter label=sdlc.project=sdlc-test-remove"), "");
    assert_eq!(service.shell("docker network ls -q --filter name=sdlc-test-remove"), "");
    project.run(&["status"]).exits(0).says("live      nothing yet");
    project.run(&["remove", "production", "--yes"]).exits(0).complains("there was no container");
    project.run(&["deploy", "production", "1.0"]).exits(0);
    assert!(service.page().unwrap().contains("version 1.0"));
}
