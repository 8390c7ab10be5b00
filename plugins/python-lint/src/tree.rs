//! What the list of paths says about directories, packages and modules.
//!
//! [`Tree`] takes the place of the file system, which a component does not have. Does not know
//! which of it is first-party: that depends on the settings of the file that imports.

use rustc_hash::FxHashSet;

/// Directories, packages and modules of the workspace, relative to its root; the root itself is empty.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: Vec<String>,
    directories: FxHashSet<String>,
    packages: FxHashSet<String>,
    /// Paths of `.py` and `.pyi` files without their extension.
    modules: FxHashSet<String>,
}

impl Tree {
    /// From all paths of the workspace.
    pub(crate) fn new(paths: Vec<String>) -> Self {
        let mut tree = Self::default();
        tree.directories.insert(String::new());
        for path in &paths {
            tree.add_directories(parent(path));
            if name(path) == "__init__.py" {
                tree.packages.insert(parent(path).to_owned());
            }
            if let Some(module) = path.strip_suffix(".py").or_else(|| path.strip_suffix(".pyi")) {
                tree.modules.insert(module.to_owned());
            }
        }
        tree.files = paths;
        tree
    }

    fn add_directories(&mut self, directory: &str) {
        let mut directory = directory;
        while !directory.is_empty() && !self.directories.contains(directory) {
            self.directories.insert(directory.to_owned());
            directory = parent(directory);
        }
    }

    /// Whether this is a directory with an `__init__.py`.
    pub(crate) fn is_package(&self, directory: &str) -> bool {
        self.packages.contains(directory)
    }

    /// Whether this is a directory, or a Python file but for its extension.
    pub(crate) fn is_module(&self, path: &str) -> bool {
        self.directories.contains(path) || self.modules.contains(path)
    }

    /// All directories and files.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &str> {
        self.directories.iter().chain(&self.files).map(String::as_str)
    }

    /// All packages.
    pub(crate) fn packages(&self) -> impl Iterator<Item = &str> {
        self.packages.iter().map(String::as_str)
    }

    /// What decides whether an import resolves: directories that can be imported, and modules that
    /// lie outside regular packages (inside one, any name is taken to resolve).
    pub(crate) fn importable(&self) -> impl Iterator<Item = &str> {
        let directories = self.directories.iter().filter(|path| is_importable(path));
        let modules = self.modules.iter().filter(|path| is_importable(path) && !self.is_package(parent(path)));
        directories.chain(modules).map(String::as_str)
    }
}

/// Whether the last part of a path can be part of a dotted name.
fn is_importable(path: &str) -> bool {
    !name(path)
        .contains(|character: char| character.is_ascii() && !character.is_ascii_alphanumeric() && character != '_')
}

/// The directory that a path is in; empty at the root.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The last part of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// A directory and the ones above it, up to and with the root.
pub(crate) fn ancestors(directory: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(directory), |directory| (!directory.is_empty()).then(|| parent(directory)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_makes_its_directories_known() {
        let tree = Tree::new(vec!["a/b/__init__.py".to_owned(), "a/b/c.pyi".to_owned()]);
        assert!(tree.is_package("a/b") && !tree.is_package("a"));
        assert!(tree.is_module("a") && tree.is_module("a/b/c") && !tree.is_module("a/c"));
    }

    #[test]
    fn ancestors_end_at_the_root() {
        assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
    }
}
