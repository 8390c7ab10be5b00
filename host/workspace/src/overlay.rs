//! [`Overlay`]: files as they would be, without a byte written. What is put over a [`FileSet`] is read instead of what
//! lies in the tree, in the index or in a revision.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::entry::{Entry, EntryKind, FileSet, Source};

/// Contents by path; none: the file is deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    files: BTreeMap<String, Option<Arc<[u8]>>>,
}

impl Overlay {
    /// Puts a content at a path; none: the file is deleted.
    pub fn put(&mut self, path: &str, content: Option<Arc<[u8]>>) {
        self.files.insert(path.to_owned(), content);
    }

    /// Takes away what was put at a path.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }

    /// What was put at a path; none: nothing was.
    pub fn get(&self, path: &str) -> Option<Option<&Arc<[u8]>>> {
        self.files.get(path).map(Option::as_ref)
    }

    /// Paths and contents, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&Arc<[u8]>>)> {
        self.files.iter().map(|(path, content)| (path.as_str(), content.as_ref()))
    }

    /// Whether nothing was put anywhere.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl FileSet {
    /// The same files with others over them. Files that are new are in scope.
    #[must_use]
    pub fn with(&self, overlay: &Overlay) -> Self {
        let selected: BTreeSet<_> = self.selected().map(|entry| entry.path.clone()).collect();
        let before: BTreeSet<_> = self.entries.iter().map(|entry| entry.path.as_str()).collect();
        let kept = self.entries.iter().filter_map(|entry| match overlay.files.get(&entry.path) {
            None => Some(entry.clone()),
            Some(None) => None,
            Some(Some(content)) => {
                let source = Source::Memory(Arc::clone(content), entry.exact());
                Some(Entry { path: entry.path.clone(), kind: entry.kind, stamp: None, source })
            }
        });
        let added =
            overlay.files.iter().filter(|(path, _)| !before.contains(path.as_str())).filter_map(|(path, content)| {
                let source = Source::Memory(Arc::clone(content.as_ref()?), None);
                Some(Entry { path: path.clone(), kind: EntryKind::Regular, stamp: None, source })
            });
        let in_scope = |entry: &Entry| selected.contains(&entry.path) || !before.contains(entry.path.as_str());
        Self::new(kept.chain(added).collect(), in_scope)
    }

    /// The same entries, of which only these are in scope.
    #[must_use]
    pub fn only(&self, paths: &BTreeSet<String>) -> Self {
        Self::new(self.entries.clone(), |entry| paths.contains(&entry.path))
    }

    /// The entry at a path.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        let index = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        self.entries.get(index)
    }
}
