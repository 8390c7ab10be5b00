//! [`Registry`]: a real registry, Debian's `docker-registry`, on a free port of this machine.

use std::{
    env, fs,
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// A registry on a free port of this machine.
pub(crate) struct Registry {
    process: Child,
    pub(crate) port: u16,
    _directory: tempfile::TempDir,
}

impl Registry {
    /// None: it is not installed, which is an error where tests have to run.
    pub(crate) fn start() -> Option<Self> {
        Self::with("")
    }

    /// Only for `user`, with the password `pass:word`.
    pub(crate) fn with_login() -> Option<Self> {
        let output = Command::new("htpasswd").args(["-Bbn", "user", "pass:word"]).output().unwrap();
        Self::with(&String::from_utf8(output.stdout).unwrap())
    }

    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn with(login: &str) -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        if !env::split_paths(&path).any(|directory| directory.join("docker-registry").exists()) {
            let how = "`docker-registry` is not installed; hint: apt-get install docker-registry";
            assert!(env::var_os("CI").is_none(), "{how}");
            eprintln!("skipped: {how}");
            return None;
        }
        let directory = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut configuration = format!(
            "version: 0.1\nlog: {{ level: error }}\nhttp: {{ addr: \"127.0.0.1:{port}\" }}\n\
             storage: {{ filesystem: {{ rootdirectory: {:?} }} }}\n",
            directory.path().join("data")
        );
        if !login.is_empty() {
            let path = directory.path().join("htpasswd");
            configuration += &format!("auth: {{ htpasswd: {{ realm: test, path: {path:?} }} }}\n");
            fs::write(path, login).unwrap();
        }
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
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
