//! [`Private`]: a directory for one run of a program, gone afterwards.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::Path,
};

use tempfile::TempDir;

/// A directory for one run of a program.
pub(crate) struct Private(TempDir);

impl Private {
    /// Below a directory such as `/tmp`, for our user alone.
    pub(crate) fn new(base: &Path) -> io::Result<Self> {
        tempfile::Builder::new().prefix("sdlc-").permissions(Permissions::from_mode(0o700)).tempdir_in(base).map(Self)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// To be called when nothing runs in there any more. What cannot be removed stays; it is temporary anyway.
    pub(crate) fn remove(self) {
        open_up(self.0.path());
        let _ = self.0.close();
    }
}

/// A program may have closed directories to its own user.
fn open_up(directory: &Path) {
    if fs::read_dir(directory).is_err() {
        let _ = fs::set_permissions(directory, Permissions::from_mode(0o700));
    }
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let _ = fs::set_permissions(entry.path(), Permissions::from_mode(0o700));
            open_up(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_that_were_closed_are_removed_too() {
        let base = tempfile::tempdir().unwrap();
        let private = Private::new(base.path()).unwrap();
        let deep = private.path().join("a/b/c");
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("file"), "").unwrap();
        for directory in [deep.parent().unwrap(), &private.path().join("a")] {
            fs::set_permissions(directory, Permissions::from_mode(0o000)).unwrap();
        }
        private.remove();
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
    }
}
