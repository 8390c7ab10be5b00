//! What a project consists of: languages, workflows, Dockerfiles.

use std::{collections::BTreeSet, ffi::OsStr, path::Path};

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

/// What a project consists of.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) languages: BTreeSet<Language>,
    /// GitHub workflows or actions.
    pub(crate) workflows: bool,
    pub(crate) dockerfiles: bool,
    /// Of files that the gate `dependencies` reads, as OSV names them.
    pub(crate) ecosystems: BTreeSet<&'static str>,
}

/// Whose packages a lock file of this name has.
fn ecosystem(name: &str) -> Option<&'static str> {
    match name {
        "poetry.lock" | "uv.lock" | "Pipfile.lock" => Some("PyPI"),
        "package-lock.json" | "npm-shrinkwrap.json" | "pnpm-lock.yaml" | "yarn.lock" => Some("npm"),
        "Cargo.lock" => Some("crates.io"),
        "go.mod" => Some("Go"),
        name if name.ends_with(".txt") && (name.starts_with("requirements") || name.ends_with("requirements.txt")) => {
            Some("PyPI")
        }
        _ => None,
    }
}

/// What the files below a directory are that no ignore rule hides.
pub(crate) fn detect(root: &Path) -> Parts {
    let walk = ignore::WalkBuilder::new(root).hidden(false).require_git(false).build();
    let mut parts = Parts::default();
    for entry in walk.flatten() {
        let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
        if path.starts_with(".git") {
            continue;
        }
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        parts.languages.extend(Language::of(path));
        parts.workflows |= path.starts_with(".github/workflows") || matches!(name, "action.yml" | "action.yaml");
        parts.ecosystems.extend(ecosystem(name));
        parts.dockerfiles |= name.contains("Dockerfile") || name == "Containerfile";
    }
    parts
}
