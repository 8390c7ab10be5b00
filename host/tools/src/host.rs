//! [`Host`]: what the caller knows of the machine, so that this crate need not read the environment.

use std::{ffi::OsString, path::PathBuf};

/// What the caller knows of the machine.
#[derive(Clone, Debug)]
pub struct Host {
    /// A program that calls [`crate::launcher::serve`]: as a rule `/proc/self/exe`, which stays the same file when the
    /// program is replaced meanwhile.
    pub launcher: PathBuf,
    /// Root of the workspace, or of the scratch copy of it; absolute.
    pub workspace: PathBuf,
    /// The value of `PATH`.
    pub path: OsString,
    /// Where private directories are made, such as `/tmp`.
    pub temporary: PathBuf,
    /// Absolute paths beside those of the system that programs may read and execute, such as `~/.rustup/toolchains`.
    pub toolchains: Vec<PathBuf>,
}
