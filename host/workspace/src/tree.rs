//! [`Workspace`]: the root, and the entries below it that no ignore rule hides.

use std::{
    collections::HashSet,
    fs::{self, Metadata},
    os::unix::fs::MetadataExt,
    path::{Component, Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use globset::{Glob, GlobSet, GlobSetBuilder};
use ignore::{WalkBuilder, WalkState};
use sdlc_cache::notes::Stamp;

use crate::{
    entry::{Entry, EntryKind, FileSet, Source},
    reader::Reader,
    repository::Repository,
    scope::{Scope, WorkspaceError},
};

const OWNER_MAY_EXECUTE: u32 = 0o100;

/// A directory whose files are checked.
pub struct Workspace {
    root: PathBuf,
    exclude: GlobSet,
    repository: Option<Repository>,
}

impl Workspace {
    /// The workspace at a directory. `exclude` are globs relative to it.
    ///
    /// # Errors
    /// Where there is no such directory, or a glob makes no sense.
    pub fn open(root: &Path, exclude: &[String]) -> Result<Self, WorkspaceError> {
        let root_error = |source| WorkspaceError::Root { path: root.to_owned(), source };
        let root = root.canonicalize().map_err(root_error)?;
        let mut globs = GlobSetBuilder::new();
        for glob in exclude {
            globs.add(Glob::new(glob)?);
            globs.add(Glob::new(&format!("{}/**", glob.trim_end_matches('/')))?);
        }
        let repository = Repository::discover(&root);
        Ok(Self { root, exclude: globs.build()?, repository })
    }

    /// Absolute, without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Name of the commit that `HEAD` is at, where there is one.
    pub fn head(&self) -> Option<String> {
        self.repository.as_ref()?.head_id()
    }

    /// What there is, and what of it is in scope.
    ///
    /// # Errors
    /// Where the scope names what is not there, or git's files make no sense.
    pub fn files(&self, scope: &Scope) -> Result<FileSet, WorkspaceError> {
        match scope {
            Scope::All => Ok(FileSet::new(self.walk(), |_| true)),
            Scope::Paths(paths) => self.named(paths),
            Scope::Staged => {
                let repository = self.repository()?;
                let (entries, changed) = repository.staged()?;
                Ok(self.git_files(entries, &changed))
            }
            Scope::Changed { from, to: Some(to) } => {
                let (entries, changed) = self.repository()?.between(from, to)?;
                Ok(self.git_files(entries, &changed))
            }
            Scope::Changed { from, to: None } => {
                let repository = self.repository()?;
                let base = repository.since(from)?;
                let reader = self.reader()?;
                let unchanged = repository.unchanged();
                Ok(FileSet::new(self.walk(), |entry| repository.differs(&base, entry, &reader, &unchanged)))
            }
        }
    }

    /// Reads entries; one a thread.
    ///
    /// # Errors
    /// Where the root is not there any more.
    pub fn reader(&self) -> Result<Reader, WorkspaceError> {
        let repository = self.repository.as_ref().map(Repository::objects);
        Reader::open(&self.root, repository).map_err(|source| WorkspaceError::Root { path: self.root.clone(), source })
    }

    pub(crate) fn repository(&self) -> Result<&Repository, WorkspaceError> {
        self.repository.as_ref().ok_or_else(|| WorkspaceError::NoRepository(self.root.clone()))
    }

    fn git_files(&self, entries: Vec<Entry>, changed: &HashSet<String>) -> FileSet {
        let entries = entries.into_iter().filter(|entry| !self.exclude.is_match(&entry.path)).collect();
        FileSet::new(entries, |entry| changed.contains(&entry.path))
    }

    fn named(&self, paths: &[PathBuf]) -> Result<FileSet, WorkspaceError> {
        let mut prefixes = Vec::new();
        let mut entries = self.walk();
        for path in paths {
            let relative = self.relative(path)?;
            // A file that is named is checked even where an ignore rule hides it.
            if let Ok(metadata) = fs::symlink_metadata(path)
                && !metadata.is_dir()
            {
                entries.extend(entry(&self.root, &self.root.join(&relative), &metadata));
            }
            prefixes.push(relative.to_string_lossy().into_owned());
        }
        let in_scope = |entry: &Entry| {
            prefixes.iter().any(|prefix| {
                prefix.is_empty()
                    || entry
                        .path
                        .strip_prefix(prefix.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        Ok(FileSet::new(entries, in_scope))
    }

    /// The path relative to the root. Symbolic links on the way to its last part are followed.
    fn relative(&self, path: &Path) -> Result<PathBuf, WorkspaceError> {
        let missing = || WorkspaceError::NoSuchPath(path.to_owned());
        fs::symlink_metadata(path).map_err(|_| missing())?;
        let absolute = match (path.parent(), path.components().next_back()) {
            (Some(parent), Some(Component::Normal(name))) => {
                let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
                parent.canonicalize().map_err(|_| missing())?.join(name)
            }
            _ => path.canonicalize().map_err(|_| missing())?,
        };
        match absolute.strip_prefix(&self.root) {
            Ok(relative) => Ok(relative.to_owned()),
            Err(_) => Err(WorkspaceError::Outside { path: path.to_owned(), root: self.root.clone() }),
        }
    }

    pub(crate) fn walk(&self) -> Vec<Entry> {
        let found = Mutex::new(Vec::new());
        let walker = WalkBuilder::new(&self.root)
            .hidden(false)
            .require_git(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .threads(std::thread::available_parallelism().map_or(2, usize::from).min(8))
            .build_parallel();
        walker.run(|| {
            let mut batch = Batch { entries: Vec::new(), found: &found };
            Box::new(move |result| {
                // What cannot be read (a directory without permission) is skipped, as git does.
                let Ok(found) = result else { return WalkState::Continue };
                if found.depth() == 0 {
                    return WalkState::Continue;
                }
                let is_directory = found.file_type().is_some_and(|kind| kind.is_dir());
                if let Ok(relative) = found.path().strip_prefix(&self.root)
                    && !self.exclude.is_empty()
                    && self.exclude.is_match(relative)
                {
                    return if is_directory { WalkState::Skip } else { WalkState::Continue };
                }
                if !is_directory && let Ok(metadata) = found.metadata() {
                    batch.entries.extend(entry(&self.root, found.path(), &metadata));
                }
                WalkState::Continue
            })
        });
        found.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Content of a file in a revision of the repository at a root; none where it is not there.
///
/// # Errors
/// Where there is no repository or no such revision.
pub fn read_at(root: &Path, revision: &str, path: &str) -> Result<Option<Vec<u8>>, WorkspaceError> {
    Workspace::open(root, &[])?.repository()?.read_at(revision, path)
}

/// What one thread of the walk found; handed over once, at its end.
struct Batch<'a> {
    entries: Vec<Entry>,
    found: &'a Mutex<Vec<Entry>>,
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).append(&mut self.entries);
    }
}

/// The entry at a path; none for what is neither file nor symbolic link (sockets, devices, FIFOs).
fn entry(root: &Path, path: &Path, metadata: &Metadata) -> Option<Entry> {
    let kind = if metadata.is_symlink() {
        if path.exists() { EntryKind::Symlink } else { EntryKind::BrokenSymlink }
    } else if !metadata.is_file() {
        return None;
    } else if metadata.mode() & OWNER_MAY_EXECUTE != 0 {
        EntryKind::Executable
    } else {
        EntryKind::Regular
    };
    let relative = path.strip_prefix(root).ok()?;
    let (path, exact) = match relative.to_str() {
        Some(path) => (path.to_owned(), None),
        None => (relative.to_string_lossy().into_owned(), Some(relative.as_os_str().to_owned())),
    };
    Some(Entry { path, kind, stamp: Some(stamp(metadata)), source: Source::Tree(exact) })
}

fn stamp(metadata: &Metadata) -> Stamp {
    let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    Stamp {
        size: metadata.size(),
        modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        inode: metadata.ino(),
        device: metadata.dev(),
    }
}
