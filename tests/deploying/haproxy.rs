//! HAProxy in place of the proxy of `sdlc`: Debian's, driven by its runtime API.

use std::{
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use super::service::{Load, MUTE, Service, service};
use crate::harness::Project;

struct Haproxy(Child);

impl Haproxy {
    fn start(service: &Service) -> Self {
        let socket = service.project.path("../haproxy.sock");
        let configuration = format!(
            "global\n    stats socket {} mode 600 level admin\ndefaults\n    mode http\n    timeout connect 2s\n    timeout client 30s\n    \
             timeout server 30s\n    retries 3\n    option redispatch\n    retry-on conn-failure empty-response\n\
             frontend web\n    bind 127.0.0.1:{}\n    default_backend shop\n\
             backend shop\n    balance roundrobin\n    option httpchk GET /healthz\n",
            socket.display(),
            service.port
        );
        let file = service.project.path("../haproxy.cfg");
        fs::write(&file, configuration).unwrap();
        let _ = fs::remove_file(&socket);
        let child = Command::new("haproxy").arg("-f").arg(file).arg("-db").stderr(Stdio::null()).spawn().unwrap();
        let haproxy = Self(child);
        for _ in 0..200 {
            if socket.exists() {
                return haproxy;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("HAProxy does not start");
    }
}

impl Drop for Haproxy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn haproxy_serves_what_is_deployed_without_a_lost_request_and_again_after_it_was_started_again() {
    let Some(service) = service("sdlc-test-haproxy") else { return };
    let project = &service.project;
    let own = format!("listen = \"127.0.0.1:{}\"", service.port);
    service.configure(&own, "haproxy = { socket = \"../haproxy.sock\", backend = \"shop\" }");
    service.image("bad", MUTE);
    project.run(&["deploy", "production", "1.0"]).exits(3).complains("HAProxy does not answer");
    let haproxy = Haproxy::start(&service);
    project.run(&["deploy", "production", "1.0", "--analyze-only"]).exits(0).says("HAProxy serves `shop`");
    project.run(&["deploy", "production", "1.0"]).exits(0);
    assert!(service.page().unwrap().contains("version 1.0"));
    let load = Load::on(&service);
    for version in ["1.1", "1.0", "1.1"] {
        project.run(&["deploy", "production", version]).exits(0).complains("shift 50 %");
        assert!(service.page().unwrap().contains(&format!("version {version}")));
    }
    project.run(&["deploy", "production", "bad"]).exits(1).complains("0 of 2 replicas became healthy");
    project.run(&["rollback", "production"]).exits(0).complains("`1.0` is live");
    load.ends_without_a_failure();
    let status = service.status();
    assert!(status["proxy"]["version"].as_str().unwrap().starts_with("HAProxy 2."), "{status}");
    assert!(status["proxy"]["slots"][0]["window"]["requests"].as_u64().unwrap() > 0, "{status}");
    project.run(&["proxy", "stop", "production"]).exits(2).complains("HAProxy is the proxy of `production`");
    // It forgets the servers that it was given.
    drop(haproxy);
    let _haproxy = Haproxy::start(&service);
    assert!(service.page().is_none());
    project.run(&["status"]).exits(0);
    service.eventually("the page", |service| service.page().is_some_and(|page| page.contains("version 1.0")));
}

#[test]
fn a_backend_that_is_not_there_or_settings_of_the_other_proxy_are_errors() {
    let text = "[project]\nname = \"shop\"\n[environments.production]\nimage = \"shop\"\nport = 1\nlisten = \"127.0.0.1:1\"\n\
                sticky = \"slot\"\nhaproxy = { socket = \"x\", backend = \"a b\" }\n";
    let check = Project::new().file("sdlc.toml", text).run(&["config", "check"]).exits(2);
    let check = check.complains("`listen` is of the proxy of `sdlc`").complains("`sticky` is of the proxy of `sdlc`");
    check.complains("`a b` is no name of a backend");
    let Some(service) = service("sdlc-test-backend") else { return };
    let own = format!("listen = \"127.0.0.1:{}\"", service.port);
    service.configure(&own, "haproxy = { socket = \"../haproxy.sock\", backend = \"nosuch\" }");
    let _haproxy = Haproxy::start(&service);
    service.project.run(&["deploy", "production", "1.0"]).exits(3).complains("HAProxy has no backend `nosuch`");
}
