//! `yarn.lock`: of Yarn 1 in a format of its own, of Yarn 2 and newer in YAML.

use std::ops::Range;

use super::{Entry, What, npm::elsewhere, unknown_version};
use crate::tree::{self, Node, within};

pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    if text.lines().any(|line| line.trim_end() == "__metadata:") {
        return berry(text);
    }
    if text.lines().take(5).any(|line| line.trim() == "# yarn lockfile v1") {
        classic(text)
    } else {
        Err("it has neither `# yarn lockfile v1` nor `__metadata`".to_owned())
    }
}

fn berry(text: &str) -> Result<Vec<Entry>, String> {
    let lock = tree::yaml(text)?;
    let version = lock.get("__metadata").and_then(|metadata| metadata.text("version")).unwrap_or_default();
    if !version.parse::<u32>().is_ok_and(|version| (3..=10).contains(&version)) {
        return Err(unknown_version(version, "3 to 10"));
    }
    let packages = lock.entries().iter().filter(|(key, _)| key.as_str() != Some("__metadata"));
    let entries = packages.map(|(key, package)| of_resolution(text, key, package));
    entries.filter_map(Result::transpose).collect()
}

/// `lodash@npm:4.17.4`, and other protocols. None: of the workspace.
fn of_resolution(text: &str, key: &Node, package: &Node) -> Result<Option<Entry>, String> {
    let resolution = package.text("resolution").unwrap_or_default();
    let parts = resolution.char_indices().skip(1).find(|(_, char)| *char == '@').map(|(at, _)| at);
    let parts = parts.and_then(|at| Some((resolution.get(..at)?, resolution.get(at + 1..)?)));
    let node = package.get("version").and_then(|node| Some((node, node.as_str()?)));
    let (Some((name, reference)), Some((node, version))) = (parts, node) else {
        return Err(format!("`{}` has no resolution or version", key.as_str().unwrap_or_default()));
    };
    let what = match reference.split_once(':').map(|(protocol, _)| protocol) {
        Some("workspace") => return Ok(None),
        // A patched package has the advisories of what was patched.
        Some("npm" | "patch" | "virtual") => What::Version(version.to_owned()),
        Some("link" | "portal" | "file") => What::Elsewhere("a path"),
        Some("git" | "git+ssh" | "git+https" | "ssh" | "github") => What::Elsewhere("a git repository"),
        _ if reference.contains("#commit=") => What::Elsewhere("a git repository"),
        _ => What::Elsewhere("an address"),
    };
    Ok(Some(Entry::new(name, what, within(text, node, version))))
}

/// A block of the old format, while it is read.
struct Block<'a> {
    name: &'a str,
    key: Range<usize>,
    version: Option<(&'a str, Range<usize>)>,
    resolved: &'a str,
}

fn classic(text: &str) -> Result<Vec<Entry>, String> {
    let (mut entries, mut open, mut at) = (Vec::new(), None::<Block<'_>>, 0);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim_end();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if !content.starts_with(' ') {
            close(open.take(), &mut entries)?;
            let key = content.strip_suffix(':').ok_or_else(|| format!("`{content}` is no package"))?;
            let first = key.split(", ").next().unwrap_or(key).trim_matches('"');
            let name = of_pattern(first).ok_or_else(|| format!("`{first}` is no package"))?;
            open = Some(Block { name, key: start..start + content.len(), version: None, resolved: "" });
        } else if let (Some(block), Some(field)) =
            (&mut open, content.strip_prefix("  ").filter(|field| !field.starts_with(' ')))
        {
            if let Some(version) = field.strip_prefix("version ").map(|version| version.trim_matches('"')) {
                let from = start + line.find(version).unwrap_or(0);
                block.version = Some((version, from..from + version.len()));
            } else if let Some(resolved) = field.strip_prefix("resolved ") {
                block.resolved = resolved.trim_matches('"');
            }
        }
    }
    close(open, &mut entries)?;
    Ok(entries)
}

fn close(block: Option<Block<'_>>, entries: &mut Vec<Entry>) -> Result<(), String> {
    let Some(Block { name, key, version, resolved }) = block else { return Ok(()) };
    let Some((version, range)) = version else { return Err(format!("`{name}` has no version")) };
    let is_git = resolved.starts_with("git") || resolved.contains(".git#") || resolved.contains("codeload.github.com");
    let what = match elsewhere(resolved) {
        _ if is_git => What::Elsewhere("a git repository"),
        Some("a path") => What::Elsewhere("a path"),
        None if resolved.is_empty() => What::Elsewhere("a path"),
        _ => What::Version(version.to_owned()),
    };
    let range = if range.is_empty() { key } else { range };
    entries.push(Entry::new(name, what, range));
    Ok(())
}

/// The name in `@babel/traverse@^7.0.0`, or in `alias@npm:name@1.0.0`.
fn of_pattern(pattern: &str) -> Option<&str> {
    let scope = usize::from(pattern.starts_with('@'));
    let at = pattern.get(scope..)?.find('@')? + scope;
    match pattern.get(at + 1..)?.strip_prefix("npm:") {
        Some(aliased) => of_pattern(aliased).or(Some(aliased)),
        None => pattern.get(..at),
    }
}
