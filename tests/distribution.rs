//! From a published plugin to a gate in another repository, through a real registry: Debian's `docker-registry`.

use std::{
    env, fs,
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::harness::{Project, component};

/// A registry on a free port of this machine.
struct Registry {
    process: Child,
    port: u16,
    _directory: tempfile::TempDir,
}

impl Registry {
    /// None: it is not installed, which is an error where tests have to run.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn start() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        if !env::split_paths(&path).any(|directory| directory.join("docker-registry").exists()) {
            let how = "`docker-registry` is not installed; hint: apt-get install docker-registry";
            assert!(env::var_os("CI").is_none(), "{how}");
            eprintln!("skipped: {how}");
            return None;
        }
        let directory = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let configuration = format!(
            "version: 0.1\nlog: {{ level: error }}\nhttp: {{ addr: \"127.0.0.1:{port}\" }}\n\
             storage: {{ filesystem: {{ rootdirectory: {:?} }} }}\n",
            directory.path().join("data")
        );
        fs::write(directory.path().join("config.yml"), configuration).unwrap();
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(directory.path().join("config.yml"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let registry = Self { process, port, _directory: directory };
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(registry);
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the registry does not start");
    }

    fn reference(&self, tag: &str) -> String {
        format!("127.0.0.1:{}/acme/length:{tag}", self.port)
    }

    #[track_caller]
    fn publish(&self, package: &str, tag: &str, more: &[&str]) {
        let component = component(package);
        let reference = self.reference(tag);
        let arguments = [&["plugin", "publish", component.to_str().unwrap(), &reference], more].concat();
        let ran = Project::new().run(&arguments).exits(0).says("@sha256:");
        let warned =
            ran.stderr.contains(&format!("warning: the tag is `{tag}`, but the plugin says that it is version 0.1.0"));
        assert_eq!(warned, tag != "0.1.0" && tag != "latest", "{}", ran.stderr);
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_published_plugin_is_a_pinned_gate_in_another_repository() {
    let Some(registry) = Registry::start() else { return };
    registry.publish("example-gate", "1.0.0", &[]);
    let reference = registry.reference("1.0.0");
    let project = Project::new().file("a.md", format!("{}\n", "x".repeat(130)));
    project.run(&["plugin", "inspect", &reference]).exits(0).says("kinds      file-gate");
    project.run(&["plugin", "add", &reference]).exits(0).complains("added gate `example-gate`");
    let lock = fs::read_to_string(project.path("sdlc.lock")).unwrap();
    assert!(lock.contains("manifest = \"sha256:"), "{lock}");
    project.run(&["run", "--locked"]).exits(1).says("line-too-long");
    // Vendored, it needs neither the registry nor the cache.
    project.run(&["plugin", "vendor"]).exits(0).complains("copied 1 plugin to");
    drop(registry);
    fs::remove_dir_all(project.cache()).unwrap();
    project.run(&["run", "--locked"]).exits(1).says("line-too-long");
}

#[test]
fn an_update_takes_the_newest_compatible_version_and_no_other() {
    let Some(registry) = Registry::start() else { return };
    for tag in ["1.0.0", "1.2.0", "2.0.0"] {
        registry.publish("example-gate", tag, &[]);
    }
    let project = Project::new().file("a.md", "text\n");
    project.run(&["plugin", "add", &registry.reference("1.0.0")]).exits(0);
    project.run(&["plugin", "update"]).exits(0);
    let text = fs::read_to_string(project.path("sdlc.toml")).unwrap();
    assert!(text.contains("length:1.2.0"), "{text}");
    project.run(&["run", "--locked"]).exits(0);
}

#[test]
fn a_tag_that_was_moved_stops_what_would_load_it() {
    let Some(registry) = Registry::start() else { return };
    registry.publish("example-gate", "latest", &[]);
    let project = Project::new().file("a.md", "text\n");
    project.run(&["plugin", "add", &registry.reference("latest"), "--name", "a"]).exits(0);
    let again = Project::new();
    let (hostile, reference) = (component("hostile"), registry.reference("latest"));
    again
        .run(&["plugin", "publish", hostile.to_str().unwrap(), &reference])
        .exits(2)
        .complains("is there already, with other content");
    registry.publish("hostile", "latest", &["--force"]);
    // What is in the cache is what was pinned; without it the registry is asked, and is found out.
    project.run(&["run"]).exits(0);
    fs::remove_dir_all(project.cache()).unwrap();
    let ran = project.run(&["run"]).exits(2);
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    project.run(&["plugin", "update"]).exits(2);
    project.run(&["plugin", "update", "--allow-moved"]).exits(0).complains("`a` is hostile 0.1.0");
}

#[test]
fn what_is_not_in_the_registry_is_named() {
    let Some(registry) = Registry::start() else { return };
    let reference = registry.reference("9.9.9");
    Project::new().run(&["plugin", "add", &reference]).exits(2).complains(&reference);
    Project::new()
        .run(&["plugin", "add", "acme"])
        .exits(2)
        .complains("hint: such as `registry.example/acme/gate:1.4.0`");
}
