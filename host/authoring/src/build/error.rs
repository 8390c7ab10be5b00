//! [`BuildError`]: why there is no component.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::encode::EncodeError;

/// Why a project could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A tool is not installed.
    #[error("`{tool}` is not installed, and is needed to build this plugin\nhint: {install}")]
    Missing {
        /// What was looked for.
        tool: String,
        /// The command that installs it.
        install: String,
    },
    /// A part of the project that the build needs is not there.
    #[error("`{}` is not there\nhint: {hint}", path.display())]
    Absent {
        /// What was looked for.
        path: PathBuf,
        /// Where it comes from.
        hint: String,
    },
    /// A tool ran and did not succeed.
    #[error("`{tool}` failed\n{output}")]
    Failed {
        /// What was run.
        tool: String,
        /// What it printed on standard error, or on standard output where that was empty.
        output: String,
    },
    /// A tool succeeded, and what it should have made is not there.
    #[error("`{tool}` made no component\nhint: {hint}")]
    Nothing {
        /// What was run.
        tool: String,
        /// What is usually wrong then.
        hint: String,
    },
    /// The module that the compiler made is no plugin.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A file could not be used.
    #[error("could not {verb} `{}`: {source}", path.display())]
    Io {
        /// Such as `read`.
        verb: &'static str,
        /// Of the file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl BuildError {
    /// For `map_err`: what was to be done with which path.
    pub(super) fn io(verb: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { verb, path, source }
    }
}
