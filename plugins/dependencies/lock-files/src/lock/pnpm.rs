//! `pnpm-lock.yaml`, versions 5 to 9.

use super::{Entry, What, npm::elsewhere, unknown_version};
use crate::tree::{self, Node, within};

pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let lock = tree::yaml(text)?;
    let version = lock.text("lockfileVersion").ok_or("it lacks `lockfileVersion`")?;
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok()).unwrap_or(0);
    if !(5..=9).contains(&major) {
        return Err(unknown_version(version, "5 to 9"));
    }
    // There is none where nothing is installed.
    let packages = lock.get("packages").map(Node::entries).unwrap_or_default();
    packages.iter().map(|(key, package)| entry(text, key, package, major)).collect()
}

fn entry(text: &str, key: &Node, package: &Node, major: u32) -> Result<Entry, String> {
    let id = key.as_str().unwrap_or_default();
    let dev = package.is_true("dev");
    let place = package.get("resolution").map(place_of).unwrap_or_default();
    let (name, version) = split(id, major).ok_or_else(|| format!("`{id}` is no package and version"))?;
    let name = package.text("name").unwrap_or(name);
    let what = match place.or_else(|| elsewhere(version)) {
        Some(place) => What::Elsewhere(place),
        None => What::Version(package.text("version").unwrap_or(version).to_owned()),
    };
    Ok(Entry::new(name, what, within(text, key, version)).for_development(dev))
}

/// Where something comes from that is not of a registry.
fn place_of(resolution: &Node) -> Option<&'static str> {
    match (resolution.text("type"), resolution.get("tarball")) {
        (Some("git"), _) => Some("a git repository"),
        (Some("directory"), _) => Some("a path"),
        // Registries with names of their own have the address as well as the digest.
        (_, Some(_)) if resolution.get("integrity").is_none() => Some("an address"),
        _ => None,
    }
}

/// `name@1.0.0(peer@2.0.0)`, `/name@1.0.0` (6 to 8) or `/name/1.0.0_peer@2.0.0` (5).
fn split(id: &str, major: u32) -> Option<(&str, &str)> {
    let id = id.split('(').next().unwrap_or(id);
    let id = id.strip_prefix('/').unwrap_or(id);
    if major == 5 {
        // Peers stand behind a `_`, and their names can have a `/` of their own.
        let scope = if id.starts_with('@') { id.find('/')? + 1 } else { 0 };
        let at = id.get(scope..)?.find('/')? + scope;
        let version = id.get(at + 1..)?;
        return Some((id.get(..at)?, version.split('_').next().unwrap_or(version)));
    }
    let scope = usize::from(id.starts_with('@'));
    let at = id.get(scope..)?.find('@')? + scope;
    Some((id.get(..at)?, id.get(at + 1..)?)).filter(|(name, version)| !name.is_empty() && !version.is_empty())
}
