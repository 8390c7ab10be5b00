//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.

use super::{Entry, What, unknown_version};
use crate::tree::{self, Node, within};

/// What a version is that is none.
const ADDRESSES: [(&str, &str); 8] = [
    ("git", "a git repository"),
    ("github:", "a git repository"),
    ("gitlab:", "a git repository"),
    ("bitbucket:", "a git repository"),
    ("file:", "a path"),
    ("link:", "a path"),
    ("http:", "an address"),
    ("https:", "an address"),
];

pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let lock = tree::json(text)?;
    let mut entries = Vec::new();
    match lock.text("lockfileVersion") {
        Some("1") => nested(text, &lock, &mut entries),
        // Version 2 has the tree of version 1 besides, which says the same.
        Some("2" | "3") => {
            let packages = lock.get("packages").ok_or("it lacks `packages`")?;
            for (path, package) in packages.entries() {
                entries.extend(flat(text, path, package)?);
            }
        }
        Some(version) => return Err(unknown_version(version, "1 to 3")),
        None => return Err("it lacks `lockfileVersion`".to_owned()),
    }
    Ok(entries)
}

/// None: the project itself, or one of its workspace.
fn flat(text: &str, key: &Node, package: &Node) -> Result<Option<Entry>, String> {
    let path = key.as_str().unwrap_or_default();
    let Some((_, installed)) = path.rsplit_once("node_modules/") else { return Ok(None) };
    if package.is_true("link") {
        return Ok(None);
    }
    // The name of what is installed under another one.
    let name = package.text("name").unwrap_or(installed);
    let Some((node, version)) = package.get("version").and_then(|node| Some((node, node.as_str()?))) else {
        return Err(format!("`{path}` has no version"));
    };
    // A dependency of a git repository has the version that it says it has, and where it really comes from.
    let what = match package.text("resolved").and_then(elsewhere).filter(|place| *place != "an address") {
        Some(place) => What::Elsewhere(place),
        None => what(version),
    };
    let dev = package.is_true("dev") || package.is_true("devOptional");
    Ok(Some(Entry::new(name, what, within(text, node, version)).for_development(dev)))
}

fn nested(text: &str, node: &Node, entries: &mut Vec<Entry>) {
    for (key, package) in node.get("dependencies").map(Node::entries).unwrap_or_default() {
        let name = key.as_str().unwrap_or_default();
        let dev = package.is_true("dev") || package.is_true("devOptional");
        let entry = match package.get("version").and_then(|node| Some((node, node.as_str()?))) {
            None => Entry::new(name, What::Unpinned, key.range.clone()),
            Some((node, version)) => {
                let aliased = version.strip_prefix("npm:").and_then(|alias| alias.rsplit_once('@'));
                let (name, version) = aliased.unwrap_or((name, version));
                Entry::new(name, what(version), within(text, node, version))
            }
        };
        entries.push(entry.for_development(dev));
        nested(text, package, entries);
    }
}

fn what(version: &str) -> What {
    elsewhere(version).map_or_else(|| What::Version(version.to_owned()), What::Elsewhere)
}

/// Where a version leads that is an address; none: it is a version.
pub(super) fn elsewhere(version: &str) -> Option<&'static str> {
    ADDRESSES.iter().find(|(prefix, _)| version.starts_with(prefix)).map(|(_, place)| *place)
}
