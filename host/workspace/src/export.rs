//! Copies of a project elsewhere: of a revision, or of the tree as it is.

use std::{
    io,
    path::{Component, Path},
};

use cap_std::{
    ambient_authority,
    fs::{Dir, OpenOptions, OpenOptionsExt},
};

use crate::{
    entry::{Entry, EntryKind},
    reader::Reader,
    scope::WorkspaceError,
    tree::Workspace,
};

/// Larger files are not copied: they would not fit into memory beside all else.
const LARGEST: u64 = 1 << 30;

impl Workspace {
    /// Writes all files of a revision, or of the tree where there is none, below an empty directory. Without what ignore
    /// rules hide, without submodules. Gives how many there are.
    ///
    /// # Errors
    /// Where there is no such revision, or a file cannot be read or written.
    pub fn export(&self, revision: Option<&str>, directory: &Path) -> Result<u64, WorkspaceError> {
        let entries = self.all(revision)?;
        self.copy(entries.iter(), directory)?;
        Ok(entries.len() as u64)
    }

    /// Writes entries below an empty directory, sharing their blocks where the file system can.
    ///
    /// # Errors
    /// Where a file cannot be read or written.
    pub fn copy<'a>(&self, entries: impl Iterator<Item = &'a Entry>, directory: &Path) -> Result<(), WorkspaceError> {
        let failed = |path: &str| {
            let path = directory.join(path);
            move |source| WorkspaceError::Copy { path, source }
        };
        let target = Dir::open_ambient_dir(directory, ambient_authority()).map_err(failed(""))?;
        let reader = self.reader()?;
        for entry in entries {
            write(&target, entry, &reader).map_err(failed(&entry.path))?;
        }
        Ok(())
    }

    fn all(&self, revision: Option<&str>) -> Result<Vec<Entry>, WorkspaceError> {
        match revision {
            Some(revision) => Ok(self.repository()?.between(revision, revision)?.0),
            None => Ok(self.walk()),
        }
    }
}

/// Within the directory, whatever the path says: a tree of git can be made by anybody.
fn write(target: &Dir, entry: &Entry, reader: &Reader) -> io::Result<()> {
    let path = &entry.exact_path();
    let plain = path.components().all(|part| matches!(part, Component::Normal(name) if name != ".git"));
    if !plain {
        return Err(io::Error::other("a path that leads elsewhere"));
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        target.create_dir_all(parent)?;
    }
    let content = || {
        let content = reader.read(entry, LARGEST)?.bytes;
        content.ok_or_else(|| io::Error::other("larger than 1 GiB"))
    };
    if entry.kind.is_symlink() {
        let content = content()?;
        let link = std::str::from_utf8(&content).map_err(io::Error::other)?;
        // One that leads out of the copy is not followed in it either.
        return target.symlink_contents(link, path);
    }
    let mode = if entry.kind == EntryKind::Executable { 0o755 } else { 0o644 };
    let mut file = target.open_with(path, OpenOptions::new().write(true).create_new(true).mode(mode))?;
    if reader.clone_into(entry, &file) { Ok(()) } else { io::Write::write_all(&mut file, &content()?) }
}
