//! [`Service`]: a project with an environment on a real Docker engine, and [`Load`] on it. Where no engine answers, tests are
//! skipped and say so, but where `SDLC_REQUIRE_DOCKER` is set, as in CI: there it is a failure.

use std::{
    env, fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::harness::Project;

pub(super) const RUN: &str = r#"CMD ["/bin/httpd","-f","-p","8080","-h","/www"]"#;
/// Runs, and never answers.
pub(super) const MUTE: &str = r#"CMD ["/bin/sleep","1000"]"#;
pub(super) const FAIL: &str = r#"CMD ["/bin/sh","-c","echo there is no database; exit 3"]"#;

/// Of a project with a service on a port that is free. What it leaves on the engine is taken away with it.
pub(super) struct Service {
    pub(super) project: Project,
    pub(super) port: u16,
    name: &'static str,
    /// The engine, where it is not the one of the machine.
    host: Option<String>,
}

/// With two versions that are well; none: there is no engine.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(super) fn service(name: &'static str) -> Option<Service> {
    let engine = Command::new("docker").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !engine.is_ok_and(|status| status.success()) {
        assert!(env::var_os("SDLC_REQUIRE_DOCKER").is_none(), "no Docker engine answers");
        eprintln!("skipped: no Docker engine answers");
        return None;
    }
    Some(service_on(name, None))
}

/// On the engine at that address.
pub(super) fn service_on(name: &'static str, host: Option<String>) -> Service {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let text = format!(
        "[project]\nname = \"{name}\"\n[environments.production]\nimage = \"{name}\"\nreplicas = 2\nport = 8080\n\
         listen = \"127.0.0.1:{port}\"\nstop-timeout = \"2s\"\n\
         health = {{ path = \"/healthz\", interval = \"200ms\", timeout = \"1s\", healthy-after = 1 }}\n\
         [environments.production.deploy]\nplugin = \"builtin:blue-green\"\n\
         settings = {{ steps = [50, 100], hold = \"300ms\", patience = {{ settle = \"0s\", start-timeout = \"5s\" }} }}\n"
    );
    let mut project = Project::new().file("sdlc.toml", text);
    if let Some(host) = &host {
        project = project.variable("DOCKER_HOST", host);
    }
    let service = Service { project, port, name, host };
    service.image("1.0", RUN);
    service.image("1.1", RUN);
    service
}

impl Service {
    /// Of a file system with nothing but busybox, whose page says which version it is.
    pub(super) fn image(&self, version: &str, change: &str) {
        self.files(version, &[("www/index.html", &format!("version {version}\n"))], change);
    }

    /// Its page is what a script says.
    pub(super) fn scripted_image(&self, version: &str, script: &str) {
        self.files(version, &[("www/cgi-bin/index.cgi", &format!("#!/bin/sh\n{script}\n"))], RUN);
    }

    /// Has a page at `/cgi-bin/slow`, too, which is what a script says.
    pub(super) fn slow_too(&self, version: &str, script: &str) {
        let (page, script) = (format!("version {version}\n"), format!("#!/bin/sh\n{script}\n"));
        self.files(version, &[("www/index.html", &page), ("www/cgi-bin/slow", &script)], RUN);
    }

    fn files(&self, version: &str, files: &[(&str, &str)], change: &str) {
        let root = self.project.path(&format!("../image-{version}"));
        let _ = fs::remove_dir_all(&root);
        for directory in ["bin", "www/cgi-bin"] {
            fs::create_dir_all(root.join(directory)).unwrap();
        }
        fs::copy("/bin/busybox", root.join("bin/busybox")).unwrap();
        for applet in ["sh", "httpd", "echo", "sleep", "cat", "kill", "test"] {
            let _ = std::os::unix::fs::symlink("busybox", root.join("bin").join(applet));
        }
        for (path, text) in [("www/healthz", "well\n")].iter().chain(files) {
            fs::write(root.join(path), text).unwrap();
            fs::set_permissions(root.join(path), fs::Permissions::from_mode(0o755)).unwrap();
        }
        let mut tar =
            Command::new("tar").args(["-C", root.to_str().unwrap(), "-c", "."]).stdout(Stdio::piped()).spawn().unwrap();
        let tag = format!("{}:{version}", self.name);
        let mut import = self.on_engine("docker");
        let changes = change.lines().flat_map(|line| ["-c", line]);
        import.arg("import").args(changes).args(["-", &tag]).stdin(tar.stdout.take().unwrap()).stdout(Stdio::null());
        assert!(import.status().unwrap().success());
        tar.wait().unwrap();
    }

    fn on_engine(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(self.host.iter().map(|host| ("DOCKER_HOST", host)));
        command
    }

    /// The journal of the environment.
    pub(super) fn journal(&self) -> String {
        let path = format!("../.local/state/sdlc/deploy/{}/production/journal.jsonl", self.name);
        fs::read_to_string(self.project.path(&path)).unwrap_or_default()
    }

    /// Changes `sdlc.toml`.
    pub(super) fn configure(&self, what: &str, instead: &str) {
        let text = fs::read_to_string(self.project.path("sdlc.toml")).unwrap();
        assert!(text.contains(what), "no `{what}` in\n{text}");
        self.project.write("sdlc.toml", text.replace(what, instead));
    }

    /// What `sdlc status` says of the environment.
    pub(super) fn status(&self) -> Value {
        let status = self.project.run(&["status", "--no-resume", "--output-format", "json"]).exits(0);
        let mut status: Value = serde_json::from_str(&status.stdout).unwrap();
        status["environments"][0].take()
    }

    /// Process of the proxy.
    pub(super) fn proxy(&self) -> u64 {
        self.status()["proxy"]["pid"].as_u64().unwrap()
    }

    /// What a command of a shell says; `$IDS` are the containers that run.
    #[track_caller]
    pub(super) fn shell(&self, script: &str) -> String {
        let ids = format!("IDS=$(docker ps -q --filter label=sdlc.project={}); {script}", self.name);
        let output = self.on_engine("sh").args(["-c", &ids]).output().unwrap();
        assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(super) fn page(&self) -> Option<String> {
        get(self.port)
    }

    /// Until it holds; not a bar, but an end to a test that hangs.
    #[track_caller]
    pub(super) fn eventually(&self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let until = Instant::now() + Duration::from_secs(60);
        while !holds(self) {
            let log = || fs::read_to_string(self.project.path("../monitor.log")).unwrap_or_default();
            assert!(Instant::now() < until, "{what} never came: {:#}\n{}", self.status(), log());
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.project.run(&["proxy", "stop", "production"]);
        let script = format!(
            "docker ps -aq --filter label=sdlc.project={0} | xargs -r docker rm -f; docker network rm sdlc-{0}-production; \
             docker images -q {0} | xargs -r docker rmi -f",
            self.name
        );
        let _ = self.on_engine("sh").args(["-c", &script]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// The page, asked for on a connection of its own.
pub(super) fn get(port: u16) -> Option<String> {
    try_get(port, "/")
}

/// One request on a connection of its own.
pub(super) fn try_get(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.starts_with("HTTP/1.1 200").then_some(answer)
}

/// Requests all the time, until it is ended or dropped.
pub(super) struct Load {
    over: Arc<AtomicBool>,
    good: Arc<AtomicU64>,
    bad: Arc<AtomicU64>,
}

impl Load {
    pub(super) fn on(service: &Service) -> Self {
        Self::of(4, service)
    }

    /// Of so many clients, each with one request at a time.
    pub(super) fn of(clients: u32, service: &Service) -> Self {
        Self::paced(clients, Duration::from_millis(5), service)
    }

    /// Each waits so long between two requests.
    pub(super) fn paced(clients: u32, pause: Duration, service: &Service) -> Self {
        let load = Self { over: Arc::default(), good: Arc::default(), bad: Arc::default() };
        let port = service.port;
        for _ in 0..clients {
            let (over, good, bad) = (Arc::clone(&load.over), Arc::clone(&load.good), Arc::clone(&load.bad));
            thread::spawn(move || {
                while !over.load(Relaxed) {
                    let counter = if get(port).is_some() { &good } else { &bad };
                    counter.fetch_add(1, Relaxed);
                    thread::sleep(pause);
                }
            });
        }
        load
    }

    /// Answers that were good, and requests that failed.
    pub(super) fn end(&self) -> (u64, u64) {
        self.over.store(true, Relaxed);
        (self.good.load(Relaxed), self.bad.load(Relaxed))
    }

    /// None may have failed, and there must have been a number of them.
    #[track_caller]
    pub(super) fn ends_without_a_failure(&self) {
        let (good, failed) = self.end();
        assert!(good > 300 && failed == 0, "{good} good requests, {failed} failed ones");
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.over.store(true, Relaxed);
    }
}
