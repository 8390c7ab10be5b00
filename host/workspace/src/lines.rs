//! Which lines a run is about: those added or changed since its base revision.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::{
    entry::{Entry, FileSet, Source},
    repository::Snapshot,
    scope::{Scope, WorkspaceError},
    tree::Workspace,
};

/// Files that are larger count as changed from their first line to their last.
const LARGEST_COMPARED: u64 = 16 << 20;

/// A run of lines; both ends count from 1 and are included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedLines {
    /// Relative to the workspace root.
    pub path: String,
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

impl Workspace {
    /// Lines of the files in scope that differ from the base revision; none where the scope has none.
    ///
    /// # Errors
    /// Where a revision is not there, or git's files make no sense.
    pub fn changed_lines(&self, scope: &Scope, files: &FileSet) -> Result<Option<Vec<ChangedLines>>, WorkspaceError> {
        let Some(base) = self.base(scope)? else { return Ok(None) };
        self.compared(&base, files.selected()).map(Some)
    }

    /// Lines of these entries that differ from the merge base of a revision and `HEAD`.
    ///
    /// # Errors
    /// Where the revision is not there, or git's files make no sense.
    pub fn lines_since<'a>(
        &self,
        revision: &str,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> Result<Vec<ChangedLines>, WorkspaceError> {
        self.compared(&self.repository()?.since(revision)?, entries)
    }

    fn compared<'a>(
        &self,
        base: &Snapshot,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> Result<Vec<ChangedLines>, WorkspaceError> {
        let (objects, reader) = (self.repository()?.objects(), self.reader()?);
        let unchanged = self.repository()?.unchanged();
        let content = |entry: &Entry| match &entry.source {
            Source::Tree(_) => unchanged.content(&entry.path, entry.stamp.as_ref()),
            Source::Blob(id, _) => Some(*id),
            Source::Memory(..) => None,
        };
        let same =
            |entry: &Entry| content(entry).is_some_and(|id| base.get(&entry.path).is_some_and(|(base, _)| *base == id));
        let mut found = Vec::new();
        for entry in entries.filter(|entry| !entry.kind.is_symlink() && !same(entry)) {
            let run = |first, last| ChangedLines { path: entry.path.clone(), first, last };
            let before = base.get(&entry.path).and_then(|(id, _)| objects.find_blob(*id).ok());
            let before = before.map(|mut blob| std::mem::take(&mut blob.data)).unwrap_or_default();
            if before.is_empty() {
                // All that is new: nothing is compared, as such a file may be large.
                let Ok(count) = reader.count_lines(entry, LARGEST_COMPARED) else { continue };
                let last = count.map_or(u32::MAX, |count| u32::try_from(count).unwrap_or(u32::MAX));
                found.extend((last > 0).then(|| run(1, last)));
                continue;
            }
            let Ok(content) = reader.read(entry, LARGEST_COMPARED) else { continue };
            match content.bytes {
                Some(after) => found.extend(runs(&before, &after).into_iter().map(|(first, last)| run(first, last))),
                None => found.push(run(1, u32::MAX)),
            }
        }
        Ok(found)
    }

    fn base(&self, scope: &Scope) -> Result<Option<Snapshot>, WorkspaceError> {
        match scope {
            Scope::All | Scope::Paths(_) => Ok(None),
            Scope::Staged => self.repository()?.head().map(Some),
            Scope::Changed { from, to: Some(_) } => self.repository()?.at(from).map(Some),
            Scope::Changed { from, to: None } => self.repository()?.since(from).map(Some),
        }
    }
}

fn runs(before: &[u8], after: &[u8]) -> Vec<(u32, u32)> {
    let line = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let (before, after): (Vec<_>, Vec<_>) = (lines(before).collect(), lines(after).collect());
    let run = |op: DiffOp| match op {
        DiffOp::Insert { new_index, new_len, .. } | DiffOp::Replace { new_index, new_len, .. } => {
            Some((line(new_index + 1), line(new_index + new_len)))
        }
        DiffOp::Equal { .. } | DiffOp::Delete { .. } => None,
    };
    capture_diff_slices(Algorithm::Myers, &before, &after).into_iter().filter_map(run).collect()
}

/// With what ends them.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_and_changed_lines_are_found_and_deleted_ones_not() {
        assert_eq!(runs(b"a\nb\nc\n", b"a\nB\nc\nd\ne\n"), [(2, 2), (4, 5)]);
        assert_eq!(runs(b"a\nb\n", b"a\n"), []);
        assert_eq!(runs(b"", b"a\nb"), [(1, 2)]);
        assert_eq!(runs(b"", b""), []);
        assert_eq!(runs(b"a", b"a\n"), [(1, 1)]);
    }
}
