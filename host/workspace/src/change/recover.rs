//! [`Changer::recover`] and [`Changer::undo`]: taking a set back.

use std::{io, path::PathBuf};

use super::{
    Change, ChangeError, ChangeSet, Changer, Group, LeftAlone, TakenBack,
    apply::{CHANGED, failed},
    journal::{self, Journal, LAST, PENDING},
    place::{self, Place},
    record::{self, Content, Record, Records},
};
use crate::index::{Index, IndexChange};

impl Changer {
    /// Takes back a set that was interrupted; none: none was.
    ///
    /// # Errors
    /// Where the journal is broken, or a file cannot be written; the journal is kept then.
    pub fn recover(&self, index: Option<&Index>) -> Result<Option<TakenBack>, ChangeError> {
        let taken_back = if let Some(journal) = Journal::read(&self.journal, PENDING)? {
            let left_alone = self.take_back(&journal, index)?;
            Some(taken_back(journal, left_alone))
        } else if let Some(journal) = Journal::unsettled(&self.journal)? {
            self.discard(&journal)?;
            Some(taken_back(journal, Vec::new()))
        } else {
            None
        };
        journal::close(&self.journal)?;
        Ok(taken_back)
    }

    /// Removes what was written beside the files of a set of which none was exchanged.
    fn discard(&self, journal: &Journal) -> Result<(), ChangeError> {
        for change in journal.changes() {
            let discard = || {
                self.step("discard")?;
                match journal.place(&self.root, change) {
                    // Its directory was not made yet.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                    place => place?.discard(),
                }
            };
            discard().map_err(|source| failed(&change.path, source))?;
        }
        Ok(())
    }

    /// Takes back the last set that was applied; none: there is none. What was changed since is left alone, and can be
    /// taken back later.
    ///
    /// # Errors
    /// As [`Changer::apply`].
    pub fn undo(&self, index: Option<&Index>) -> Result<Option<TakenBack>, ChangeError> {
        let Some(journal) = Journal::read(&self.journal, LAST)? else { return Ok(None) };
        let (mut groups, mut left_alone) = (Vec::new(), Vec::new());
        for group in &journal.groups {
            // An undo that was killed at its very end has done it already.
            if self.is_undone(group, index)? {
                continue;
            }
            match self.reversed(group)? {
                Ok(group) => groups.push(group),
                Err(path) => left_alone.push(LeftAlone { path, reason: CHANGED.to_owned() }),
            }
        }
        let set = ChangeSet { what: format!("undo of {}", journal.what), groups };
        // Under a name of its own: the last set is needed until this is done.
        let applied = self.apply_as(set, index, UNDONE, journal.ownership.clone())?;
        journal::remove(&self.journal, UNDONE)?;
        left_alone.extend(applied.left_alone);
        let left: Vec<_> = left_alone.iter().map(|left| &left.path).collect();
        let concerned = |group: &Records| {
            let files = group.files.iter().map(|change| &change.path);
            files.chain(group.index.iter().map(|change| &change.path)).any(|path| left.contains(&path))
        };
        let Journal { what, begun, id, groups, ownership } = journal;
        let groups: Vec<_> = groups.into_iter().filter(concerned).collect();
        if groups.is_empty() {
            journal::remove(&self.journal, LAST)?;
        } else {
            let rest = Journal { what: what.clone(), begun, id, groups, ownership };
            rest.write(&self.journal, LAST)?;
        }
        Ok(Some(TakenBack { what, begun, restored: applied.changed, left_alone }))
    }

    /// The group the other way round, or else the file of it that is not as the group made it.
    fn reversed(&self, records: &Records) -> Result<Result<Group, PathBuf>, ChangeError> {
        let mut files = Vec::new();
        for record in records.files.iter().rev() {
            let failed = |source| failed(&record.path, source);
            let found = match Place::find(&self.root, &record.path, false).and_then(|place| place.read()) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) if place::became_another(&error) => return Ok(Err(record.path.clone())),
                found => found.map_err(failed)?,
            };
            if !record::is(found.as_deref(), record.after.as_ref()) {
                return Ok(Err(record.path.clone()));
            }
            let after = record.before.as_ref().map(Content::bytes).transpose().map_err(failed)?;
            files.push(Change { path: record.path.clone(), before: found.map(Into::into), after: after.cloned() });
        }
        let index = records.index.iter().map(IndexChange::reversed).collect();
        Ok(Ok(Group { files, index }))
    }

    fn is_undone(&self, group: &Records, index: Option<&Index>) -> Result<bool, ChangeError> {
        for change in &group.files {
            if !self.is(&change.path, change.before.as_ref())? {
                return Ok(false);
            }
        }
        let staged = index.map(|index| index.first_changed(&group.index)).transpose().map_err(ChangeError::Index)?;
        Ok(staged.flatten().is_none())
    }

    /// Gives what is neither as it was before nor as the set would have it.
    pub(super) fn take_back(&self, journal: &Journal, index: Option<&Index>) -> Result<Vec<LeftAlone>, ChangeError> {
        let mut left_alone = Vec::new();
        for group in journal.groups.iter().rev() {
            if let (Some(index), false) = (index, group.index.is_empty()) {
                index.change_back(&group.index).map_err(ChangeError::Index)?;
            }
            for change in group.files.iter().rev() {
                let restored = self.restore(journal, change).map_err(|source| failed(&change.path, source))?;
                if !restored {
                    left_alone.push(LeftAlone { path: change.path.clone(), reason: CHANGED.to_owned() });
                }
            }
        }
        Ok(left_alone)
    }

    /// No: it is neither as it was nor as the set would have it.
    fn restore(&self, journal: &Journal, change: &Record) -> io::Result<bool> {
        let place = match Place::find(&self.root, &change.path, false) {
            Ok(place) => place,
            // Its directory is not there, or was not made yet.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(change.before.is_none()),
            Err(error) => return Err(error),
        };
        let temporary = journal.place(&self.root, change)?;
        let (current, taken) = (place.read()?, temporary.read()?);
        self.step("restore")?;
        let is = |found: &Option<Vec<u8>>, content: &Option<Content>| record::is(found.as_deref(), content.as_ref());
        let restored = if is(&current, &change.before) {
            true
        } else if is(&current, &change.after) {
            self.put_back(journal, change, &place, &temporary, taken.as_deref())?
        } else if taken.is_some() && !is(&taken, &change.before) && !is(&taken, &change.after) {
            // Both are somebody else's.
            return Ok(false);
        } else {
            false
        };
        temporary.discard()?;
        place.sync()?;
        self.step("restored")?;
        Ok(restored)
    }

    /// No: somebody wrote to it this moment, and what they wrote is there.
    fn put_back(
        &self,
        journal: &Journal,
        change: &Record,
        place: &Place,
        temporary: &Place,
        taken: Option<&[u8]>,
    ) -> io::Result<bool> {
        let after = change.after.as_ref();
        // What was taken away is what goes back, be it what the change was made from or what somebody wrote since.
        if taken.is_some() && !record::is(taken, after) {
            return self.turn(place, temporary, after, true);
        }
        temporary.remove()?;
        if let Some(before) = &change.before {
            temporary.create(before.bytes()?, place, journal.ownership(&change.path))?;
            temporary.flush()?;
        }
        self.turn(place, temporary, after, change.before.is_some())
    }
}

const UNDONE: &str = "undone";

fn taken_back(journal: Journal, left_alone: Vec<LeftAlone>) -> TakenBack {
    let left: Vec<_> = left_alone.iter().map(|left| &left.path).collect();
    let paths = journal.groups.iter().flat_map(|group| {
        let files = group.files.iter().map(|change| change.path.clone());
        files.chain(group.index.iter().map(|change| change.path.clone()))
    });
    let mut restored: Vec<_> = paths.filter(|path| !left.contains(&path)).collect();
    restored.sort();
    restored.dedup();
    TakenBack { what: journal.what, begun: journal.begun, restored, left_alone }
}
