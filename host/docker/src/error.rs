//! [`DockerError`]: what an engine would not do.

use std::{io, path::PathBuf};

/// What an engine would not do.
#[derive(Debug, thiserror::Error)]
pub enum DockerError {
    /// There is no engine.
    #[error("no Docker engine answers at {host}: {source}; hint: start it, or say where it is with `DOCKER_HOST`")]
    Unreachable {
        /// Where it was looked for.
        host: String,
        /// Why not.
        source: bollard::errors::Error,
    },
    /// It said no.
    #[error("asking the engine {asked} failed: {}", said(source))]
    Engine {
        /// What was asked.
        asked: String,
        /// What it said.
        source: bollard::errors::Error,
    },
    /// An image cannot be built.
    #[error("`{image}` cannot be built: {reason}")]
    Build {
        /// Its name.
        image: String,
        /// The last lines that the builder said.
        reason: String,
    },
    /// A file for the build cannot be read.
    #[error("`{path}` cannot be read: {source}", path = path.display())]
    Context {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A container cannot be made without a value that is not known.
    #[error("the container `{container}` needs the secret `{secret}`; hint: set it in the environment of `sdlc`")]
    Secret {
        /// Name of the container.
        container: String,
        /// Name of the secret.
        secret: String,
    },
    /// It answered with something that makes no sense.
    #[error("the engine answered {0}")]
    Nonsense(String),
}

/// What the engine said, without what `bollard` says about it.
fn said(error: &bollard::errors::Error) -> String {
    match error {
        bollard::errors::Error::DockerResponseServerError { message, .. } => message.clone(),
        error => error.to_string(),
    }
}

/// The status of an answer.
pub(crate) fn status(error: &bollard::errors::Error) -> Option<u16> {
    match error {
        bollard::errors::Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// Says what was asked.
pub(crate) trait Asking<T> {
    fn asking(self, asked: impl Into<String>) -> Result<T, DockerError>;
}

impl<T> Asking<T> for Result<T, bollard::errors::Error> {
    fn asking(self, asked: impl Into<String>) -> Result<T, DockerError> {
        self.map_err(|source| DockerError::Engine { asked: asked.into(), source })
    }
}
