//! The Python package that a file belongs to.
//!
//! [`PackageOf`] finds the outermost package around a directory, as ruff does. Does not read files:
//! a directory is a package where the list of paths has its `__init__.py`.

use std::path::{Path, PathBuf};

use ruff_linter::package::PackageRoot;

use crate::{config_files, tree, tree::Tree};

/// The outermost package around a file, if there is one.
pub(crate) struct PackageOf {
    root: Option<PathBuf>,
    /// Where the root lies inside yet another package, the closest directory in between that is none.
    gap: Option<String>,
    is_nested: bool,
}

impl PackageOf {
    /// Of the files in this directory.
    pub(crate) fn directory(directory: &str, namespaces: &[PathBuf], tree: &Tree) -> Self {
        let is_package = |path: &str| is_package(path, namespaces, tree);
        let Some(root) = tree::ancestors(directory).take_while(|path| is_package(path)).last() else {
            return Self { root: None, gap: None, is_nested: false };
        };
        let mut above = tree::ancestors(root).skip(1);
        let is_nested = root == directory && above.any(is_package);
        let gap = tree::ancestors(root).find(|path| !tree.is_package(path)).map(str::to_owned);
        Self { root: Some(config_files::absolute(root)), gap, is_nested }
    }

    /// As ruff wants it.
    pub(crate) fn root(&self) -> Option<PackageRoot<'_>> {
        let path: &Path = self.root.as_deref()?;
        Some(if self.is_nested { PackageRoot::nested(path) } else { PackageRoot::root(path) })
    }

    /// The directory that lacks an `__init__.py` although packages lie above and below it.
    pub(crate) fn gap(&self) -> Option<(&Path, &str)> {
        let root = self.root.as_deref().filter(|_| self.is_nested)?;
        Some((root, self.gap.as_deref()?))
    }
}

fn is_package(directory: &str, namespaces: &[PathBuf], tree: &Tree) -> bool {
    let in_namespace = || {
        let path = config_files::absolute(directory);
        namespaces.iter().any(|namespace| path.starts_with(namespace))
    };
    tree.is_package(directory) || (!namespaces.is_empty() && in_namespace())
}
