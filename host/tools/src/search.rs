//! Finding a program by its bare name, in directories that nobody else can put one into.

use std::{
    ffi::{OsStr, OsString},
    fmt, fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use crate::error::ToolError;

/// Bits of a mode: all may write.
const OTHERS: u32 = 0o002;
/// Bits of a mode: only its owner may replace an entry.
const STICKY: u32 = 0o1000;

/// The directories of a `PATH` that are used.
#[derive(Clone, Debug)]
pub(crate) struct SearchPath {
    /// Canonical.
    accepted: Vec<PathBuf>,
    refused: Vec<(PathBuf, Refusal)>,
    workspace: PathBuf,
}

/// A program that was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// What to execute: some look at the name that they are called by, so links are left as they are.
    pub(crate) path: PathBuf,
    /// Where that leads to.
    pub(crate) file: PathBuf,
}

/// Why a directory or a file is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Relative,
    InWorkspace,
    WritableByOthers,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Relative => "it is relative",
            Self::InWorkspace => "it lies in the workspace",
            Self::WritableByOthers => "others can write to it",
        })
    }
}

impl SearchPath {
    /// Of a value of `PATH`. `workspace` is canonical.
    pub(crate) fn new(path: &OsStr, workspace: &Path) -> Self {
        let mut this = Self { accepted: Vec::new(), refused: Vec::new(), workspace: workspace.to_owned() };
        for directory in std::env::split_paths(path) {
            if !directory.is_absolute() {
                this.refused.push((directory, Refusal::Relative));
                continue;
            }
            // What a link leads to may have a colon in it, and would be two directories.
            let canonical = fs::canonicalize(&directory).ok().filter(|path| std::env::join_paths([path]).is_ok());
            let Some(canonical) = canonical else { continue };
            match this.refusal(&canonical) {
                Some(refusal) => this.refused.push((directory, refusal)),
                None if !this.accepted.contains(&canonical) => this.accepted.push(canonical),
                None => {}
            }
        }
        this
    }

    /// A value of `PATH` of what is used.
    pub(crate) fn value(&self) -> OsString {
        // Each was tried when it was accepted.
        std::env::join_paths(&self.accepted).unwrap_or_default()
    }

    /// By its bare name.
    pub(crate) fn find(&self, name: &str) -> Result<Program, ToolError> {
        let mut passed_over = None;
        for directory in &self.accepted {
            let path = directory.join(name);
            let Some(file) = executable(&path) else { continue };
            match self.refusal(&file) {
                Some(refusal) => passed_over = passed_over.or(Some((path, refusal))),
                None => return Ok(Program { path, file }),
            }
        }
        let in_refused = |(directory, refusal): &(PathBuf, Refusal)| {
            let path = directory.join(name);
            (directory.is_absolute() && executable(&path).is_some()).then_some((path, *refusal))
        };
        Err(ToolError::Missing(match passed_over.or_else(|| self.refused.iter().find_map(in_refused)) {
            Some((path, refusal)) => {
                format!("`{name}` is not installed; hint: `{}` is not used: {refusal}", path.display())
            }
            None => format!("`{name}` is not installed; hint: put it into a directory of `PATH`"),
        }))
    }

    /// Of a canonical path.
    fn refusal(&self, path: &Path) -> Option<Refusal> {
        if path.starts_with(&self.workspace) {
            return Some(Refusal::InWorkspace);
        }
        let others = is_writable_by_others(path) || path.ancestors().skip(1).any(is_replaceable);
        others.then_some(Refusal::WritableByOthers)
    }
}

/// Where it leads to, if it is a file that can be executed.
fn executable(path: &Path) -> Option<PathBuf> {
    let file = fs::canonicalize(path).ok()?;
    let metadata = fs::metadata(&file).ok()?;
    (metadata.is_file() && metadata.mode() & 0o111 != 0).then_some(file)
}

/// Whether somebody other than root and us can change it.
fn is_writable_by_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| is_foreign(&metadata) || metadata.mode() & OTHERS != 0)
}

/// The same of what is above it: in a directory like `/tmp` everybody can make entries, but not replace those of others.
fn is_replaceable(above: &Path) -> bool {
    let open = |metadata: &fs::Metadata| metadata.mode() & OTHERS != 0 && metadata.mode() & STICKY == 0;
    fs::metadata(above).is_ok_and(|metadata| is_foreign(&metadata) || open(&metadata))
}

/// Whoever owns `/` can do with us as they like, whatever their number is: in a user name space root has that of nobody.
fn is_foreign(metadata: &fs::Metadata) -> bool {
    let owner = metadata.uid();
    let system = || fs::metadata("/").is_ok_and(|metadata| metadata.uid() == owner);
    owner != 0 && owner != rustix::process::geteuid().as_raw() && !system()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    struct Place {
        root: tempfile::TempDir,
    }

    impl Place {
        fn new() -> Self {
            Self { root: tempfile::tempdir().unwrap() }
        }

        fn path(&self, name: &str) -> PathBuf {
            fs::canonicalize(self.root.path()).unwrap().join(name)
        }

        fn program(&self, name: &str) -> PathBuf {
            let path = self.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "#!/bin/sh\n").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            path
        }

        fn find(&self, path: &str, name: &str) -> Result<PathBuf, String> {
            let path = path.replace('@', self.path("").to_str().unwrap());
            let search = SearchPath::new(OsStr::new(&path), &self.path("workspace"));
            search.find(name).map(|program| program.path).map_err(|error| error.to_string())
        }
    }

    #[test]
    fn the_first_directory_with_it_wins() {
        let place = Place::new();
        let first = place.program("a/x");
        place.program("b/x");
        assert_eq!(place.find("@missing:@a:@b", "x"), Ok(first));
        assert!(place.find("@a", "y").unwrap_err().starts_with("`y` is not installed; hint: "));
    }

    #[test]
    fn the_workspace_and_relative_directories_are_passed_over() {
        let place = Place::new();
        place.program("workspace/bin/x");
        let right = place.program("b/x");
        symlink(place.path("workspace/bin"), place.path("link")).unwrap();
        assert_eq!(place.find("workspace/bin:.::@workspace/bin:@link:@b", "x"), Ok(right));
        let message = place.find("@workspace/bin", "x").unwrap_err();
        assert!(message.ends_with("/workspace/bin/x` is not used: it lies in the workspace"), "{message}");
    }

    #[test]
    fn a_link_into_the_workspace_is_passed_over() {
        let place = Place::new();
        place.program("workspace/x");
        fs::create_dir(place.path("a")).unwrap();
        symlink(place.path("workspace/x"), place.path("a/x")).unwrap();
        assert!(place.find("@a", "x").unwrap_err().contains("it lies in the workspace"));
    }

    #[test]
    fn what_others_can_write_to_is_passed_over() {
        let place = Place::new();
        place.program("a/x");
        fs::set_permissions(place.path("a"), fs::Permissions::from_mode(0o1777)).unwrap();
        assert!(place.find("@a", "x").unwrap_err().ends_with("others can write to it"));
        let program = place.program("b/x");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o757)).unwrap();
        assert!(place.find("@b", "x").unwrap_err().ends_with("others can write to it"));
        place.program("c/d/x");
        fs::set_permissions(place.path("c"), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(place.find("@c/d", "x").unwrap_err().ends_with("others can write to it"));
    }

    #[test]
    fn what_cannot_be_executed_is_no_program() {
        let place = Place::new();
        let program = place.program("a/x");
        fs::set_permissions(program, fs::Permissions::from_mode(0o644)).unwrap();
        fs::create_dir_all(place.path("a/y")).unwrap();
        assert!(place.find("@a", "x").is_err());
        assert!(place.find("@a", "y").is_err());
    }
}
