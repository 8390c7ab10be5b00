//! `Cargo.lock`, versions 1 to 4. A package without a source is one of the workspace.

use serde::Deserialize;
use toml::Spanned;

use super::{
    Entry, What,
    toml_package::{read, version},
    unknown_version,
};

#[derive(Deserialize)]
struct Lock {
    version: Option<i64>,
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: Option<Spanned<String>>,
    source: Option<String>,
}

pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let lock: Lock = read(text)?;
    if let Some(version) = lock.version.filter(|version| !(1..=4).contains(version)) {
        return Err(unknown_version(&version.to_string(), "1 to 4"));
    }
    lock.package.iter().filter_map(|package| Some((package, package.source.as_deref()?))).map(entry).collect()
}

fn entry((package, source): (&Package, &str)) -> Result<Entry, String> {
    let name = &package.name;
    let Some((version, range)) = version(package.version.as_ref()) else {
        return Err(format!("`{name}` has no version"));
    };
    let what = match source.split_once('+').map(|(kind, _)| kind) {
        Some("registry" | "sparse") => What::Version(version.to_owned()),
        _ => What::Elsewhere("a git repository"),
    };
    Ok(Entry::new(name, what, range))
}
