//! [`HistoryError`].

use std::{io, path::PathBuf};

/// Why the history cannot be used. Never a reason for a run to fail.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// Its directory cannot be made, or a broken file not be set aside.
    #[error("history `{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database says no.
    #[error("history `{}`: {source}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// It was written by a newer version.
    #[error("history `{}` has version {found}, this `sdlc` knows {known}; hint: update `sdlc`", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
}
