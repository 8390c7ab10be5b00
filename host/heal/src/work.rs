//! [`Work`]: what files become, and what they were when that was decided.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
};

use bytes::Bytes;
use sdlc_workspace::{entry::FileSet, overlay::Overlay};

/// A file, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// For people.
    pub path: String,
    /// With all its bytes.
    pub exact: PathBuf,
    /// None: it is new.
    pub before: Option<Bytes>,
    /// None: it is deleted.
    pub after: Option<Bytes>,
}

/// What files become.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// What they are by now.
    pub overlay: Overlay,
    /// What they were, by path; what is not here was not there.
    pub(crate) originals: BTreeMap<String, Bytes>,
    /// Paths that were changed together.
    pub(crate) together: Vec<BTreeSet<String>>,
}

impl Work {
    /// What has to be written, sorted by path, and which of it belongs together, as indices.
    pub fn changes(&self, files: &FileSet) -> (Vec<FileChange>, Vec<Vec<usize>>) {
        let mut changes = Vec::new();
        for (path, after) in self.overlay.iter() {
            let before = self.originals.get(path).cloned();
            let after = after.cloned();
            if before != after {
                let exact = files.get(path).map_or_else(|| path.into(), |entry| entry.exact_path());
                changes.push(FileChange { path: path.to_owned(), exact, before, after });
            }
        }
        let index = |path: &String| changes.iter().position(|change| change.path == *path);
        let connected = self.connected();
        let groups = connected.iter().map(|paths| paths.iter().filter_map(index).collect::<Vec<_>>());
        let groups = groups.filter(|group| !group.is_empty()).collect();
        (changes, groups)
    }

    /// Changed files, those together that were changed together.
    pub(crate) fn connected(&self) -> Vec<BTreeSet<String>> {
        let changed = self.overlay.iter().map(|(path, _)| BTreeSet::from([path.to_owned()]));
        joined(changed.chain(self.together.iter().cloned()))
    }
}

/// Sets that have something in common become one.
pub(crate) fn joined(sets: impl Iterator<Item = BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let mut all: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    let mut place: HashMap<String, usize> = HashMap::new();
    for (index, mut set) in sets.enumerate() {
        let others: BTreeSet<_> = set.iter().filter_map(|path| place.get(path).copied()).collect();
        for other in others {
            set.extend(all.remove(&other).unwrap_or_default());
        }
        place.extend(set.iter().map(|path| (path.clone(), index)));
        all.insert(index, set);
    }
    all.into_values().collect()
}
