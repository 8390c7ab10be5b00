//! [`directory`]: for what is needed until a command ends.

use std::{fs::Permissions, io, os::unix::fs::PermissionsExt};

use tempfile::{Builder, TempDir};

/// A directory that this user alone may enter, since it gets copies of what only this user may read.
pub(crate) fn directory(what: &str) -> io::Result<TempDir> {
    Builder::new().prefix(&format!("sdlc-{what}-")).permissions(Permissions::from_mode(0o700)).tempdir()
}
