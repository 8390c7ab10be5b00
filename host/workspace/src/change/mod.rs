//! Changing files so that nothing is lost: all of a [`ChangeSet`] is written or nothing, whatever happens meanwhile.
//!
//! [`Changer::apply`] writes a set, [`Changer::recover`] takes back one that was interrupted, [`Changer::undo`] takes
//! back the last one. Does not decide what is written.
//!
//! A set is kept in a journal, with what was there before, until it is complete. The journal and all files, beside the old ones,
//! are written and synchronised at the same time; then each is exchanged with the old one in one step, and it is looked at once
//! more what was taken away. If that is not what the change was made from, both are exchanged back: what somebody wrote a moment
//! ago is never lost.

mod apply;
mod journal;
pub(crate) mod path_bytes;
mod place;
mod record;
mod recover;

#[cfg(test)]
mod tests;

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use bytes::Bytes;
use cap_std::{ambient_authority, fs::Dir};
use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};

use self::journal::{PENDING, UNSETTLED};
use crate::index::IndexChange;

/// A file, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Relative to the root.
    pub path: PathBuf,
    /// What it was made from; none: there was no file.
    pub before: Option<Bytes>,
    /// What it becomes; none: it is deleted.
    pub after: Option<Bytes>,
}

/// Changes, in groups: of a group, all are made or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// What it was, for people who undo it: `sdlc run --fix`.
    pub what: String,
    /// In the order in which they are made.
    pub groups: Vec<Group>,
}

/// Changes of which all are made or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// In the tree.
    pub files: Vec<Change>,
    /// In git's index.
    pub index: Vec<IndexChange>,
}

/// A file that was left as it is, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftAlone {
    /// The file.
    pub path: PathBuf,
    /// Lower-case: `it was changed meanwhile`.
    pub reason: String,
}

/// What became of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// What was changed, in the tree or in the index.
    pub changed: Vec<PathBuf>,
    /// What was not.
    pub left_alone: Vec<LeftAlone>,
}

/// What became of a set that is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBack {
    /// What the set was.
    pub what: String,
    /// When it was begun, in seconds since the epoch.
    pub begun: u64,
    /// What is as it was before.
    pub restored: Vec<PathBuf>,
    /// What is not.
    pub left_alone: Vec<LeftAlone>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Another process is at it.
    #[error("another `sdlc` is changing files here; hint: try again when it is done")]
    Busy,
    /// A set was interrupted since this command began.
    #[error(
        "another `sdlc` was interrupted while it changed files here; hint: run it again, which takes that back first"
    )]
    Interrupted,
    /// The directory of the journal is not ours alone.
    #[error("the journal's directory `{}` belongs to others, or others may write there; hint: name another place with `--state-dir`", .0.display())]
    Untrusted(PathBuf),
    /// The journal cannot be kept.
    #[error("the journal `{}` cannot be kept, so nothing was changed: {source}; hint: name another place with `--state-dir`", path.display())]
    Journal {
        /// Its directory or file.
        path: PathBuf,
        /// What the file system says.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("`{}` cannot be changed, so nothing was: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        source: io::Error,
    },
    /// The index cannot be written.
    #[error("git's index cannot be changed, so nothing was: {0}")]
    Index(String),
    /// The journal makes no sense.
    #[error("the journal `{}` is broken; hint: it is kept as `{}`", path.display(), aside.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Where it is now.
        aside: PathBuf,
    },
}

/// Bits of a mode that let others write.
const OTHERS_WRITE: u32 = 0o022;

/// What is told of each step, for tests that let the process die there.
type Watch = dyn Fn(&str) -> io::Result<()> + Send + Sync;

/// Changes the files of one workspace.
pub struct Changer {
    root: Dir,
    journal: PathBuf,
    watch: Box<Watch>,
    /// Held as long as this lives.
    _lock: File,
}

impl Changer {
    /// For the workspace at a root. `directory` is where the journal is kept, a directory of this user alone.
    ///
    /// # Errors
    /// Where the directory cannot be made, or another process is at it.
    pub fn open(root: &Path, directory: &Path) -> Result<Self, ChangeError> {
        let failed = |source| ChangeError::Journal { path: directory.to_owned(), source };
        let root_path = root.canonicalize().map_err(|source| ChangeError::File { path: root.to_owned(), source })?;
        let journal = directory.join(journal::name_of(&root_path));
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&journal).map_err(failed)?;
        let metadata = fs::symlink_metadata(&journal).map_err(failed)?;
        if metadata.uid() != rustix::process::geteuid().as_raw() || metadata.mode() & OTHERS_WRITE != 0 {
            return Err(ChangeError::Untrusted(journal));
        }
        let lock = OpenOptions::new().create(true).append(true).mode(0o600).open(journal.join("lock"));
        let lock = lock.map_err(failed)?;
        exclusively(&lock).map_err(|error| match error {
            Errno::WOULDBLOCK => ChangeError::Busy,
            other => failed(other.into()),
        })?;
        let root = Dir::open_ambient_dir(&root_path, ambient_authority())
            .map_err(|source| ChangeError::File { path: root_path.clone(), source })?;
        Ok(Self { root, journal, watch: Box::new(|_| Ok(())), _lock: lock })
    }

    /// Whether a set was interrupted in this workspace. Cheap, and takes no lock.
    pub fn interrupted(root: &Path, directory: &Path) -> bool {
        let exists = |directory: PathBuf| [PENDING, UNSETTLED].iter().any(|name| directory.join(name).exists());
        root.canonicalize().is_ok_and(|root| exists(directory.join(journal::name_of(&root))))
    }

    fn step(&self, name: &str) -> io::Result<()> {
        (self.watch)(name)
    }
}

/// A lock that is held for a moment only is waited for.
fn exclusively(lock: &File) -> Result<(), Errno> {
    for _ in 0..20 {
        match flock(lock, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => thread::sleep(Duration::from_millis(50)),
            other => return other,
        }
    }
    flock(lock, FlockOperation::NonBlockingLockExclusive)
}
