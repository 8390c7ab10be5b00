//! [`Changer::apply`]: all of a set, or nothing.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use super::{
    Applied, Change, ChangeError, ChangeSet, Changer, Group, LeftAlone,
    journal::{self, Journal, LAST, Owned, PENDING},
    place::Place,
};
use crate::index::Index;

pub(super) const CHANGED: &str = "it was changed meanwhile";

/// Why a group was not made.
enum Obstacle {
    /// Something is not as it was: the group is left alone.
    Changed,
    /// Nothing can be done at all.
    Error(ChangeError),
}

impl Changer {
    /// Makes all changes of a set whose files are as they were; groups with others are left alone. `index` is git's, for
    /// changes of it.
    ///
    /// # Errors
    /// Where a file cannot be written. Everything is as it was then.
    pub fn apply(&self, set: ChangeSet, index: Option<&Index>) -> Result<Applied, ChangeError> {
        self.apply_as(set, index, LAST, Vec::new())
    }

    /// `ownership` is whose files are that are made again.
    pub(super) fn apply_as(
        &self,
        set: ChangeSet,
        index: Option<&Index>,
        name: &str,
        ownership: Vec<Owned>,
    ) -> Result<Applied, ChangeError> {
        let mut applied = Applied::default();
        let mut groups = Vec::new();
        for group in set.groups {
            match self.first_changed(&group, index)? {
                None => groups.push(group),
                Some(path) => applied.left_alone.push(LeftAlone { path, reason: CHANGED.to_owned() }),
            }
        }
        if groups.is_empty() {
            return Ok(applied);
        }
        let journal = self.begin(set.what, groups, ownership)?;
        let made = self.make(&journal, index).and_then(|made| self.commit(&journal, &made, name, &mut applied));
        if let Err(error) = made {
            // What cannot be taken back now is taken back by the next command.
            if self.take_back(&journal, index).is_ok_and(|left| left.is_empty()) {
                journal::remove(&self.journal, PENDING)?;
            }
            return Err(error);
        }
        Ok(applied)
    }

    fn commit(&self, journal: &Journal, made: &[Group], name: &str, applied: &mut Applied) -> Result<(), ChangeError> {
        self.step("commit").map_err(|source| self.failed(Path::new(PENDING), source))?;
        let changed: BTreeSet<_> = made.iter().flat_map(paths).collect();
        let left = journal.groups.iter().flat_map(paths).filter(|path| !changed.contains(path));
        applied.left_alone.extend(left.map(|path| LeftAlone { path, reason: CHANGED.to_owned() }));
        if changed.is_empty() {
            journal::remove(&self.journal, PENDING)?;
        } else {
            journal::rename(&self.journal, PENDING, name)?;
        }
        applied.changed = changed.into_iter().collect();
        Ok(())
    }

    fn begin(&self, what: String, groups: Vec<Group>, mut ownership: Vec<Owned>) -> Result<Journal, ChangeError> {
        let begun = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        for change in groups.iter().flat_map(|group| &group.files).filter(|change| change.after.is_none()) {
            let found = Place::find(&self.root, &change.path, false).and_then(|place| place.ownership());
            ownership.extend(found.ok().flatten().map(|ownership| Owned { path: change.path.clone(), ownership }));
        }
        let id = format!("{:x}-{:x}", begun.as_nanos(), std::process::id());
        let journal = Journal { what, begun: begun.as_secs(), id, groups, ownership };
        journal.write(&self.journal, PENDING)?;
        Ok(journal)
    }

    /// Gives the groups that were made.
    fn make(&self, journal: &Journal, index: Option<&Index>) -> Result<Vec<Group>, ChangeError> {
        self.step("journal").map_err(|source| self.failed(Path::new(PENDING), source))?;
        // First all that takes room and rights, then what cannot fail any more but for what others do meanwhile.
        for change in journal.changes() {
            self.prepare(journal, change).map_err(|source| self.failed(&change.path, source))?;
        }
        let mut made = Vec::new();
        for group in &journal.groups {
            match self.make_group(journal, group, index) {
                Ok(()) => made.push(group.clone()),
                Err(Obstacle::Changed) => self.discard_group(journal, group)?,
                Err(Obstacle::Error(error)) => return Err(error),
            }
        }
        self.clean(journal)?;
        Ok(made)
    }

    /// Writes what a file becomes, beside it.
    fn prepare(&self, journal: &Journal, change: &Change) -> io::Result<()> {
        let place = Place::find(&self.root, &change.path, change.after.is_some())?;
        self.step("prepare")?;
        if let Some(after) = &change.after {
            self.temporary(journal, &place, &change.path)?.create(after, &place, journal.ownership(&change.path))?;
        }
        self.step("prepared")
    }

    fn make_group(&self, journal: &Journal, group: &Group, index: Option<&Index>) -> Result<(), Obstacle> {
        let mut made: Vec<&Change> = Vec::new();
        for change in &group.files {
            let error = |source| Obstacle::Error(self.failed(&change.path, source));
            match self.exchange(journal, change).map_err(error)? {
                true => made.push(change),
                false => {
                    for change in made.iter().rev() {
                        self.exchange_back(journal, change).map_err(error)?;
                    }
                    return Err(Obstacle::Changed);
                }
            }
        }
        if let (Some(index), false) = (index, group.index.is_empty()) {
            let step =
                |name| self.step(name).map_err(|source| Obstacle::Error(self.failed(Path::new("index"), source)));
            step("index")?;
            index.change(&group.index).map_err(|error| Obstacle::Error(ChangeError::Index(error)))?;
            step("indexed")?;
        }
        Ok(())
    }

    /// Puts a file into its place. No: what was there is not what the change was made from, and is there again.
    fn exchange(&self, journal: &Journal, change: &Change) -> io::Result<bool> {
        let place = Place::find(&self.root, &change.path, false)?;
        let temporary = self.temporary(journal, &place, &change.path)?;
        self.step("exchange")?;
        let moved = match (&change.before, &change.after) {
            (Some(_), Some(_)) => place.exchange(&temporary),
            (Some(_), None) => place.move_to(&temporary),
            (None, Some(_)) => temporary.move_to(&place),
            (None, None) => Ok(()),
        };
        match moved.as_ref().map_err(io::Error::kind) {
            Ok(()) => {}
            // It was deleted, or made, a moment ago.
            Err(io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists) => return Ok(false),
            Err(_) => moved?,
        }
        self.step("exchanged")?;
        if change.before.is_some() && !temporary.has(change.before.as_deref()).unwrap_or(false) {
            self.exchange_back(journal, change)?;
            return Ok(false);
        }
        Ok(true)
    }

    fn exchange_back(&self, journal: &Journal, change: &Change) -> io::Result<()> {
        let place = Place::find(&self.root, &change.path, false)?;
        let temporary = self.temporary(journal, &place, &change.path)?;
        match (&change.before, &change.after) {
            (Some(_), Some(_)) => place.exchange(&temporary),
            (Some(_), None) => temporary.move_to(&place),
            (None, Some(_)) => place.move_to(&temporary),
            (None, None) => Ok(()),
        }
    }

    /// Removes what a group that was not made has written beside the files.
    fn discard_group(&self, journal: &Journal, group: &Group) -> Result<(), ChangeError> {
        for change in &group.files {
            let discard = || self.temporary_of(journal, change)?.remove();
            discard().map_err(|source| self.failed(&change.path, source))?;
        }
        Ok(())
    }

    /// Removes what was taken away, unless somebody wrote to it even then.
    fn clean(&self, journal: &Journal) -> Result<(), ChangeError> {
        let mut synced = BTreeSet::new();
        for change in journal.changes() {
            let mut clean = || {
                let temporary = self.temporary_of(journal, change)?;
                self.step("clean")?;
                match temporary.read()? {
                    Some(taken) if Some(&taken) != change.before.as_ref() => self.exchange_back(journal, change)?,
                    _ => temporary.remove()?,
                }
                if synced.insert(change.path.parent().map(Path::to_owned)) {
                    temporary.sync()?;
                }
                self.step("cleaned")
            };
            clean().map_err(|source| self.failed(&change.path, source))?;
        }
        Ok(())
    }

    /// The first file or entry of a group that is not as it was.
    fn first_changed(&self, group: &Group, index: Option<&Index>) -> Result<Option<PathBuf>, ChangeError> {
        for change in &group.files {
            let place = Place::find(&self.root, &change.path, false);
            let same = match (place, &change.before) {
                (Ok(place), before) => place.has(before.as_deref()),
                // The directory of a file that is new may have to be made.
                (Err(error), None) if error.kind() == io::ErrorKind::NotFound => Ok(true),
                (Err(error), Some(_)) if error.kind() == io::ErrorKind::NotFound => Ok(false),
                (Err(error), _) => Err(error),
            };
            match same {
                Ok(true) => {}
                Ok(false) => return Ok(Some(change.path.clone())),
                Err(source) => return Err(self.failed(&change.path, source)),
            }
        }
        match index {
            Some(index) => index.first_changed(&group.index).map_err(ChangeError::Index),
            None => Ok(None),
        }
    }

    pub(super) fn temporary_of(&self, journal: &Journal, change: &Change) -> io::Result<Place> {
        self.temporary(journal, &Place::find(&self.root, &change.path, false)?, &change.path)
    }

    fn temporary(&self, journal: &Journal, place: &Place, path: &Path) -> io::Result<Place> {
        place.beside(journal.temporary(path).file_name().unwrap_or_default())
    }

    pub(super) fn failed(&self, path: &Path, source: io::Error) -> ChangeError {
        ChangeError::File { path: path.to_owned(), source }
    }
}

fn paths(group: &Group) -> BTreeSet<PathBuf> {
    let files = group.files.iter().map(|change| change.path.clone());
    files.chain(group.index.iter().map(|change| change.path.clone())).collect()
}
