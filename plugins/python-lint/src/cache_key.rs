//! The bytes that stand for the project when results are kept.
//!
//! [`of`] takes in all of the project that any result can depend on: the configuration files, the
//! packages, the directories, and modules outside packages. Does not take in what settings
//! `sdlc.toml` has: the host does.

use crate::{config_files::ConfigFiles, hierarchy::Hierarchy, tree::Tree};

/// The same bytes mean the same results for the same file.
pub(crate) fn of(files: &ConfigFiles, tree: &Tree, hierarchy: &Hierarchy) -> Vec<u8> {
    let mut key = Vec::new();
    for (path, text) in files.iter() {
        push(&mut key, path);
        push(&mut key, text);
    }
    for (directory, scope) in hierarchy.scopes() {
        push(&mut key, directory);
        let linter = &scope.settings.borrow().linter;
        // Globs in these were matched against the paths.
        for path in linter.src.iter().chain(&linter.namespace_packages) {
            push(&mut key, &path.to_string_lossy());
        }
    }
    push_sorted(&mut key, tree.packages());
    if hierarchy.scopes().any(|(_, scope)| scope.sorts_imports) {
        push_sorted(&mut key, tree.importable());
    }
    key
}

fn push_sorted<'a>(key: &mut Vec<u8>, paths: impl Iterator<Item = &'a str>) {
    let mut paths: Vec<_> = paths.collect();
    paths.sort_unstable();
    key.extend_from_slice(&(paths.len() as u64).to_le_bytes());
    for path in paths {
        push(key, path);
    }
}

fn push(key: &mut Vec<u8>, text: &str) {
    key.extend_from_slice(&(text.len() as u64).to_le_bytes());
    key.extend_from_slice(text.as_bytes());
}
