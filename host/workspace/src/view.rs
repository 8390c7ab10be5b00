//! [`View`]: the files of a workspace that a grant reaches, and nothing else.

use std::{
    collections::{BTreeSet, HashSet},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    entry::{Entry, FileSet, Source},
    granted::{Granted, protected_parts},
    reader::Reader,
};

/// Most files that are listed below what a glob begins with.
const MOST_LISTED: usize = 100_000;

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// No glob of the grant reaches it.
    #[error("`{0}` may not be read")]
    Denied(String),
    /// It is not there.
    #[error("there is no file `{0}`")]
    Missing(String),
    /// It is not of the working tree.
    #[error("`{0}` has no time: what the run is about is not in the working tree")]
    NoTime(String),
    /// It is too large.
    #[error("`{path}` has {size} bytes, more than the {most} that may be read")]
    TooLarge {
        /// The file.
        path: String,
        /// Bytes of it.
        size: u64,
        /// Bytes that may be read.
        most: u64,
    },
    /// The file system says no.
    #[error("`{path}` cannot be read: {source}")]
    Io {
        /// The file.
        path: String,
        /// What it says.
        source: io::Error,
    },
}

/// The files that a grant reaches. Not shared between threads.
pub struct View {
    files: Arc<FileSet>,
    reader: Reader,
    granted: Granted,
    most: u64,
    /// Directories with files that no ignore rule hides.
    directories: HashSet<String>,
}

impl View {
    /// Files of at most so many bytes.
    pub fn new(files: Arc<FileSet>, reader: Reader, granted: Granted, most: u64) -> Self {
        let directories = directories(&files);
        Self { files, reader, granted, most, directories }
    }

    /// Other files, after some were made or deleted.
    pub fn replace(&mut self, files: Arc<FileSet>) {
        self.directories = directories(&files);
        self.files = files;
    }

    /// Content of a file.
    ///
    /// # Errors
    /// Where it is not granted, not there, or too large.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, ViewError> {
        if !self.may_read(path) {
            return Err(ViewError::Denied(path.to_owned()));
        }
        let content = match self.entry(path) {
            Some(entry) if !entry.kind.is_symlink() => self.reader.read(entry, self.most),
            Some(_) => return Err(ViewError::Missing(path.to_owned())),
            None => self.reader.read_path(Path::new(path), self.most),
        };
        let content = content.map_err(|source| not_read(path, source))?;
        let (size, most) = (content.size, self.most);
        content.bytes.ok_or_else(|| ViewError::TooLarge { path: path.to_owned(), size, most })
    }

    /// When a file was last modified: milliseconds since the start of 1970; 0 for all before.
    ///
    /// # Errors
    /// Where it is not granted, not there, or not of the working tree.
    pub fn modified(&self, path: &str) -> Result<u64, ViewError> {
        if !self.may_read(path) {
            return Err(ViewError::Denied(path.to_owned()));
        }
        let file = match self.entry(path) {
            Some(Entry { kind, .. }) if kind.is_symlink() => return Err(ViewError::Missing(path.to_owned())),
            Some(Entry { source: Source::Blob(..) | Source::Memory(..), .. }) => {
                return Err(ViewError::NoTime(path.to_owned()));
            }
            Some(Entry { source: Source::Tree(Some(exact)), .. }) => Path::new(exact),
            _ => Path::new(path),
        };
        // Not the stamp of the entry: a program may have written the file since.
        self.reader.modified(file).map_err(|source| not_read(path, source))
    }

    /// Whether a path is granted, be there a file or not.
    pub fn may_read(&self, path: &str) -> bool {
        is_plain(path) && self.reaches(path)
    }

    /// Paths and sizes of the files that are granted and match any of the globs, sorted.
    ///
    /// # Errors
    /// Where a glob makes no sense.
    pub fn files(&self, globs: &[String]) -> Result<Vec<(String, u64)>, globset::Error> {
        let wanted = Granted::new(globs)?;
        let mut found = BTreeSet::new();
        for entry in &self.files.entries {
            if !entry.kind.is_symlink() && wanted.reaches(&entry.path, 0) && self.reaches(&entry.path) {
                found.insert((entry.path.clone(), self.reader.size(entry).unwrap_or(0)));
            }
        }
        for beginning in self.granted.beginnings() {
            if !beginning.is_empty() && !self.directories.contains(&beginning) && self.entry(&beginning).is_none() {
                for (path, size) in self.reader.list(&beginning, MOST_LISTED) {
                    if wanted.reaches(&path, 0) && self.reaches(&path) {
                        found.insert((path, size));
                    }
                }
            }
        }
        Ok(found.into_iter().collect())
    }

    /// For programs, which are confined by paths: files and directories that are granted, and what below them is not.
    pub fn paths(&self) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let mut granted = BTreeSet::new();
        for beginning in self.granted.beginnings() {
            let directory = beginning.is_empty() || self.directories.contains(&beginning);
            let probe = if beginning.is_empty() { "x".to_owned() } else { format!("{beginning}/x") };
            // A glob that reaches whatever is in a directory grants the directory; any other one its files.
            if !directory || self.granted.reaches(&probe, 0) && self.granted.reaches(&format!("{probe}/y"), 0) {
                granted.insert(PathBuf::from(if beginning.is_empty() { "." } else { &beginning }));
            } else {
                let entries = self.files.entries.iter();
                granted
                    .extend(entries.filter(|entry| self.reaches(&entry.path)).map(|entry| entry.path.clone().into()));
            }
        }
        (granted.into_iter().collect(), self.hidden())
    }

    /// What is in the directories of the project and is not reached.
    fn hidden(&self) -> Vec<PathBuf> {
        let mut hidden = Vec::new();
        for directory in self.directories.iter().map(String::as_str).chain([""]) {
            for name in self.reader.names(directory) {
                let path = if directory.is_empty() { name } else { format!("{directory}/{name}") };
                let known = self.directories.contains(&path) || self.entry(&path).is_some();
                let reached = self.reaches(&path) || self.reaches(&format!("{path}/x"));
                if !reached && (!known || protected_parts(&path) > 0) {
                    hidden.push(PathBuf::from(path));
                }
            }
        }
        hidden.sort();
        hidden
    }

    fn entry(&self, path: &str) -> Option<&Entry> {
        let entries = &self.files.entries;
        entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok().and_then(|at| entries.get(at))
    }

    fn reaches(&self, path: &str) -> bool {
        let ignored = if self.entry(path).is_some() { 0 } else { self.ignored_parts(path) };
        self.granted.reaches(path, ignored.max(protected_parts(path)))
    }

    /// How many leading parts of the path lead to what an ignore rule hides.
    fn ignored_parts(&self, path: &str) -> usize {
        let visible = path
            .match_indices('/')
            .filter(|(at, _)| path.get(..*at).is_some_and(|directory| self.directories.contains(directory)));
        visible.count() + 1
    }
}

/// Directories with files that no ignore rule hides.
fn directories(files: &FileSet) -> HashSet<String> {
    let parts = files.entries.iter().flat_map(|entry| {
        let ends = entry.path.match_indices('/').map(|(at, _)| at);
        ends.filter_map(|at| entry.path.get(..at))
    });
    parts.map(str::to_owned).collect()
}

fn not_read(path: &str, source: io::Error) -> ViewError {
    match source.kind() {
        io::ErrorKind::NotFound => ViewError::Missing(path.to_owned()),
        _ => ViewError::Io { path: path.to_owned(), source },
    }
}

/// Whether a path consists of names alone.
fn is_plain(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.contains('\0'))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{scope::Scope, tree::Workspace};

    fn view(globs: &[&str]) -> (tempfile::TempDir, View) {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for (path, content) in [
            (".gitignore", "build/\n*.log\n"),
            ("src/a.py", "a"),
            ("src/.env", "SECRET"),
            ("src/x.log", "log"),
            ("build/cov/report.xml", "<x/>"),
            (".git/config", "[core]"),
        ] {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), content).unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", root.join("src/passwd")).unwrap();
        std::os::unix::fs::symlink("/etc", root.join("build/etc")).unwrap();
        let workspace = Workspace::open(root, &[]).unwrap();
        let files = Arc::new(workspace.files(&Scope::All).unwrap());
        let globs: Vec<_> = globs.iter().map(|glob| (*glob).to_owned()).collect();
        let view = View::new(files, workspace.reader().unwrap(), Granted::new(&globs).unwrap(), 100);
        (directory, view)
    }

    fn names(view: &View) -> Vec<String> {
        view.files(&["**".to_owned()]).unwrap().into_iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn a_wildcard_reaches_the_project_and_nothing_else() {
        let (_directory, view) = view(&["**"]);
        assert_eq!(names(&view), [".gitignore", "src/a.py"]);
        for path in [".git/config", "src/.env", "src/x.log", "build/cov/report.xml", "../x", "/etc/passwd", "src/../x"]
        {
            assert!(matches!(view.read(path), Err(ViewError::Denied(_))), "{path}");
        }
        assert!(matches!(view.read("src/b.py"), Err(ViewError::Denied(_) | ViewError::Missing(_))));
    }

    #[test]
    fn what_is_named_is_reached_even_where_it_is_ignored() {
        let (_directory, view) = view(&["build/cov", "src/.env", "src/x.log"]);
        assert_eq!(names(&view), ["build/cov/report.xml", "src/.env", "src/x.log"]);
        assert_eq!(view.read("build/cov/report.xml").unwrap(), b"<x/>");
        assert_eq!(view.read("src/.env").unwrap(), b"SECRET");
        assert!(matches!(view.read("src/a.py"), Err(ViewError::Denied(_))));
    }

    #[test]
    fn symbolic_links_are_not_followed() {
        let (_directory, view) = view(&["src", "build"]);
        assert!(matches!(view.read("src/passwd"), Err(ViewError::Missing(_))));
        assert!(view.read("build/etc/passwd").is_err());
        assert!(!names(&view).iter().any(|path| path.contains("etc")));
    }

    #[test]
    fn a_time_is_told_of_what_may_be_read_and_is_that_of_now() {
        let (directory, view) = view(&["src/**", "build/cov"]);
        let set = |path: &str, seconds| {
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_millis(seconds);
            fs::File::options().append(true).open(directory.path().join(path)).unwrap().set_modified(time).unwrap();
        };
        for path in ["src/a.py", "build/cov/report.xml"] {
            set(path, 1_234_567);
            assert_eq!(view.modified(path).unwrap(), 1_234_567, "{path}");
        }
        for path in ["src/.env", "src/x.log", ".git/config", "../x"] {
            assert!(matches!(view.modified(path), Err(ViewError::Denied(_))), "{path}");
        }
        assert!(matches!(view.modified("src/passwd"), Err(ViewError::Missing(_))));
        assert!(matches!(view.modified("build/cov/other.xml"), Err(ViewError::Missing(_))));
        assert!(view.modified("build/cov").is_err());
    }

    #[test]
    fn programs_get_directories_without_what_is_not_named() {
        let (_directory, view) = view(&["**"]);
        let (granted, hidden) = view.paths();
        assert_eq!(granted, [PathBuf::from(".")]);
        assert_eq!(hidden, [".git", "build", "src/.env", "src/x.log"].map(PathBuf::from));
    }

    #[test]
    fn programs_get_the_files_that_a_narrower_glob_reaches() {
        let (_directory, view) = view(&["src/*.py", "build/cov"]);
        assert_eq!(view.paths().0, ["build/cov", "src/a.py"].map(PathBuf::from));
    }
}
