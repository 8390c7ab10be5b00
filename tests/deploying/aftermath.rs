//! What follows a failure: web hooks are told, and `sdlc errors` knows it.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::service::{MUTE, service};
use crate::harness::Project;

/// A web hook that answers with these statuses, one after the other, and hands on what it was sent.
fn hook(statuses: &'static [&'static str]) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut bytes = [0; 4096];
            while !request.ends_with(b"}") {
                let read = stream.read(&mut bytes).unwrap();
                request.extend(&bytes[..read]);
            }
            let answer =
                format!("HTTP/1.1 {status}\r\nretry-after: 0\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
            sender.send(String::from_utf8(request).unwrap()).unwrap();
        }
    });
    (port, receiver)
}

fn body(request: &str) -> Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn who_wants_to_be_told_of_a_rollback_is_and_what_helped_is_known_afterwards() {
    let Some(service) = service("sdlc-test-after") else { return };
    let (json, told) = hook(&["503 Busy", "200 OK"]);
    let (slack, said) = hook(&["200 OK"]);
    let project = &service.project;
    service.image("bad", MUTE);
    let notify = format!(
        "replicas = 1\nnotify = [{{ url = \"http://127.0.0.1:{json}/hook\" }}, {{ url-from = \"HOOK\", format = \"slack\" }}]"
    );
    service.configure("replicas = 2", &notify);
    project.run(&["deploy", "production", "1.0"]).exits(0);
    let mut deploy = project.command(&["deploy", "production", "bad"]);
    deploy.env("HOOK", format!("http://127.0.0.1:{slack}/secret-path"));
    crate::harness::Ran::of(deploy.output().unwrap()).exits(1);
    let wait = Duration::from_secs(10);
    let (first, again) = (told.recv_timeout(wait).unwrap(), told.recv_timeout(wait).unwrap());
    assert_eq!(body(&first), body(&again));
    assert_eq!((&body(&again)["event"], &body(&again)["deployed"]), (&"rolled-back".into(), &"bad".into()));
    let text = body(&said.recv_timeout(wait).unwrap())["text"].as_str().unwrap().to_owned();
    assert!(text.contains("sdlc-test-after bad was rolled back in production"), "{text}");
    project.run(&["errors"]).exits(0).says("deploy production  (rollout)").says("0 of 1 replicas became healthy");
    // A web hook that is not there changes nothing but a warning, which does not show its address.
    let mut deploy = project.command(&["deploy", "production", "bad"]);
    deploy.env("HOOK", "http://127.0.0.1:1/secret-path");
    let ran = crate::harness::Ran::of(deploy.output().unwrap()).exits(1);
    assert!(!ran.complains("a web hook of `production` was not told").stderr.contains("secret-path"));
    project.run(&["deploy", "production", "1.1"]).exits(0);
    project.run(&["errors"]).exits(0).says("2 times").says("what helped: deploying another version (2 of 2)");
}

#[test]
fn a_gate_that_fails_is_an_error_that_is_known_until_another_run_helped() {
    let gate = "[gates.a]\nplugin = \"builtin:example-gate\"\n";
    let project =
        Project::new().file("a.txt", "text\n").file("sdlc.toml", format!("{gate}limits = {{ memory = \"64KiB\" }}\n"));
    project.run(&["errors"]).exits(0).complains("nothing failed");
    project.run(&["run"]).exits(3);
    project.run(&["errors"]).exits(0).says("gate a  (plugin)  once");
    project.write("sdlc.toml", gate);
    project.run(&["run"]).exits(0);
    let errors = project.run(&["errors", "--output-format", "json"]).exits(0);
    let errors: Value = serde_json::from_str(&errors.stdout).unwrap();
    assert_eq!(errors["errors"][0]["helped"][0]["what"], "another run", "{errors}");
}

#[test]
fn a_web_hook_without_an_address_is_an_error_of_the_configuration() {
    let text = "[project]\nname = \"shop\"\n[environments.production]\nimage = \"shop\"\nport = 1\n\
                notify = [{ format = \"slack\" }, { url = \"ftp://x\" }, { url = \"https://x.org\", format = \"sms\" }]\n";
    let project = Project::new().file("sdlc.toml", text);
    let check = project.run(&["config", "check"]).exits(2).complains("a web hook has one address");
    check.complains("ftp://x").complains("`sms` is no format; hint: `json` or `slack`");
}
