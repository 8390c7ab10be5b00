//! [`Changer::apply`]: all of a set, or nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{
    Applied, Change, ChangeError, ChangeSet, Changer, Group, LeftAlone,
    journal::{self, Journal, LAST, Owned, PENDING},
    place::{self, Place},
};
use crate::index::Index;

/// Waits for the disk that are under way at once.
const MOST_WAITS: usize = 8;
/// Waits that are worth a thread.
const FEWEST_A_THREAD: usize = 4;

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
        // Its journal is all that knows how things were.
        if self.journal.join(PENDING).exists() {
            return Err(ChangeError::Interrupted);
        }
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
        let made = self.make(&journal, index).and_then(|made| self.commit(&journal, made, name, &mut applied));
        if let Err(error) = made {
            // What cannot be taken back now is taken back by the next command.
            if self.take_back(&journal, index).is_ok_and(|left| left.is_empty()) {
                journal::remove(&self.journal, PENDING)?;
            }
            return Err(error);
        }
        Ok(applied)
    }

    fn commit(
        &self,
        journal: &Journal,
        changed: BTreeSet<PathBuf>,
        name: &str,
        applied: &mut Applied,
    ) -> Result<(), ChangeError> {
        self.step("commit").map_err(|source| failed(Path::new(PENDING), source))?;
        let all: BTreeSet<_> = journal.groups.iter().flat_map(paths).collect();
        let left = all.difference(&changed).cloned();
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

    /// Gives what was changed.
    fn make(&self, journal: &Journal, index: Option<&Index>) -> Result<BTreeSet<PathBuf>, ChangeError> {
        self.step("journal").map_err(|source| failed(Path::new(PENDING), source))?;
        // First all that takes room and rights, then what cannot fail any more but for what others do meanwhile.
        let changes: Vec<_> = journal.changes().collect();
        side_by_side(&changes, |change| self.prepare(journal, change).map_err(|source| failed(&change.path, source)))?;
        self.flush(journal)?;
        let mut made = BTreeSet::new();
        for group in &journal.groups {
            match self.make_group(journal, group, index) {
                Ok(()) => made.extend(paths(group)),
                Err(Obstacle::Changed) => self.discard_group(journal, group)?,
                Err(Obstacle::Error(error)) => return Err(error),
            }
        }
        for path in self.clean(journal)? {
            made.remove(&path);
        }
        Ok(made)
    }

    /// Writes what a file becomes, beside it.
    fn prepare(&self, journal: &Journal, change: &Change) -> io::Result<()> {
        let place = Place::find(&self.root, &change.path, change.after.is_some())?;
        self.step("prepare")?;
        if let Some(after) = &change.after {
            journal.beside(&place, change)?.create(after, &place, journal.ownership(&change.path))?;
        }
        self.step("prepared")
    }

    /// Waits until all that was prepared is on the disk.
    fn flush(&self, journal: &Journal) -> Result<(), ChangeError> {
        let prepared: Vec<_> = journal.changes().filter(|change| change.after.is_some()).collect();
        let root = &self.root;
        side_by_side(&prepared, |change| {
            let flush = || journal.place(root, change)?.flush();
            flush().map_err(|source| failed(&change.path, source))
        })?;
        self.step("flushed").map_err(|source| failed(Path::new(PENDING), source))
    }

    fn make_group(&self, journal: &Journal, group: &Group, index: Option<&Index>) -> Result<(), Obstacle> {
        let mut made: Vec<&Change> = Vec::new();
        for change in &group.files {
            let error = |source| Obstacle::Error(failed(&change.path, source));
            match self.exchange(journal, change).map_err(error)? {
                true => made.push(change),
                false => {
                    for change in made.iter().rev() {
                        // What somebody wrote since stays.
                        self.exchange_back(journal, change).map_err(error)?;
                    }
                    return Err(Obstacle::Changed);
                }
            }
        }
        if let (Some(index), false) = (index, group.index.is_empty()) {
            let step = |name| self.step(name).map_err(|source| Obstacle::Error(failed(Path::new("index"), source)));
            step("index")?;
            index.change(&group.index).map_err(|error| Obstacle::Error(ChangeError::Index(error)))?;
            step("indexed")?;
        }
        Ok(())
    }

    /// Puts a file into its place. No: what was there is not what the change was made from, and is there again.
    fn exchange(&self, journal: &Journal, change: &Change) -> io::Result<bool> {
        let place = Place::find(&self.root, &change.path, false)?;
        let temporary = journal.beside(&place, change)?;
        self.step("exchange")?;
        let made = self.turn(&place, &temporary, change.before.as_deref(), change.after.is_some())?;
        self.step("exchanged")?;
        Ok(made)
    }

    /// The other way round. No: somebody wrote to it since, and what they wrote is there.
    fn exchange_back(&self, journal: &Journal, change: &Change) -> io::Result<bool> {
        let place = Place::find(&self.root, &change.path, false)?;
        let temporary = journal.beside(&place, change)?;
        self.turn(&place, &temporary, change.after.as_deref(), change.before.is_some())
    }

    /// Makes what is beside a place be in it, and the other way round. `from` is what is expected there, none: no file;
    /// `fills`: there is a file beside it. No: something else was there, and is there again.
    pub(super) fn turn(&self, place: &Place, temporary: &Place, from: Option<&[u8]>, fills: bool) -> io::Result<bool> {
        let turn = || match (from, fills) {
            (Some(_), true) => place.exchange(temporary),
            (Some(_), false) => place.move_to(temporary),
            (None, true) => temporary.move_to(place),
            (None, false) => Ok(()),
        };
        match turn() {
            Ok(()) => {}
            // It was deleted, or made, a moment ago.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists) => {
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
        self.step("turned")?;
        if from.is_none() || temporary.has(from).unwrap_or(false) {
            return Ok(true);
        }
        if fills {
            place.exchange(temporary)?
        } else {
            temporary.move_to(place)?
        }
        Ok(false)
    }

    /// Removes what a group that was not made has written beside the files.
    fn discard_group(&self, journal: &Journal, group: &Group) -> Result<(), ChangeError> {
        for change in &group.files {
            let discard = || journal.place(&self.root, change)?.remove();
            discard().map_err(|source| failed(&change.path, source))?;
        }
        Ok(())
    }

    /// Removes what was taken away, unless somebody wrote to it even then: that is put back. Gives where.
    fn clean(&self, journal: &Journal) -> Result<Vec<PathBuf>, ChangeError> {
        let put_back = Mutex::new(Vec::new());
        let changes: Vec<_> = journal.changes().collect();
        side_by_side(&changes, |change| {
            let clean = || {
                let temporary = journal.place(&self.root, change)?;
                self.step("clean")?;
                if temporary.read()?.is_some_and(|taken| Some(taken.as_slice()) != change.before.as_deref()) {
                    self.exchange_back(journal, change)?;
                    put_back.lock().unwrap_or_else(PoisonError::into_inner).push(change.path.clone());
                }
                temporary.remove()?;
                self.step("cleaned")
            };
            clean().map_err(|source| failed(&change.path, source))
        })?;
        let directories: BTreeMap<_, _> = journal.changes().map(|change| (change.path.parent(), change)).collect();
        let directories: Vec<_> = directories.into_values().collect();
        let root = &self.root;
        side_by_side(&directories, |change| {
            let sync = || Place::find(root, &change.path, false)?.sync();
            sync().map_err(|source| failed(&change.path, source))
        })?;
        Ok(put_back.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// The first file or entry of a group that is not as it was.
    fn first_changed(&self, group: &Group, index: Option<&Index>) -> Result<Option<PathBuf>, ChangeError> {
        for change in &group.files {
            if !self.is(&change.path, change.before.as_deref())? {
                return Ok(Some(change.path.clone()));
            }
        }
        match index {
            Some(index) => index.first_changed(&group.index).map_err(ChangeError::Index),
            None => Ok(None),
        }
    }

    /// Whether a file has a content; none: whether there is no file.
    pub(super) fn is(&self, path: &Path, content: Option<&[u8]>) -> Result<bool, ChangeError> {
        match Place::find(&self.root, path, false).and_then(|place| place.has(content)) {
            Ok(same) => Ok(same),
            // The directory of a file that is new may have to be made.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(content.is_none()),
            Err(error) if place::became_another(&error) => Ok(false),
            Err(source) => Err(failed(path, source)),
        }
    }
}

/// Does the same with many things at once: a disk that is waited for has many waits under way.
fn side_by_side<T: Sync>(things: &[T], act: impl Fn(&T) -> Result<(), ChangeError> + Sync) -> Result<(), ChangeError> {
    let share = things.len().div_ceil(MOST_WAITS).max(FEWEST_A_THREAD);
    if things.len() <= share {
        return things.iter().try_for_each(act);
    }
    let act = &act;
    thread::scope(|scope| {
        let threads: Vec<_> =
            things.chunks(share).map(|chunk| scope.spawn(move || chunk.iter().try_for_each(act))).collect();
        // All are waited for, whatever becomes of the first.
        let ends: Vec<_> = threads.into_iter().map(thread::ScopedJoinHandle::join).collect();
        ends.into_iter().try_for_each(|end| {
            end.unwrap_or_else(|_| Err(failed(Path::new(PENDING), io::Error::other("a thread panicked"))))
        })
    })
}

pub(super) fn failed(path: &Path, source: io::Error) -> ChangeError {
    ChangeError::File { path: path.to_owned(), source }
}

fn paths(group: &Group) -> BTreeSet<PathBuf> {
    let files = group.files.iter().map(|change| change.path.clone());
    files.chain(group.index.iter().map(|change| change.path.clone())).collect()
}
