//! [`Repository`]: git's index and objects, read with `gix`. No filter, hook or helper of git's is ever run.

use std::{
    collections::{HashMap, HashSet},
    ffi::OsString,
    os::unix::ffi::OsStringExt,
    path::Path,
};

use gix::{ObjectId, bstr::ByteSlice, index::entry::Mode, objs::tree::EntryKind as TreeKind};

use crate::{
    entry::{Entry, EntryKind, Source},
    links::Links,
    reader::Reader,
    scope::WorkspaceError,
    unchanged::Unchanged,
};

/// Larger files count as changed without a look at their content.
const LARGEST_COMPARED: u64 = 64 << 20;

/// Content and kind by path, of a revision or of the index.
pub(crate) type Snapshot = HashMap<String, (ObjectId, EntryKind)>;

pub(crate) struct Repository {
    shared: gix::ThreadSafeRepository,
    /// Path of the workspace below git's own root, with a `/` at its end; empty where they are the same.
    prefix: String,
}

impl Repository {
    pub(crate) fn discover(root: &Path) -> Option<Self> {
        let repository = gix::discover_with_environment_overrides(root).or_else(|_| gix::discover(root)).ok()?;
        let top = repository.workdir()?.canonicalize().ok()?;
        let below = root.strip_prefix(top).ok()?.to_str()?;
        let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
        Some(Self { shared: repository.into_sync(), prefix })
    }

    /// Path of the workspace below git's own root, with a `/` at its end; empty where they are the same.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A handle for one thread.
    pub(crate) fn objects(&self) -> gix::Repository {
        self.shared.to_thread_local()
    }

    /// What is in the index, and which paths of it differ from `HEAD`.
    pub(crate) fn staged(&self) -> Result<(Vec<Entry>, HashSet<String>), WorkspaceError> {
        let repository = self.objects();
        let index = repository.index_or_empty().map_err(git)?;
        let (mut snapshot, mut exact) = (Snapshot::new(), HashMap::new());
        for entry in index.entries() {
            let Some(path) = self.below(&entry.path(&index).to_string()) else { continue };
            if entry.stage() != gix::index::entry::Stage::Unconflicted {
                return Err(WorkspaceError::Unmerged(path));
            }
            let kind = match entry.mode {
                Mode::FILE => EntryKind::Regular,
                Mode::FILE_EXECUTABLE => EntryKind::Executable,
                Mode::SYMLINK => EntryKind::Symlink,
                _ => continue,
            };
            if !entry.flags.contains(gix::index::entry::Flags::INTENT_TO_ADD) {
                let name = entry.path(&index);
                if let (Err(_), Some(name)) = (name.to_str(), name.strip_prefix(self.prefix.as_bytes())) {
                    exact.insert(path.clone(), OsString::from_vec(name.to_vec()));
                }
                snapshot.insert(path, (entry.id, kind));
            }
        }
        Ok(changes(&repository, snapshot, &self.head()?, &exact))
    }

    /// What is in `HEAD`; nothing before the first commit.
    pub(crate) fn head(&self) -> Result<Snapshot, WorkspaceError> {
        let repository = self.objects();
        let tree = repository.head_tree_id_or_empty().map_err(git)?.detach();
        self.tree(&repository, tree)
    }

    /// Name of the commit that `HEAD` is at; none: there is no commit yet.
    pub(crate) fn head_id(&self) -> Option<String> {
        self.objects().head_id().ok().map(|id| id.to_string())
    }

    /// What is in a revision.
    pub(crate) fn at(&self, revision: &str) -> Result<Snapshot, WorkspaceError> {
        let repository = self.objects();
        self.tree(&repository, commit(&repository, revision)?)
    }

    /// What is in the revision `to`, and which paths of it differ from `from`.
    pub(crate) fn between(&self, from: &str, to: &str) -> Result<(Vec<Entry>, HashSet<String>), WorkspaceError> {
        let repository = self.objects();
        let (before, after) = (self.at(from)?, self.at(to)?);
        Ok(changes(&repository, after, &before, &HashMap::new()))
    }

    /// Content of one file of a revision.
    pub(crate) fn read_at(&self, revision: &str, path: &str) -> Result<Option<Vec<u8>>, WorkspaceError> {
        let snapshot = self.at(revision)?;
        let Some((id, _)) = snapshot.get(path).filter(|(_, kind)| !kind.is_symlink()) else { return Ok(None) };
        let mut blob = self.objects().find_blob(*id).map_err(git)?.detach();
        Ok(Some(std::mem::take(&mut blob.data)))
    }

    /// What was in the merge base of a revision and `HEAD`.
    pub(crate) fn since(&self, from: &str) -> Result<Snapshot, WorkspaceError> {
        let repository = self.objects();
        let (from_id, head) = (commit(&repository, from)?, commit(&repository, "HEAD")?);
        let base = repository
            .merge_base(from_id, head)
            .map_err(|_| WorkspaceError::NoMergeBase(from.to_owned()))?
            .ok_or_else(|| WorkspaceError::NoMergeBase(from.to_owned()))?
            .detach();
        self.tree(&repository, base)
    }

    /// Files of the tree that need not be read.
    pub(crate) fn unchanged(&self) -> Unchanged {
        Unchanged::of(&self.objects(), |path| self.below(path))
    }

    /// Whether an entry of the working tree differs from a snapshot.
    pub(crate) fn differs(&self, base: &Snapshot, entry: &Entry, reader: &Reader, unchanged: &Unchanged) -> bool {
        let Some((id, kind)) = base.get(&entry.path) else { return true };
        if entry.kind.is_symlink() != kind.is_symlink() || (!kind.is_symlink() && entry.kind != *kind) {
            return true;
        }
        if let Some(known) = unchanged.content(&entry.path, entry.stamp.as_ref()) {
            return known != *id;
        }
        let Ok(content) = reader.read(entry, LARGEST_COMPARED) else { return true };
        content.bytes.is_none_or(|bytes| {
            gix::objs::compute_hash(id.kind(), gix::objs::Kind::Blob, &bytes).map_or(true, |found| found != *id)
        })
    }

    fn tree(&self, repository: &gix::Repository, id: ObjectId) -> Result<Snapshot, WorkspaceError> {
        let tree = repository.find_object(id).map_err(git)?.peel_to_tree().map_err(git)?;
        let mut snapshot = Snapshot::new();
        for entry in tree.traverse().breadthfirst.files().map_err(git)? {
            let kind = match entry.mode.kind() {
                TreeKind::Blob => EntryKind::Regular,
                TreeKind::BlobExecutable => EntryKind::Executable,
                TreeKind::Link => EntryKind::Symlink,
                TreeKind::Tree | TreeKind::Commit => continue,
            };
            if let Some(path) = self.below(&entry.filepath.to_string()) {
                snapshot.insert(path, (entry.oid, kind));
            }
        }
        Ok(snapshot)
    }

    fn below(&self, path: &str) -> Option<String> {
        path.strip_prefix(&self.prefix).map(str::to_owned)
    }
}

fn commit(repository: &gix::Repository, revision: &str) -> Result<ObjectId, WorkspaceError> {
    let error = |reason: String| WorkspaceError::Revision { revision: revision.to_owned(), reason };
    let object = repository.rev_parse_single(revision).map_err(|reason| error(reason.to_string()))?;
    let commit = object.object().map_err(git)?.peel_to_commit().map_err(|reason| error(reason.to_string()))?;
    Ok(commit.id)
}

fn git(error: impl std::fmt::Display) -> WorkspaceError {
    WorkspaceError::Git(error.to_string())
}

/// What every link points to; empty where git has no such object.
fn links(repository: &gix::Repository, snapshot: &Snapshot) -> Links {
    let links = snapshot.iter().filter(|(_, (_, kind))| kind.is_symlink());
    let target = |id| repository.find_object(id).map_or_else(|_| String::new(), |blob| blob.data.to_str_lossy().into());
    let targets = links.map(|(path, (id, _))| (path.clone(), target(*id))).collect();
    Links::new(snapshot.keys().cloned(), targets)
}

/// `exact` has the names that are not UTF-8.
fn changes(
    repository: &gix::Repository,
    after: Snapshot,
    before: &Snapshot,
    exact: &HashMap<String, OsString>,
) -> (Vec<Entry>, HashSet<String>) {
    let links = links(repository, &after);
    let mut changed = HashSet::new();
    let mut entries = Vec::with_capacity(after.len());
    for (path, found) in after {
        if before.get(&path) != Some(&found) {
            changed.insert(path.clone());
        }
        let (id, kind) = found;
        let kind = if kind.is_symlink() && links.is_broken(&path) { EntryKind::BrokenSymlink } else { kind };
        let exact = exact.get(&path).cloned();
        entries.push(Entry { path, kind, stamp: None, source: Source::Blob(id, exact) });
    }
    (entries, changed)
}
