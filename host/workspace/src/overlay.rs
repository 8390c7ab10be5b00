//! [`Overlay`]: files as they would be, without a byte written. What is put over a [`FileSet`] is read instead of what
//! lies in the tree, in the index or in a revision.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use crate::entry::{Entry, EntryKind, FileSet, Source};

/// Contents by path; none: the file is deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    files: BTreeMap<String, Option<Bytes>>,
    formatted: Formatted,
}

/// Files that are what the fixes of a gate's formatting made of them, by gate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formatted(BTreeMap<String, BTreeSet<String>>);

impl Formatted {
    /// Whether the gate formatted this file.
    pub fn contains(&self, gate: &str, path: &str) -> bool {
        self.0.get(gate).is_some_and(|paths| paths.contains(path))
    }

    /// Gates and paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(gate, paths)| paths.iter().map(move |path| (gate.as_str(), path.as_str())))
    }

    fn forget(&mut self, path: &str) {
        for paths in self.0.values_mut() {
            paths.remove(path);
        }
    }
}

impl Overlay {
    /// Puts a content at a path; none: the file is deleted.
    pub fn put(&mut self, path: &str, content: Option<Bytes>) {
        self.formatted.forget(path);
        self.files.insert(path.to_owned(), content);
    }

    /// Notes that what was put at a path is what the fixes of this gate's formatting made of the file, all of them and no others.
    pub fn note_formatted(&mut self, gate: &str, path: &str) {
        self.formatted.0.entry(gate.to_owned()).or_default().insert(path.to_owned());
    }

    /// What was noted of contents that are still there.
    pub fn formatted(&self) -> &Formatted {
        &self.formatted
    }

    /// Puts all of another one over this one.
    pub fn lay(&mut self, over: &Self) {
        over.files.iter().for_each(|(path, content)| self.put(path, content.clone()));
        over.formatted.iter().for_each(|(gate, path)| self.note_formatted(gate, path));
    }

    /// Takes away what was put at a path.
    pub fn remove(&mut self, path: &str) {
        self.formatted.forget(path);
        self.files.remove(path);
    }

    /// What was put at a path; none: nothing was.
    pub fn get(&self, path: &str) -> Option<Option<&Bytes>> {
        self.files.get(path).map(Option::as_ref)
    }

    /// Paths and contents, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&Bytes>)> {
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
        let mut over = overlay.files.iter().peekable();
        let mut in_scope = self.selected.iter().peekable();
        let (mut entries, mut selected) = (Vec::with_capacity(self.entries.len()), Vec::new());
        let add = |(path, content): (&String, &Option<Bytes>), entries: &mut Vec<_>, selected: &mut Vec<_>| {
            let Some(content) = content else { return };
            selected.push(entries.len());
            let source = Source::Memory(content.clone(), None);
            entries.push(Entry { path: path.clone(), kind: EntryKind::Regular, stamp: None, source });
        };
        for (index, entry) in self.entries.iter().enumerate() {
            while let Some(new) = over.next_if(|(path, _)| **path < entry.path) {
                add(new, &mut entries, &mut selected);
            }
            let is_in_scope = in_scope.next_if_eq(&&index).is_some();
            let entry = match over.next_if(|(path, _)| **path == entry.path) {
                None => entry.clone(),
                Some((_, None)) => continue,
                Some((_, Some(content))) => {
                    let source = Source::Memory(content.clone(), entry.exact());
                    Entry { path: entry.path.clone(), kind: entry.kind, stamp: None, source }
                }
            };
            selected.extend(is_in_scope.then_some(entries.len()));
            entries.push(entry);
        }
        over.for_each(|new| add(new, &mut entries, &mut selected));
        Self { entries, selected }
    }

    /// The same entries, of which only these are in scope.
    #[must_use]
    pub fn only(self, paths: &BTreeSet<String>) -> Self {
        let selected = paths.iter().filter_map(|path| self.place(path)).collect();
        Self { selected, ..self }
    }

    /// The entry at a path.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.entries.get(self.place(path)?)
    }

    fn place(&self, path: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()
    }
}
