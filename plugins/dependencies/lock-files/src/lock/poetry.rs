//! `poetry.lock`, versions 1 and 2.

use serde::Deserialize;
use toml::Spanned;

use super::{
    Entry, What,
    toml_package::{read, version},
    unknown_version,
};

#[derive(Deserialize)]
struct Lock {
    metadata: Metadata,
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    /// Before 1.0 it was not there.
    lock_version: Option<String>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: Option<Spanned<String>>,
    /// Until lock version 2.0.
    category: Option<String>,
    /// Since 2.1.
    groups: Option<Vec<String>>,
    source: Option<Source>,
}

#[derive(Deserialize)]
struct Source {
    r#type: Option<String>,
}

pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let lock: Lock = read(text)?;
    let version = lock.metadata.lock_version.as_deref().unwrap_or("1.0");
    if !matches!(version.split('.').next(), Some("1" | "2")) {
        return Err(unknown_version(version, "1 and 2"));
    }
    lock.package.iter().map(entry).collect()
}

fn entry(package: &Package) -> Result<Entry, String> {
    let name = &package.name;
    let Some((version, range)) = version(package.version.as_ref()) else {
        return Err(format!("`{name}` has no version"));
    };
    let source = package.source.as_ref().and_then(|source| source.r#type.as_deref());
    let what = match source {
        // `legacy` is another index of the same packages.
        None | Some("legacy" | "pypi") => What::Version(version.to_owned()),
        Some("git") => What::Elsewhere("a git repository"),
        Some("directory" | "file") => What::Elsewhere("a path"),
        Some(_) => What::Elsewhere("an address"),
    };
    let by_group = package.groups.as_ref().map(|groups| !groups.iter().any(|group| group == "main"));
    let dev = by_group.unwrap_or(package.category.as_deref() == Some("dev"));
    Ok(Entry::new(name, what, range).for_development(dev))
}
