//! Which languages a project is written in, and the gates that make sense for them.

use std::{collections::BTreeSet, path::Path};

/// A language that is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Language {
    Go,
    JavaScript,
    Python,
    Rust,
}

impl Language {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Go => "Go",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::Rust => "Rust",
        }
    }

    fn of(path: &Path) -> Option<Self> {
        match path.file_name()?.to_str()? {
            "go.mod" => return Some(Self::Go),
            "package.json" => return Some(Self::JavaScript),
            "Cargo.toml" => return Some(Self::Rust),
            "pyproject.toml" | "setup.py" | "requirements.txt" => return Some(Self::Python),
            _ => {}
        }
        match path.extension()?.to_str()? {
            "go" => Some(Self::Go),
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "tsx" => Some(Self::JavaScript),
            "py" | "pyi" | "ipynb" => Some(Self::Python),
            "rs" => Some(Self::Rust),
            _ => None,
        }
    }
}

/// Languages of the files below a directory that no ignore rule hides.
pub(crate) fn detect(root: &Path) -> BTreeSet<Language> {
    let walk = ignore::WalkBuilder::new(root).require_git(false).build();
    walk.flatten().filter_map(|entry| Language::of(entry.path())).collect()
}
