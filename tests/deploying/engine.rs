//! [`Engine`]: a Docker engine of a test's own, which can be killed while others go on. Its containers outlive it.

use std::{
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Of its own, too: one without any takes that of the engine of the machine away.
const BRIDGE: &str = "sdlc-test0";

pub(super) struct Engine {
    directory: TempDir,
    daemon: Option<Child>,
}

impl Engine {
    pub(super) fn start() -> Self {
        let _ = Command::new("busybox").args(["brctl", "addbr", BRIDGE]).stderr(Stdio::null()).status();
        let up = ["ifconfig", BRIDGE, "10.213.77.1", "netmask", "255.255.255.0", "up"];
        assert!(Command::new("busybox").args(up).status().unwrap().success());
        let mut engine = Self { directory: tempfile::tempdir().unwrap(), daemon: None };
        engine.run();
        engine
    }

    fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_str().unwrap().to_owned()
    }

    pub(super) fn host(&self) -> String {
        format!("unix://{}", self.path("socket"))
    }

    /// Until it answers.
    pub(super) fn run(&mut self) {
        let _ = fs::remove_file(self.path("pid"));
        let log = fs::File::options().create(true).append(true).open(self.path("log")).unwrap();
        let mut daemon = Command::new("dockerd");
        daemon.args(["--live-restore", "--iptables=false", "--bridge", BRIDGE, "--host", &self.host()]);
        daemon.args(["--data-root", &self.path("data")]);
        daemon.args(["--exec-root", &self.path("exec"), "--pidfile", &self.path("pid")]);
        self.daemon = Some(daemon.stdout(Stdio::null()).stderr(log).spawn().unwrap());
        let until = Instant::now() + Duration::from_secs(60);
        let answers =
            || Command::new("docker").args(["-H", &self.host(), "version"]).output().unwrap().status.success();
        while !answers() {
            let log = || fs::read_to_string(self.path("log")).unwrap();
            assert!(Instant::now() < until, "{}", log());
            thread::sleep(Duration::from_millis(100));
        }
    }

    pub(super) fn kill(&mut self) {
        let mut daemon = self.daemon.take().unwrap();
        daemon.kill().unwrap();
        daemon.wait().unwrap();
        // What it started for itself ends with it, a moment later, and must not be taken for one that runs.
        let part = self.path("exec/containerd/containerd.pid");
        if let Ok(pid) = fs::read_to_string(&part) {
            let _ = Command::new("kill").args(["-9", pid.trim()]).stderr(Stdio::null()).status();
            fs::remove_file(part).unwrap();
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = Command::new("kill").arg(daemon.id().to_string()).status();
            let _ = daemon.wait();
        }
        let _ = Command::new("busybox").args(["ifconfig", BRIDGE, "down"]).status();
        let _ = Command::new("busybox").args(["brctl", "delbr", BRIDGE]).status();
        let _ = Command::new("umount").arg(self.path("data")).stderr(Stdio::null()).status();
    }
}
