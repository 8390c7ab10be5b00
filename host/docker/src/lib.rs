//! Replicas of a service on a Docker engine. The only crate that knows `bollard`.
//!
//! What is asked for can be asked for again: a replica that is there is not made twice, one that is gone is gone.
#![forbid(unsafe_code)]

mod clear;
mod context;
mod error;
mod exit;
mod image;
mod network;
mod replica;
mod retry;
mod usage;

pub use error::DockerError;
pub use exit::Exit;
pub use image::{Credentials, Image};
pub use replica::{Health, Placement, Replica, State};
pub use usage::Gauges;

use bollard::Docker;

use error::Asking;
use retry::Calls;
use sdlc_resilience::incident::Recorder;

/// An engine.
#[derive(Clone, Debug)]
pub struct Engine {
    docker: Docker,
    calls: Calls,
}

/// What an engine says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its version.
    pub version: String,
    /// Where it keeps its data, on its machine.
    pub directory: String,
    /// Whether replicas go on while the engine itself is started again.
    pub live_restore: bool,
}

impl Engine {
    /// Connects to an engine: `host` such as `unix:///run/docker.sock`; none: the usual socket.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn connect(host: Option<&str>) -> Result<Self, DockerError> {
        let unreachable =
            |source| DockerError::Unreachable { host: host.unwrap_or("the usual socket").to_owned(), source };
        let docker = match host {
            Some(host) => Docker::connect_with_host(host),
            None => Docker::connect_with_unix_defaults(),
        };
        let docker = docker.map_err(unreachable)?.negotiate_version().await.map_err(unreachable)?;
        Ok(Self { docker, calls: Calls::new() })
    }

    /// What went wrong with it, and was mended.
    pub fn recorder(&self) -> &Recorder {
        &self.calls.recorder
    }

    /// What it says of itself.
    ///
    /// # Errors
    /// Where it does not answer.
    pub async fn about(&self) -> Result<About, DockerError> {
        let info = self.calls.retried(|| self.docker.info()).await.asking("about the engine")?;
        Ok(About {
            version: info.server_version.unwrap_or_default(),
            directory: info.docker_root_dir.unwrap_or_default(),
            live_restore: info.live_restore_enabled.unwrap_or_default(),
        })
    }
}
