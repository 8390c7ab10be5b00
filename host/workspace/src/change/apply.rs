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
    Applied, ChangeError, ChangeSet, Changer, LeftAlone,
    journal::{self, Journal, LAST, Owned, PENDING, Unsettled},
    place::{self, Place},
    record::{self, Content, Record, Records},
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
        if self.journal.join(PENDING).exists() || Journal::unsettled(&self.journal)?.is_some() {
            return Err(ChangeError::Interrupted);
        }
        let mut applied = Applied::default();
        let mut groups = Vec::new();
        let recorded = side_by_side(&set.groups, |group| {
            let records = Records::of(group);
            Ok((self.first_changed(&records)?, records))
        })?;
        for (changed, group) in recorded {
            let staged = || index.map(|index| index.first_changed(&group.index)).transpose();
            let changed = match changed {
                None => staged().map_err(ChangeError::Index)?.flatten(),
                file => file,
            };
            match changed {
                None => groups.push(group),
                Some(path) => applied.left_alone.push(LeftAlone { path, reason: CHANGED.to_owned() }),
            }
        }
        if groups.is_empty() {
            return Ok(applied);
        }
        let journal = self.journal(set.what, groups, ownership);
        let unsettled = journal.begin(&self.journal)?;
        let made =
            self.make(&journal, &unsettled, index).and_then(|made| self.commit(&journal, made, name, &mut applied));
        if let Err(error) = made {
            // What cannot be taken back now is taken back by the next command.
            if self.take_back(&journal, index).is_ok_and(|left| left.is_empty()) {
                journal::close(&self.journal)?;
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

    fn journal(&self, what: String, groups: Vec<Records>, mut ownership: Vec<Owned>) -> Journal {
        let begun = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        for change in groups.iter().flat_map(|group| &group.files).filter(|change| change.after.is_none()) {
            let found = Place::find(&self.root, &change.path, false).and_then(|place| place.ownership());
            ownership.extend(found.ok().flatten().map(|ownership| Owned { path: change.path.clone(), ownership }));
        }
        let id = format!("{:x}-{:x}", begun.as_nanos(), std::process::id());
        Journal { what, begun: begun.as_secs(), id, groups, ownership }
    }

    /// Gives what was changed.
    fn make(
        &self,
        journal: &Journal,
        unsettled: &Unsettled,
        index: Option<&Index>,
    ) -> Result<BTreeSet<PathBuf>, ChangeError> {
        self.step("journal").map_err(|source| failed(Path::new(PENDING), source))?;
        // First all that takes room and rights, then what cannot fail any more but for what others do meanwhile.
        thread::scope(|scope| {
            let settled = scope.spawn(|| self.settle(unsettled));
            let prepared = self.prepare_all(journal);
            prepared.and(settled.join().unwrap_or_else(|_| Err(panicked())))
        })?;
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

    fn settle(&self, unsettled: &Unsettled) -> Result<(), ChangeError> {
        let step = |name| self.step(name).map_err(|source| failed(Path::new(PENDING), source));
        step("settle")?;
        unsettled.settle()?;
        step("settled")
    }

    fn prepare_all(&self, journal: &Journal) -> Result<(), ChangeError> {
        let changes: Vec<_> = journal.changes().collect();
        side_by_side(&changes, |change| self.prepare(journal, change).map_err(|source| failed(&change.path, source)))?;
        self.flush(journal)
    }

    /// Writes what a file becomes, beside it.
    fn prepare(&self, journal: &Journal, change: &Record) -> io::Result<()> {
        let place = Place::find(&self.root, &change.path, change.after.is_some())?;
        self.step("prepare")?;
        if let Some(after) = &change.after {
            journal.beside(&place, change)?.create(after.bytes()?, &place, journal.ownership(&change.path))?;
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

    fn make_group(&self, journal: &Journal, group: &Records, index: Option<&Index>) -> Result<(), Obstacle> {
        let mut made: Vec<&Record> = Vec::new();
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
    fn exchange(&self, journal: &Journal, change: &Record) -> io::Result<bool> {
        let place = Place::find(&self.root, &change.path, false)?;
        let temporary = journal.beside(&place, change)?;
        self.step("exchange")?;
        let made = self.turn(&place, &temporary, change.before.as_ref(), change.after.is_some())?;
        self.step("exchanged")?;
        Ok(made)
    }

    /// The other way round. No: somebody wrote to it since, and what they wrote is there.
    fn exchange_back(&self, journal: &Journal, change: &Record) -> io::Result<bool> {
        let place = Place::find(&self.root, &change.path, false)?;
        let temporary = journal.beside(&place, change)?;
        self.turn(&place, &temporary, change.after.as_ref(), change.before.is_some())
    }

    /// Makes what is beside a place be in it, and the other way round. `from` is what is expected there, none: no file;
    /// `fills`: there is a file beside it. No: something else was there, and is there again.
    pub(super) fn turn(
        &self,
        place: &Place,
        temporary: &Place,
        from: Option<&Content>,
        fills: bool,
    ) -> io::Result<bool> {
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
        if from.is_none() || temporary.read().is_ok_and(|taken| record::is(taken.as_deref(), from)) {
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
    fn discard_group(&self, journal: &Journal, group: &Records) -> Result<(), ChangeError> {
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
                let taken = temporary.read()?;
                if taken.is_some() && !record::is(taken.as_deref(), change.before.as_ref()) {
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

    /// The first file of a group that is not as it was.
    fn first_changed(&self, group: &Records) -> Result<Option<PathBuf>, ChangeError> {
        for change in &group.files {
            if !self.is(&change.path, change.before.as_ref())? {
                return Ok(Some(change.path.clone()));
            }
        }
        Ok(None)
    }

    /// Whether a file has a content; none: whether there is no file.
    pub(super) fn is(&self, path: &Path, content: Option<&Content>) -> Result<bool, ChangeError> {
        match Place::find(&self.root, path, false).and_then(|place| place.read()) {
            Ok(found) => Ok(record::is(found.as_deref(), content)),
            // The directory of a file that is new may have to be made.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(content.is_none()),
            Err(error) if place::became_another(&error) => Ok(false),
            Err(source) => Err(failed(path, source)),
        }
    }
}

/// Does the same with many things at once: a disk that is waited for has many waits under way.
fn side_by_side<T: Sync, R: Send>(
    things: &[T],
    act: impl Fn(&T) -> Result<R, ChangeError> + Sync,
) -> Result<Vec<R>, ChangeError> {
    let share = things.len().div_ceil(MOST_WAITS).max(FEWEST_A_THREAD);
    if things.len() <= share {
        return things.iter().map(act).collect();
    }
    let act = &act;
    thread::scope(|scope| {
        let threads: Vec<_> = things
            .chunks(share)
            .map(|chunk| scope.spawn(move || chunk.iter().map(act).collect::<Result<Vec<_>, _>>()))
            .collect();
        // All are waited for, whatever becomes of the first.
        let ends: Vec<_> = threads.into_iter().map(thread::ScopedJoinHandle::join).collect();
        let mut results = Vec::with_capacity(things.len());
        for end in ends {
            results.extend(end.unwrap_or_else(|_| Err(panicked()))?);
        }
        Ok(results)
    })
}

fn panicked() -> ChangeError {
    failed(Path::new(PENDING), io::Error::other("a thread panicked"))
}

pub(super) fn failed(path: &Path, source: io::Error) -> ChangeError {
    ChangeError::File { path: path.to_owned(), source }
}

fn paths(group: &Records) -> BTreeSet<PathBuf> {
    let files = group.files.iter().map(|change| change.path.clone());
    files.chain(group.index.iter().map(|change| change.path.clone())).collect()
}
