//! `uv.lock`, version 1. Which packages are for development is not marked there.

use serde::Deserialize;
use toml::Spanned;

use super::{
    Entry, What,
    toml_package::{read, version},
    unknown_version,
};

#[derive(Deserialize)]
struct Lock {
    version: i64,
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: Option<Spanned<String>>,
    #[serde(default)]
    source: Source,
}

#[derive(Default, Deserialize)]
struct Source {
    registry: Option<String>,
    git: Option<String>,
    url: Option<String>,
    path: Option<String>,
    directory: Option<String>,
    editable: Option<String>,
    r#virtual: Option<String>,
}

pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let lock: Lock = read(text)?;
    if lock.version != 1 {
        return Err(unknown_version(&lock.version.to_string(), "only those of version `1`"));
    }
    lock.package.iter().filter_map(entry).collect()
}

/// None: the project itself, or one of its workspace.
fn entry(package: &Package) -> Option<Result<Entry, String>> {
    let (name, source) = (&package.name, &package.source);
    if source.editable.is_some() || source.r#virtual.is_some() || source.directory.is_some() {
        return None;
    }
    let elsewhere = match source {
        Source { registry: Some(_), .. } => None,
        Source { git: Some(_), .. } => Some("a git repository"),
        Source { url: Some(_), .. } => Some("an address"),
        Source { path: Some(_), .. } => Some("a path"),
        _ => return Some(Err(format!("`{name}` has a source that is not known"))),
    };
    let locked = version(package.version.as_ref());
    Some(match (locked, elsewhere) {
        (Some((version, range)), None) => Ok(Entry::pinned(name, version, range)),
        (version, Some(place)) => {
            Ok(Entry::new(name, What::Elsewhere(place), version.map_or(0..0, |(_, range)| range)))
        }
        (None, None) => Err(format!("`{name}` has no version")),
    })
}
