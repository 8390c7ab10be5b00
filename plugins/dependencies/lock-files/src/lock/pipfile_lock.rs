//! `Pipfile.lock`, whose format has the number 6 since 2017.

use super::{Entry, What, unknown_version};
use crate::tree::{self, Node, within};

pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let lock = tree::json(text)?;
    let version = lock.get("_meta").and_then(|meta| meta.text("pipfile-spec"));
    match version {
        Some("6") => {}
        Some(version) => return Err(unknown_version(version, "only those of version `6`")),
        None => return Err("it lacks `_meta.pipfile-spec`".to_owned()),
    }
    let mut entries = Vec::new();
    // Besides `default` and `develop` there can be any category.
    for (category, packages) in lock.entries().iter().filter(|(name, _)| name.as_str() != Some("_meta")) {
        let dev = category.as_str() == Some("develop");
        for (name, package) in packages.entries() {
            entries.push(entry(text, name, package).for_development(dev));
        }
    }
    Ok(entries)
}

fn entry(text: &str, key: &Node, package: &Node) -> Entry {
    let name = key.as_str().unwrap_or_default();
    let node = package.get("version");
    match node.and_then(|node| Some((node, node.as_str()?))) {
        Some((node, version)) => match version.strip_prefix("==") {
            Some(version) => Entry::pinned(name, version, within(text, node, version)),
            None => Entry::new(name, What::Unpinned, node.range.clone()),
        },
        None if package.get("git").is_some() => {
            Entry::new(name, What::Elsewhere("a git repository"), key.range.clone())
        }
        None if package.get("path").is_some() => Entry::new(name, What::Elsewhere("a path"), key.range.clone()),
        None if package.get("file").is_some() => Entry::new(name, What::Elsewhere("an address"), key.range.clone()),
        None => Entry::new(name, What::Unpinned, key.range.clone()),
    }
}
