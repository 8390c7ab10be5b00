//! [`HaproxyError`]: why HAProxy does not serve what it should.

use std::{io, path::PathBuf};

/// Why HAProxy does not serve what it should.
#[derive(Debug, thiserror::Error)]
pub enum HaproxyError {
    /// Nobody answers.
    #[error(
        "HAProxy does not answer at `{}`: {error}; hint: `stats socket {} mode 600 level admin` in its section `global`",
        path.display(), path.display()
    )]
    NoAnswer {
        /// The socket.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// It said no.
    #[error("HAProxy refused `{command}`: {answer}")]
    Refused {
        /// What it was told.
        command: String,
        /// What it said.
        answer: String,
    },
    /// There is no such backend.
    #[error("HAProxy has no backend `{0}`; hint: a section `backend {0}` without servers of its own")]
    NoBackend(String),
    /// It answered with something that makes no sense.
    #[error("HAProxy answered what is not understood: {0}")]
    Nonsense(String),
    /// The table has changed meanwhile.
    #[error("the table is at revision {found} and not at {expected}; hint: someone else changed it; look again")]
    Changed {
        /// What it is at.
        found: u64,
        /// What it should be at.
        expected: u64,
    },
    /// What is served cannot be written down.
    #[error("`{}`: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
}
