//! The configuration files of the project, read the way ruff reads them.
//!
//! [`ConfigFiles`] holds the context files by path. Its input is what the host hands to `begin`.
//! Does not resolve them into settings: see `hierarchy`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use pep440_rs::{Operator, Version, VersionSpecifiers};
use ruff_db::system::SystemPathBuf;
use ruff_linter::settings::types::PythonVersion;
use ruff_ranged_value::{ValueSource, ValueSourceGuard};
use ruff_workspace::options::Options;
use sdlc_sdk::{Error, FileKind, SourceFile};
use serde::{Deserialize, de::DeserializeOwned};
use strum::IntoEnumIterator;

use crate::{ROOT, tree};

/// Globs of the files that ruff looks for.
pub(crate) const NAMES: [&str; 3] = ["**/pyproject.toml", "**/ruff.toml", "**/.ruff.toml"];

/// Texts of configuration files, by path relative to the workspace root.
#[derive(Debug)]
pub(crate) struct ConfigFiles(BTreeMap<String, String>);

#[derive(Deserialize)]
struct Pyproject {
    tool: Option<Tools>,
    project: Option<ProjectTable>,
}

#[derive(Deserialize)]
struct Tools {
    ruff: Option<Options>,
}

#[derive(Deserialize)]
struct ProjectTable {
    #[serde(alias = "requires-python", alias = "requires_python")]
    requires_python: Option<VersionSpecifiers>,
}

impl ConfigFiles {
    /// From the context; links are followed where they stay in it.
    pub(crate) fn new(context: Vec<SourceFile>) -> Result<Self, Error> {
        let (links, files): (Vec<_>, Vec<_>) = context.into_iter().partition(SourceFile::is_symlink);
        let mut texts = BTreeMap::new();
        for file in files {
            let text = String::from_utf8(file.bytes()?.to_vec())
                .map_err(|_| Error::InvalidInput(format!("`{}` is not UTF-8", file.path)))?;
            texts.insert(file.path, text);
        }
        for link in links.iter().filter(|link| link.kind == FileKind::Symlink) {
            let target = absolute(tree::parent(&link.path)).join(link.text()?.trim_end());
            let Some(text) =
                relative(&ruff_linter::fs::normalize_path_to(target, ROOT)).and_then(|path| texts.get(&path))
            else {
                let message = format!("`{}` links to a file that is no configuration file of the workspace", link.path);
                return Err(Error::InvalidInput(message));
            };
            texts.insert(link.path.clone(), text.clone());
        }
        Ok(Self(texts))
    }

    /// Paths and texts, in the order of the paths.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Directories with a file that may configure ruff, parents before children.
    pub(crate) fn directories(&self) -> Vec<&str> {
        let mut directories: Vec<_> = self.0.keys().map(|path| tree::parent(path)).collect();
        directories.sort_unstable_by_key(|path| (tree::ancestors(path).count(), *path));
        directories.dedup();
        directories
    }

    /// The file that configures ruff in this directory itself.
    pub(crate) fn of_directory(&self, directory: &str) -> Result<Option<String>, String> {
        for name in [".ruff.toml", "ruff.toml"] {
            let path = join(directory, name);
            if self.0.contains_key(&path) {
                return Ok(Some(path));
            }
        }
        let path = join(directory, "pyproject.toml");
        let Some(text) = self.0.get(&path) else { return Ok(None) };
        let pyproject: Pyproject = parse(&path, text)?;
        Ok(pyproject.tool.is_some_and(|tool| tool.ruff.is_some()).then_some(path))
    }

    /// ruff's options in this file.
    pub(crate) fn options(&self, path: &str) -> Result<Options, String> {
        let text = self.0.get(path).ok_or_else(|| format!("`{path}` is not among the configuration files"))?;
        if tree::name(path) != "pyproject.toml" {
            return parse(path, text);
        }
        let pyproject: Pyproject = parse(path, text)?;
        let minimum = pyproject.minimum_version();
        let mut options = pyproject.tool.and_then(|tool| tool.ruff).unwrap_or_default();
        options.target_version = options.target_version.or(minimum);
        Ok(options)
    }

    /// The `requires-python` of the nearest `pyproject.toml` that has one; broken ones are passed over.
    pub(crate) fn required_version(&self, directory: &str) -> Option<PythonVersion> {
        tree::ancestors(directory).find_map(|directory| {
            let path = join(directory, "pyproject.toml");
            let pyproject: Pyproject = parse(&path, self.0.get(&path)?).ok()?;
            pyproject.minimum_version()
        })
    }
}

impl Pyproject {
    fn minimum_version(&self) -> Option<PythonVersion> {
        minimum_version(self.project.as_ref()?.requires_python.as_ref()?)
    }
}

/// The lowest version that a specifier allows, by major and minor number, as ruff takes it.
fn minimum_version(specifiers: &VersionSpecifiers) -> Option<PythonVersion> {
    let lower_bounds = specifiers.iter().filter(|specifier| {
        matches!(
            specifier.operator(),
            Operator::Equal
                | Operator::EqualStar
                | Operator::ExactEqual
                | Operator::TildeEqual
                | Operator::GreaterThan
                | Operator::GreaterThanEqual
        )
    });
    let minimum = lower_bounds
        .filter_map(|specifier| {
            let release = specifier.version().release();
            Some(Version::new([*release.first()?, *release.get(1)?]))
        })
        .min()?;
    PythonVersion::iter().find(|version| Version::from(*version) == minimum)
}

/// Reads a TOML file; the error names the file and shows the place.
fn parse<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, String> {
    let source = SystemPathBuf::from_path_buf_lossy(PathBuf::from(path));
    let _guard = ValueSourceGuard::new(ValueSource::File(Arc::new(source)), true);
    let explain = |error: &dyn std::fmt::Display| format!("cannot read `{path}`: {error}");
    let root = toml::de::DeTable::parse(text).map_err(|error| explain(&error))?;
    T::deserialize(toml::de::Deserializer::from(root)).map_err(|mut error| {
        error.set_input(Some(text));
        explain(&error)
    })
}

/// A path in a directory, both relative to the workspace root.
pub(crate) fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

/// The absolute path that ruff gets to see.
pub(crate) fn absolute(path: &str) -> PathBuf {
    if path.is_empty() { PathBuf::from(ROOT) } else { Path::new(ROOT).join(path) }
}

/// The path relative to the workspace root; none outside of it.
pub(crate) fn relative(path: &Path) -> Option<String> {
    Some(path.strip_prefix(ROOT).ok()?.to_str()?.to_owned())
}
