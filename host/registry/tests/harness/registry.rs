//! A real registry: Debian's `docker-registry`, on a free port of this machine.

use std::{
    env, fs,
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use tempfile::TempDir;

use super::certificates::Certificates;

pub(crate) struct Registry {
    process: Child,
    pub(crate) directory: TempDir,
    pub(crate) port: u16,
}

#[derive(Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) certificates: Option<&'a Certificates>,
    /// A line of `htpasswd`.
    pub(crate) login: Option<String>,
}

/// Whether all programs are there; where tests have to run, that is an error.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn installed(programs: &[&str]) -> bool {
    let Some(missing) = programs.iter().find(|program| !is_installed(program)) else { return true };
    let how = format!("`{missing}` is not installed; hint: apt-get install docker-registry apache2-utils openssl");
    assert!(env::var_os("CI").is_none(), "{how}");
    eprintln!("skipped: {how}");
    false
}

pub(crate) fn is_installed(program: &str) -> bool {
    env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|directory| directory.join(program).exists())
}

impl Registry {
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(&Wanted::default())
    }

    pub(crate) fn start_with(wanted: &Wanted<'_>) -> Option<Self> {
        if !installed(&["docker-registry"]) {
            return None;
        }
        let directory = TempDir::new().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        fs::write(directory.path().join("config.yml"), configuration(&directory, port, wanted)).unwrap();
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(directory.path().join("config.yml"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let registry = Self { process, directory, port };
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(registry);
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the registry does not start");
    }

    pub(crate) fn named(&self, rest: &str) -> String {
        format!("127.0.0.1:{}/{rest}", self.port)
    }
}

fn configuration(directory: &TempDir, port: u16, wanted: &Wanted<'_>) -> String {
    let path = directory.path();
    let mut text = format!(
        "version: 0.1\nlog: {{ level: error }}\nstorage: {{ filesystem: {{ rootdirectory: {} }}, delete: {{ enabled: true }} }}\n",
        path.join("data").display()
    );
    if let Some(login) = &wanted.login {
        fs::write(path.join("htpasswd"), login).unwrap();
        text += &format!("auth: {{ htpasswd: {{ realm: test, path: {} }} }}\n", path.join("htpasswd").display());
    }
    let tls = wanted.certificates.map(|certificates| {
        format!(
            "\n  tls: {{ certificate: {}, key: {} }}",
            certificates.path("server.crt"),
            certificates.path("server.key")
        )
    });
    text + &format!("http:\n  addr: 127.0.0.1:{port}{}\n", tls.unwrap_or_default())
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
