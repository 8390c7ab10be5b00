//! [`Scope`]: which files a run is about, and why a scope cannot be had.

use std::path::PathBuf;

/// Which files a run is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All files of the tree.
    All,
    /// These files, and all below these directories; absolute or relative to the working directory.
    Paths(Vec<PathBuf>),
    /// What is staged, with its content in git's index.
    Staged,
    /// What was changed since a revision.
    Changed {
        /// The revision; with `to` none, the merge base of it and `HEAD`.
        from: String,
        /// None: the working tree. Otherwise the files have their content of this revision.
        to: Option<String>,
    },
}

/// Why the files of a workspace cannot be had. An error of use.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// The root cannot be opened.
    #[error("workspace `{}`: {source}", path.display())]
    Root {
        /// The root.
        path: PathBuf,
        /// What the file system says.
        source: std::io::Error,
    },
    /// A copy of the project cannot be made.
    #[error("`{}` cannot be written: {source}", path.display())]
    Copy {
        /// In the copy.
        path: PathBuf,
        /// What the file system says.
        source: std::io::Error,
    },
    /// A path that was named is not there.
    #[error("no such file or directory: `{}`", .0.display())]
    NoSuchPath(PathBuf),
    /// A path that was named is elsewhere.
    #[error("`{}` is outside of the workspace `{}`; hint: run `sdlc` there", path.display(), root.display())]
    Outside {
        /// The path.
        path: PathBuf,
        /// The workspace.
        root: PathBuf,
    },
    /// Git was asked for where there is none.
    #[error("`{}` is not in a git repository; hint: `--staged` and `--from-ref` need one", .0.display())]
    NoRepository(PathBuf),
    /// A glob of `exclude` makes no sense.
    #[error("{0}")]
    Glob(#[from] globset::Error),
    /// No such revision.
    #[error("`{revision}` is not a revision here: {reason}; hint: a branch, tag or commit that was fetched")]
    Revision {
        /// As it was given.
        revision: String,
        /// What git's database says.
        reason: String,
    },
    /// Both have nothing in common.
    #[error(
        "`{0}` and `HEAD` have no common ancestor here; hint: fetch more history, or name both ends with `--from-ref` and `--to-ref`"
    )]
    NoMergeBase(String),
    /// The index has entries that are not resolved.
    #[error("`{0}` has unresolved merge conflicts in the index; hint: resolve and `git add` it")]
    Unmerged(String),
    /// Git's files make no sense.
    #[error("git repository: {0}")]
    Git(String),
}
