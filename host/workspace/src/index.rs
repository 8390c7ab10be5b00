//! [`Index`]: changes what is staged.
//!
//! Knows nothing of the tree. Caches of git's that the index holds besides (of trees, of untracked files) are dropped, as
//! git makes them again.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::{
        ffi::{OsStrExt, OsStringExt},
        fs::{MetadataExt, OpenOptionsExt},
    },
    path::{Path, PathBuf},
};

use gix::{
    ObjectId,
    bstr::{BStr, ByteSlice},
    index::{File as GitIndex, entry::Stage},
};
use serde::{Deserialize, Serialize};

use crate::{
    entry::{Entry, Source},
    scope::WorkspaceError,
    tree::Workspace,
};

/// Permissions of an index that was not there before.
const MODE: u32 = 0o644;

/// An entry of the index, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexChange {
    /// Relative to the root of the workspace.
    #[serde(with = "crate::change::path_bytes")]
    pub path: PathBuf,
    /// As the index has it: relative to git's root.
    name: Vec<u8>,
    /// Names of the objects, in hexadecimal.
    before: String,
    after: String,
}

impl IndexChange {
    pub(crate) fn reversed(&self) -> Self {
        let Self { path, name, before, after } = self.clone();
        Self { path, name, before: after, after: before }
    }
}

/// Git's index of a workspace.
pub struct Index {
    repository: gix::Repository,
    prefix: String,
}

impl Workspace {
    /// Git's index; none: there is no repository.
    pub fn index(&self) -> Option<Index> {
        let repository = self.repository().ok()?;
        Some(Index { repository: repository.objects(), prefix: repository.prefix().to_owned() })
    }
}

impl Index {
    /// The change that stages a content instead of an entry's; the content is kept in git's database at once, where it
    /// does no harm if it is never used.
    ///
    /// # Errors
    /// Where the entry is not of the index, or the database cannot be written.
    pub fn stage(&self, entry: &Entry, content: &[u8]) -> Result<IndexChange, WorkspaceError> {
        let Source::Blob(before, _) = &entry.source else {
            return Err(WorkspaceError::Git(format!("`{}` is not in the index", entry.path)));
        };
        let after = self.repository.write_blob(content).map_err(|error| WorkspaceError::Git(error.to_string()))?;
        let path = entry.exact_path();
        let name = [self.prefix.as_bytes(), path.as_os_str().as_bytes()].concat();
        Ok(IndexChange { path, name, before: before.to_string(), after: after.to_string() })
    }

    /// The first entry that is not as a change has it before.
    pub(crate) fn first_changed(&self, changes: &[IndexChange]) -> Result<Option<PathBuf>, String> {
        if changes.is_empty() {
            return Ok(None);
        }
        let index = self.read()?;
        let differs = |change: &&IndexChange| id(&index, &change.name).is_none_or(|id| !is_named(&id, &change.before));
        Ok(changes.iter().find(differs).map(|change| change.path.clone()))
    }

    /// Makes all changes in one step. An entry that is not as a change has it before is an error.
    pub(crate) fn change(&self, changes: &[IndexChange]) -> Result<(), String> {
        self.update(|index| {
            for change in changes {
                if !set(index, &change.name, &change.before, &change.after)? {
                    return Err(format!("`{}` was staged anew meanwhile", change.path.display()));
                }
            }
            Ok(())
        })
    }

    /// Takes changes back, where they were made and nothing else was staged since.
    pub(crate) fn change_back(&self, changes: &[IndexChange]) -> Result<(), String> {
        self.remove_own_lock().map_err(|error| error.to_string())?;
        let index = self.read()?;
        let made = |change: &&IndexChange| id(&index, &change.name).is_some_and(|id| is_named(&id, &change.after));
        let made: Vec<_> = changes.iter().filter(made).collect();
        if made.is_empty() {
            return Ok(());
        }
        self.update(|index| {
            made.iter().try_for_each(|change| set(index, &change.name, &change.after, &change.before).map(drop))
        })
    }

    fn read(&self) -> Result<GitIndex, String> {
        let index = self.repository.open_index().map_err(|error| error.to_string())?;
        if index.is_sparse() {
            return Err("it is sparse; hint: `git sparse-checkout reapply --no-sparse-index`".to_owned());
        }
        Ok(index)
    }

    /// The new index is written beside the old one, and becomes its lock by a link of another name: so a lock that a killed
    /// process of ours left is told from that of a git that runs.
    fn update(&self, change: impl FnOnce(&mut GitIndex) -> Result<(), String>) -> Result<(), String> {
        let (path, text) = (self.repository.index_path(), |error: io::Error| error.to_string());
        let before = stamp(&path).map_err(text)?;
        let mut index = self.read()?;
        let skip_hash = index.checksum().is_none();
        change(&mut index)?;
        index.remove_tree();
        let own = own(&path, std::process::id());
        let result = (|| {
            let mode = fs::metadata(&path).map_or(MODE, |metadata| metadata.mode() & 0o777);
            let file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&own)?;
            let mut file = BufWriter::new(file);
            let options = gix::index::write::Options { skip_hash, ..Default::default() };
            index.write_to(&mut file, options).map_err(io::Error::other)?;
            file.flush()?;
            file.get_ref().sync_all()?;
            let lock = lock(&path);
            fs::hard_link(&own, &lock).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => io::Error::other(format!(
                    "`{}` is there; hint: another git is at work, or was killed: remove it if none is",
                    lock.display()
                )),
                _ => error,
            })?;
            let unchanged = stamp(&path).is_ok_and(|now| now == before);
            let moved =
                if unchanged { fs::rename(&lock, &path) } else { Err(io::Error::other("git changed it meanwhile")) };
            if moved.is_err() {
                fs::remove_file(&lock)?;
            }
            moved
        })();
        let _ = fs::remove_file(&own);
        result.map_err(text)?;
        path.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all()).map_err(text)
    }

    /// Removes what a process of ours that was killed left.
    fn remove_own_lock(&self) -> io::Result<()> {
        let path = self.repository.index_path();
        let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else { return Ok(()) };
        let prefix = [name.as_bytes(), OWN.as_bytes()].concat();
        for entry in
            fs::read_dir(directory)?.flatten().filter(|entry| entry.file_name().as_bytes().starts_with(&prefix))
        {
            let (lock, own) = (lock(&path), entry.path());
            let identity = |path: &Path| fs::symlink_metadata(path).map(|metadata| (metadata.dev(), metadata.ino()));
            if let (Ok(held), Ok(ours)) = (identity(&lock), identity(&own))
                && held == ours
            {
                fs::remove_file(&lock)?;
            }
            fs::remove_file(&own)?;
        }
        Ok(())
    }
}

const OWN: &str = ".sdlc-";

fn own(index: &Path, process: u32) -> PathBuf {
    let mut name = index.to_owned().into_os_string();
    name.push(format!("{OWN}{process}"));
    PathBuf::from(name)
}

fn lock(index: &Path) -> PathBuf {
    let mut name = index.as_os_str().as_bytes().to_vec();
    name.extend(b".lock");
    PathBuf::from(std::ffi::OsString::from_vec(name))
}

fn stamp(path: &Path) -> io::Result<(u64, u64, i64, i64)> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.ino(), metadata.size(), metadata.mtime(), metadata.mtime_nsec()))
}

fn id(index: &GitIndex, name: &[u8]) -> Option<ObjectId> {
    index.entry_by_path_and_stage(name.as_bstr(), Stage::Unconflicted).map(|entry| entry.id)
}

fn is_named(id: &ObjectId, name: &str) -> bool {
    ObjectId::from_hex(name.as_bytes()).is_ok_and(|named| named == *id)
}

/// No: the entry is not there, or is another.
fn set(index: &mut GitIndex, name: &[u8], before: &str, after: &str) -> Result<bool, String> {
    let after = ObjectId::from_hex(after.as_bytes()).map_err(|error| error.to_string())?;
    let name: &BStr = name.as_bstr();
    let Some(entry) = index.entry_mut_by_path_and_stage(name, Stage::Unconflicted) else { return Ok(false) };
    if !is_named(&entry.id, before) {
        return Ok(false);
    }
    entry.id = after;
    // So that git looks at the file again.
    entry.stat = gix::index::entry::Stat::default();
    Ok(true)
}
