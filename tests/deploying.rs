//! `sdlc deploy`, on a real Docker engine. Where none answers, those tests are skipped, and say so.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use crate::harness::{Project, Ran};

const RUN: &str = r#"CMD ["/bin/httpd","-f","-p","8080","-h","/www"]"#;
/// Ends at once, and says that all is well.
const QUIT: &str = r#"CMD ["/bin/sh","-c","exit 0"]"#;
/// Has to be killed.
const STUBBORN: &str = r#"CMD ["/bin/sh","-c","trap '' TERM; httpd -p 8080 -h /www; while :; do sleep 1; done"]"#;
const FAIL: &str = r#"CMD ["/bin/sh","-c","echo there is no database; exit 3"]"#;

/// A project with a service on a port that is free; none: there is no engine.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn service(name: &str) -> Option<(Project, u16)> {
    let engine = Command::new("docker").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !engine.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no Docker engine answers");
        return None;
    }
    let project = Project::new();
    image(&project, name, "1.0", RUN);
    image(&project, name, "1.1", RUN);
    image(&project, name, "bad", FAIL);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let text = format!(
        "[project]\nname = \"{name}\"\n[environments.production]\nimage = \"{name}\"\nreplicas = 2\nport = 8080\n\
         listen = \"127.0.0.1:{port}\"\nstop-timeout = \"2s\"\n\
         health = {{ interval = \"200ms\", timeout = \"1s\", healthy-after = 1 }}\n[environments.production.deploy]\n\
         plugin = \"builtin:blue-green\"\n\
         settings = {{ steps = [50, 100], hold = \"300ms\", patience = {{ settle = \"0s\", start-timeout = \"5s\" }} }}\n"
    );
    Some((project.file("sdlc.toml", text), port))
}

/// Of a file system with nothing but busybox.
fn image(project: &Project, name: &str, version: &str, change: &str) {
    let root = project.path(&format!("../image-{version}"));
    fs::create_dir_all(root.join("bin")).unwrap();
    fs::create_dir_all(root.join("www")).unwrap();
    fs::copy("/bin/busybox", root.join("bin/busybox")).unwrap();
    for applet in ["sh", "httpd", "echo", "sleep"] {
        let _ = std::os::unix::fs::symlink("busybox", root.join("bin").join(applet));
    }
    fs::write(root.join("www/index.html"), format!("version {version}\n")).unwrap();
    let mut tar =
        Command::new("tar").args(["-C", root.to_str().unwrap(), "-c", "."]).stdout(Stdio::piped()).spawn().unwrap();
    let tag = format!("{name}:{version}");
    let mut import = Command::new("docker");
    import.args(["import", "-c", change, "-", &tag]).stdin(tar.stdout.take().unwrap()).stdout(Stdio::null());
    assert!(import.status().unwrap().success());
    tar.wait().unwrap();
}

/// Takes away what a test leaves on the engine.
struct Cleanup<'a>(&'a Project, &'a str);

impl Drop for Cleanup<'_> {
    fn drop(&mut self) {
        self.0.run(&["proxy", "stop", "production"]);
        let script = format!(
            "docker ps -aq --filter label=sdlc.project={0} | xargs -r docker rm -f; docker network rm sdlc-{0}-production; \
             docker images -q {0} | xargs -r docker rmi -f",
            self.1
        );
        let _ = Command::new("sh").args(["-c", &script]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// One request on a connection of its own.
fn get(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.starts_with("HTTP/1.1 200").then_some(answer)
}

/// Requests all the time, until it is dropped.
struct Load {
    over: Arc<AtomicBool>,
    good: Arc<AtomicU64>,
    bad: Arc<AtomicU64>,
}

impl Load {
    fn on(port: u16) -> Self {
        let load = Self { over: Arc::default(), good: Arc::default(), bad: Arc::default() };
        for _ in 0..4 {
            let (over, good, bad) = (Arc::clone(&load.over), Arc::clone(&load.good), Arc::clone(&load.bad));
            thread::spawn(move || {
                while !over.load(Relaxed) {
                    let counter = if get(port).is_some() { &good } else { &bad };
                    counter.fetch_add(1, Relaxed);
                    thread::sleep(Duration::from_millis(5));
                }
            });
        }
        load
    }

    fn end(&self) -> (u64, u64) {
        self.over.store(true, Relaxed);
        (self.good.load(Relaxed), self.bad.load(Relaxed))
    }
}

#[test]
fn versions_are_switched_and_a_bad_one_is_rolled_back_without_a_lost_request() {
    let Some((project, port)) = service("sdlc-test-switch") else { return };
    let _cleanup = Cleanup(&project, "sdlc-test-switch");
    project.run(&["deploy", "production", "1.0", "--analyze-only"]).exits(0).says("nothing was deployed yet");
    project.run(&["deploy", "production", "1.0"]).exits(0).complains("`1.0` is live in `production`");
    assert!(get(port).unwrap().contains("version 1.0"));
    let load = Load::on(port);
    project.run(&["deploy", "production", "1.1"]).exits(0).complains("shift 50 %");
    assert!(get(port).unwrap().contains("version 1.1"));
    let bad = project.run(&["deploy", "production", "bad"]).exits(1);
    bad.complains("there is no database").complains("0 of 2 replicas became healthy within 5s");
    project.run(&["rollback", "production"]).exits(0).complains("`1.0` is live");
    assert!(get(port).unwrap().contains("version 1.0"));
    project.run(&["rollback", "production", "3.0"]).exits(2).complains("there is `1.1`");
    let (good, failed) = load.end();
    assert!(good > 500 && failed == 0, "{good} good requests, {failed} failed ones");
    project.run(&["status"]).exits(0).says("live      1.0").says("kept      1.1");
    project.run(&["deployments"]).exits(0).says("1.1 -> bad").says("3 deployments");
}

#[test]
fn a_deployment_that_was_killed_is_gone_on_with_or_taken_back_without_a_lost_request() {
    let Some((project, port)) = service("sdlc-test-kill") else { return };
    let _cleanup = Cleanup(&project, "sdlc-test-kill");
    project.run(&["deploy", "production", "1.0"]).exits(0);
    let load = Load::on(port);
    let journal = project.path("../.local/state/sdlc/deploy/sdlc-test-kill/production/journal.jsonl");
    let lines = || fs::read_to_string(&journal).unwrap_or_default().lines().count();
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
        assert!(get(port).is_some());
        if records % 2 == 0 {
            project.run(&["deploy", "production", other]).exits(0);
            (live, other) = (other, live);
        } else {
            project.run(&["rollback", "production"]).exits(0);
            if !get(port).unwrap().contains(&format!("version {live}")) {
                (live, other) = (other, live);
            }
        }
        assert!(get(port).unwrap().contains(&format!("version {live}")), "after {records} records");
    }
    let (good, failed) = load.end();
    assert!(good > 500 && failed == 0, "{good} good requests, {failed} failed ones");
}

#[test]
fn a_version_that_quits_is_rolled_back_in_time_and_one_that_has_to_be_killed_can_be_gone_back_to() {
    let Some((project, port)) = service("sdlc-test-ends") else { return };
    let _cleanup = Cleanup(&project, "sdlc-test-ends");
    image(&project, "sdlc-test-ends", "2.0", STUBBORN);
    image(&project, "sdlc-test-ends", "quits", QUIT);
    project.run(&["deploy", "production", "2.0"]).exits(0);
    project.run(&["deploy", "production", "quits"]).exits(1).complains("0 of 2 replicas became healthy within 5s");
    project.run(&["deploy", "production", "1.0"]).exits(0);
    project.run(&["rollback", "production"]).exits(0).complains("`2.0` is live");
    assert!(get(port).unwrap().contains("version 2.0"));
}

#[test]
fn the_proxy_is_replaced_without_a_lost_request() {
    let Some((project, port)) = service("sdlc-test-proxy") else { return };
    let _cleanup = Cleanup(&project, "sdlc-test-proxy");
    project.run(&["deploy", "production", "1.0"]).exits(0);
    let pid = || {
        let status = project.run(&["status", "--output-format", "json"]).exits(0);
        let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
        status["environments"][0]["proxy"]["pid"].as_u64().unwrap()
    };
    let load = Load::on(port);
    let mut before = pid();
    for _ in 0..5 {
        project.run(&["proxy", "upgrade", "production"]).exits(0);
        let after = pid();
        assert_ne!(before, after);
        before = after;
    }
    // The new one routes by the same table, and takes further ones.
    project.run(&["deploy", "production", "1.1"]).exits(0);
    assert!(get(port).unwrap().contains("version 1.1"));
    let (good, failed) = load.end();
    assert!(good > 500 && failed == 0, "{good} good requests, {failed} failed ones");
}

#[test]
fn secrets_reach_replicas_and_nothing_that_is_written_and_what_comes_first_has_to_succeed() {
    let Some((project, _)) = service("sdlc-test-first") else { return };
    let _cleanup = Cleanup(&project, "sdlc-test-first");
    let text = fs::read_to_string(project.path("sdlc.toml")).unwrap();
    let more = "replicas = 1\nsecrets = [\"DATABASE_URL\"]\nbefore = [\"echo saved $SDLC_VERSION; test ! -e stop\"]\n";
    project.write("sdlc.toml", text.replace("replicas = 2\n", more));
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
    let label = "label=sdlc.project=sdlc-test-first";
    let script = format!("docker inspect $(docker ps -q --filter {label}) | grep -c DATABASE_URL=what-nobody-sees");
    assert!(Command::new("sh").args(["-c", &script]).stdout(Stdio::null()).status().unwrap().success());
    let state = project.path("../.local/state");
    let found = Command::new("grep").args(["-r", "what-nobody-sees"]).arg(state).output().unwrap();
    assert_eq!(found.status.code(), Some(1), "{}", String::from_utf8_lossy(&found.stdout));
}

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

const PLAIN: &str = "[project]\nname = \"shop\"\n[environments.production]\nimage = \"shop\"\nport = 8080\n";

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
                health = { kind = \"udp\" }\nresources = { cpu = \"much\" }\ngates = [\"lint\"]\n";
    let project = Project::new().file("sdlc.toml", text);
    let check = project.run(&["config", "check"]).exits(2);
    let check =
        check.complains("an environment needs a name of the project").complains("`shop:1` is no image without a tag");
    let check =
        check.complains("`replicas` is 0").complains("`./x:/y` is no volume").complains("`udp` is no kind of check");
    check.complains("`much` is no number of processors").complains("no gate is called `lint`");
}

#[test]
fn what_cannot_be_named_is_an_error_of_use() {
    let project = Project::new().file("sdlc.toml", PLAIN);
    project.run(&["deploy", "produktion", "1.0"]).exits(2).complains("did you mean `production`?");
    project.run(&["deploy", "production", "../1"]).exits(2).complains("`../1` is no version");
    project.run(&["proxy", "stop", "production"]).exits(2).complains("no proxy of `production` runs");
    project.run(&["status"]).exits(0).says("nothing yet");
}

#[test]
fn two_gates_of_one_plugin_run_beside_each_other() {
    let gate = |name: &str| format!("[gates.{name}]\nplugin = \"builtin:python-lint\"\n");
    let project = Project::new().file("a.py", "import os\n").file("sdlc.toml", gate("a") + &gate("b"));
    project.run(&["run"]).exits(1).says("unused (a)").says("unused (b)");
}
