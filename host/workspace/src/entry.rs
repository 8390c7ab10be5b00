//! [`Entry`] and [`FileSet`]: what there is, and what of it is to be checked.

use std::{ffi::OsString, path::PathBuf};

use bytes::Bytes;
use sdlc_cache::notes::Stamp;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A file.
    Regular,
    /// A file that its owner may execute.
    Executable,
    /// A symbolic link that points to something.
    Symlink,
    /// A symbolic link that points to nothing.
    BrokenSymlink,
}

impl EntryKind {
    /// Whether it is a symbolic link.
    pub fn is_symlink(self) -> bool {
        matches!(self, Self::Symlink | Self::BrokenSymlink)
    }
}

/// Where the content of an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// In the tree; the name is given where the path is not its exact text.
    Tree(Option<OsString>),
    /// In git's object database; the name is given where the path is not its exact text.
    Blob(gix::ObjectId, Option<OsString>),
    /// In memory, over what is elsewhere; the same of the name.
    Memory(Bytes, Option<OsString>),
}

/// A file or symbolic link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the workspace root, with `/` between its parts. Bytes that are not UTF-8 are replaced.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// What tells that it was not written since; none for what is not in the tree.
    pub stamp: Option<Stamp>,
    pub(crate) source: Source,
}

impl Entry {
    /// The path with all its bytes.
    pub fn exact_path(&self) -> PathBuf {
        self.exact().map_or_else(|| PathBuf::from(&self.path), PathBuf::from)
    }

    /// Bytes, as far as that is known without reading it; else 0.
    pub fn known_size(&self) -> u64 {
        match &self.source {
            Source::Memory(content, _) => content.len() as u64,
            Source::Tree(_) | Source::Blob(..) => self.stamp.map_or(0, |stamp| stamp.size),
        }
    }

    pub(crate) fn exact(&self) -> Option<OsString> {
        match &self.source {
            Source::Tree(exact) | Source::Blob(_, exact) | Source::Memory(_, exact) => exact.clone(),
        }
    }
}

/// All entries of a workspace, sorted by path, and which of them are in scope.
#[derive(Clone, Debug, Default)]
pub struct FileSet {
    /// All of them, sorted by path.
    pub entries: Vec<Entry>,
    /// Indices into `entries`, ascending.
    pub selected: Vec<usize>,
}

impl FileSet {
    pub(crate) fn new(mut entries: Vec<Entry>, mut in_scope: impl FnMut(&Entry) -> bool) -> Self {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries.dedup_by(|a, b| a.path == b.path);
        let selected = entries.iter().enumerate().filter(|(_, entry)| in_scope(entry)).map(|(index, _)| index);
        let selected = selected.collect();
        Self { entries, selected }
    }

    /// The entries in scope.
    pub fn selected(&self) -> impl Iterator<Item = &Entry> {
        self.selected.iter().filter_map(|index| self.entries.get(*index))
    }
}
