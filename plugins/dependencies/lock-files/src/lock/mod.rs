//! Lock files, one format a file: from a text to [`Entry`]s, each with where its version stands.
//!
//! What cannot be read is an error, and what is of a version that is not known is as well: never an empty list.

mod cargo_lock;
mod go_mod;
mod npm;
mod pipfile_lock;
mod pnpm;
mod poetry;
mod requirements;
mod toml_package;
mod uv;
mod yarn;

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::ecosystem::Ecosystem;

/// Something that a lock file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// As the ecosystem calls it.
    pub name: String,
    /// What of it is used.
    pub what: What,
    /// Bytes of the version, or of the line where there is none.
    pub range: Range<usize>,
    /// The lock file itself says that it is for development only.
    pub dev: bool,
}

/// What of a package is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A version of the ecosystem's registry.
    Version(String),
    /// Any version of a range.
    Unpinned,
    /// Something that no advisory speaks of, such as a commit; and what that is.
    Elsewhere(&'static str),
}

/// A format of lock files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `requirements.txt` of pip.
    Requirements,
    /// `poetry.lock`.
    Poetry,
    /// `uv.lock`.
    Uv,
    /// `Pipfile.lock`.
    Pipenv,
    /// `package-lock.json` and `npm-shrinkwrap.json`.
    Npm,
    /// `pnpm-lock.yaml`.
    Pnpm,
    /// `yarn.lock`.
    Yarn,
    /// `Cargo.lock`.
    Cargo,
    /// `go.mod`, which has the versions that are used; `go.sum` has others besides.
    Go,
}

impl Format {
    /// Globs of all files that are looked at unless the settings name others.
    pub const FILES: [&'static str; 12] = [
        "**/requirements*.txt",
        "**/*requirements.txt",
        "**/requirements/*.txt",
        "**/poetry.lock",
        "**/uv.lock",
        "**/Pipfile.lock",
        "**/package-lock.json",
        "**/npm-shrinkwrap.json",
        "**/pnpm-lock.yaml",
        "**/yarn.lock",
        "**/Cargo.lock",
        "**/go.mod",
    ];

    /// By the name of the file; none: no format is known by that name.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        Some(match name {
            "poetry.lock" => Self::Poetry,
            "uv.lock" => Self::Uv,
            "Pipfile.lock" => Self::Pipenv,
            "package-lock.json" | "npm-shrinkwrap.json" => Self::Npm,
            "pnpm-lock.yaml" => Self::Pnpm,
            "yarn.lock" => Self::Yarn,
            "Cargo.lock" => Self::Cargo,
            "go.mod" => Self::Go,
            _ if name.ends_with(".txt") => Self::Requirements,
            _ => return None,
        })
    }

    /// Whose packages it has.
    pub fn ecosystem(self) -> Ecosystem {
        match self {
            Self::Requirements | Self::Poetry | Self::Uv | Self::Pipenv => Ecosystem::PyPi,
            Self::Npm | Self::Pnpm | Self::Yarn => Ecosystem::Npm,
            Self::Cargo => Ecosystem::CratesIo,
            Self::Go => Ecosystem::Go,
        }
    }

    /// Everything that a file names.
    ///
    /// # Errors
    /// What is wrong with the file, in words.
    pub fn parse(self, text: &str) -> Result<Vec<Entry>, String> {
        match self {
            Self::Requirements => Ok(requirements::parse(text)),
            Self::Poetry => poetry::parse(text),
            Self::Uv => uv::parse(text),
            Self::Pipenv => pipfile_lock::parse(text),
            Self::Npm => npm::parse(text),
            Self::Pnpm => pnpm::parse(text),
            Self::Yarn => yarn::parse(text),
            Self::Cargo => cargo_lock::parse(text),
            Self::Go => go_mod::parse(text),
        }
    }
}

impl Entry {
    fn new(name: &str, what: What, range: Range<usize>) -> Self {
        Self { name: name.to_owned(), what, range, dev: false }
    }

    fn pinned(name: &str, version: &str, range: Range<usize>) -> Self {
        Self::new(name, What::Version(version.to_owned()), range)
    }

    fn for_development(self, dev: bool) -> Self {
        Self { dev, ..self }
    }
}

/// Of a format whose version is not one of those that are known.
fn unknown_version(found: &str, known: &str) -> String {
    format!("its format has version `{found}`, and {known} are known")
}
