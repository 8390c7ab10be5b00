//! [`Options`]: everything that a [`crate::client::Client`] knows of the machine and the user.

use std::{ffi::OsString, io, net::IpAddr, path::PathBuf, sync::Arc, time::Duration};

/// How a name becomes addresses. May block.
pub type Lookup = Arc<dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync>;

/// Everything that a [`crate::client::Client`] knows of the machine and the user.
#[derive(Clone)]
pub struct Options {
    /// Docker's `config.json` with the logins, usually in `$DOCKER_CONFIG` or `~/.docker`. It need not be there.
    pub docker_config: Option<PathBuf>,
    /// Where credential helpers are looked for: the value of `PATH`. Relative directories in it are passed over.
    pub path: Option<OsString>,
    /// Docker's directory of certificates: `HOST:PORT/*.crt` in it is trusted for that registry.
    pub certificates: PathBuf,
    /// A file of further certificates that are trusted everywhere, in PEM.
    pub extra_ca: Option<PathBuf>,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long a call may take as a whole, attempts and pauses included.
    pub total_timeout: Duration,
    /// How large a component may be.
    pub max_bytes: u64,
    /// What a pause between two attempts begins with; it doubles.
    pub pause: Duration,
    /// How a name becomes addresses.
    pub lookup: Lookup,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            docker_config: None,
            path: None,
            certificates: PathBuf::from("/etc/docker/certs.d"),
            extra_ca: None,
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(300),
            max_bytes: 64 << 20,
            pause: Duration::from_millis(500),
            lookup: Arc::new(system),
        }
    }
}

fn system(name: &str) -> io::Result<Vec<IpAddr>> {
    use std::net::ToSocketAddrs;
    Ok((name, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
}
