//! Which settings hold for which file, and which files are left out.
//!
//! [`Hierarchy`] is what ruff's walk over the directories would find: the closest configuration file
//! wins as a whole, and what it excludes is not even searched for more configuration. Does not look
//! above the workspace root, nor into the home of the user.

use std::{collections::HashMap, path::Path};

use globset::{Candidate, GlobSet};
use ruff_workspace::Settings;

use crate::{
    ROOT,
    config_files::{self, ConfigFiles},
    scope::{Layer, Scope},
    settings::Overrides,
    tree::{self, Tree},
};

/// The settings of every directory.
pub(crate) struct Hierarchy {
    /// Holds where no directory of `scopes` does.
    base: Scope,
    scopes: HashMap<String, Scope>,
}

impl Hierarchy {
    /// Reads all configuration files; an error names the file.
    pub(crate) fn resolve(files: &ConfigFiles, tree: &Tree, overrides: &Overrides) -> Result<Self, String> {
        let base = match files.of_directory("")? {
            Some(path) => scope_of_file(&path, files, tree, overrides)?,
            None => Scope::new(Vec::new(), || files.required_version(""), "", overrides, tree)
                .map_err(|message| format!("ruff's settings: {}", shown(&message)))?,
        };
        let mut hierarchy = Self { base, scopes: HashMap::new() };
        for directory in files.directories().into_iter().filter(|directory| !directory.is_empty()) {
            if hierarchy.is_excluded(directory) {
                continue;
            }
            if let Some(path) = files.of_directory(directory)? {
                let scope = scope_of_file(&path, files, tree, overrides)?;
                hierarchy.scopes.insert(directory.to_owned(), scope);
            }
        }
        Ok(hierarchy)
    }

    /// The settings for what lies in this directory.
    pub(crate) fn of_directory(&self, directory: &str) -> &Scope {
        tree::ancestors(directory).find_map(|directory| self.scopes.get(directory)).unwrap_or(&self.base)
    }

    /// Whether ruff's walk would leave this file or directory out, or never get there.
    pub(crate) fn is_excluded(&self, path: &str) -> bool {
        tree::ancestors(path).filter(|path| !path.is_empty()).any(|path| {
            let resolver = &self.of_directory(tree::parent(path)).settings.borrow().file_resolver;
            matches(path, &resolver.exclude) || matches(path, &resolver.extend_exclude)
        })
    }

    /// All settings, in a stable order.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = (&str, &Scope)> {
        let mut scopes: Vec<_> = self.scopes.iter().map(|(directory, scope)| (directory.as_str(), scope)).collect();
        scopes.sort_unstable_by_key(|(directory, _)| *directory);
        std::iter::once(("", &self.base)).chain(scopes)
    }
}

/// Whether ruff checks files of this name at all.
pub(crate) fn is_included(path: &Path, settings: &Settings) -> bool {
    settings.file_resolver.include.is_match(path) || settings.file_resolver.extend_include.is_match(path)
}

/// Whether a path or its last part matches, as ruff's exclusions do.
pub(crate) fn matches(path: &str, patterns: &GlobSet) -> bool {
    if patterns.is_empty() {
        return false;
    }
    let absolute = config_files::absolute(path);
    patterns.is_match_candidate(&Candidate::new(&absolute))
        || patterns.is_match_candidate(&Candidate::new(tree::name(path)))
}

fn scope_of_file(path: &str, files: &ConfigFiles, tree: &Tree, overrides: &Overrides) -> Result<Scope, String> {
    let directory = tree::parent(path);
    let layers = layers(path, files, tree)?;
    Scope::new(layers, || files.required_version(directory), directory, overrides, tree)
        .map_err(|message| format!("`{path}`: {}", shown(&message)))
}

/// The file and what it extends, the winning one first.
fn layers(path: &str, files: &ConfigFiles, tree: &Tree) -> Result<Vec<Layer>, String> {
    let mut chain: Vec<String> = Vec::new();
    let mut layers = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let circular = chain.contains(&path);
        chain.push(path.clone());
        if circular {
            return Err(format!("configuration files extend each other: `{}`", chain.join("` extends `")));
        }
        let options = files.options(&path).map_err(|message| match chain.as_slice() {
            [_] => message,
            chain => format!("{message} (`{}`)", chain.join("` extends `")),
        })?;
        let absolute = config_files::absolute(&path);
        let layer = Layer::new(options, Some(&absolute), tree::parent(&path), tree)
            .map_err(|message| format!("`{path}`: {}", shown(&message)))?;
        next = extended(&layer, &path)?;
        layers.push(layer);
    }
    Ok(layers)
}

fn extended(layer: &Layer, path: &str) -> Result<Option<String>, String> {
    let Some(extends) = layer.extends() else { return Ok(None) };
    let target = ruff_linter::fs::normalize_path_to(extends, config_files::absolute(tree::parent(path)));
    match config_files::relative(&target) {
        Some(target) => Ok(Some(target)),
        None => Err(format!("`{path}` extends `{}`, which is outside of the workspace", extends.display())),
    }
}

/// A message of ruff's, with paths relative to the workspace root.
fn shown(message: &str) -> String {
    message.replace(&format!("{ROOT}/"), "")
}
