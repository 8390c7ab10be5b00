//! [`heal`]: applies the fixes of findings until nothing is left to fix, and keeps of it what helped.
//!
//! In rounds: of each file all fixes that do not overlap are applied, and the gates run again on what was changed. Where
//! there is more to complain about than before, and no fix for it, half of the fixes are tried, until the one that does harm
//! is found; it is left out. What is left is judged by all gates, on all files: once more, or in the last round.

pub(crate) mod candidate;
pub(crate) mod counts;
mod edited;
mod first;
mod group;
mod round;
pub(crate) mod verdict;

#[cfg(test)]
pub(crate) mod tests;

mod splice;

use std::{
    collections::{BTreeSet, HashSet},
    io,
    sync::Arc,
};

use sdlc_model::{outcome::RunOutcome, repair::Refusal};
use sdlc_workspace::{
    entry::{Entry, FileSet},
    overlay::Overlay,
    reader::Reader,
};

use crate::work::Work;

use self::{
    candidate::{Eligible, last_rules},
    first::First,
    round::Rounds,
};

/// A file that is larger is not healed.
const LARGEST: u64 = 64 << 20;

/// What is asked of the gates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Only plugins that judge file by file.
    Files,
    /// All of them, on all files.
    Whole,
}

/// Runs the gates on files as they would be.
pub type Check<'a, E> = dyn Fn(&Arc<FileSet>, &Overlay, Look) -> Result<RunOutcome, E> + 'a;

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Also those that may change what the program means.
    pub unsafe_fixes: bool,
}

/// Fixes of one rule that were applied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixed {
    /// Files that they are in, sorted.
    pub paths: Vec<String>,
    /// The gate.
    pub gate: String,
    /// The rule.
    pub rule: String,
}

/// What it came to.
#[derive(Clone, Debug)]
pub struct Healed {
    /// What all gates say of the files as they would be.
    pub outcome: RunOutcome,
    /// What has to be written for that.
    pub work: Work,
    /// What was applied, one entry a fix.
    pub fixed: Vec<Fixed>,
    /// What was not, and why.
    pub refused: Vec<Refusal>,
}

/// The files at hand, and a way to check them as they would be.
pub struct Patient<'a, E> {
    /// As they are.
    pub files: &'a Arc<FileSet>,
    /// Reads them.
    pub reader: &'a Reader,
    /// Runs the gates.
    pub check: &'a Check<'a, E>,
}

impl<E> Patient<'_, E> {
    /// Content of a file as it is; an error where it is not what the gates saw.
    pub(crate) fn read(&self, entry: &Entry) -> io::Result<Vec<u8>> {
        content(entry, self.reader)
    }
}

/// Content of a file as it is; an error where it is not what the gates saw.
fn content(entry: &Entry, reader: &Reader) -> io::Result<Vec<u8>> {
    let content = reader.read(entry, LARGEST)?;
    if content.stamp.is_some() && content.stamp != entry.stamp {
        return Err(io::Error::other("it was changed meanwhile"));
    }
    content.bytes.ok_or_else(|| io::Error::other("it is larger than 64 MiB"))
}

/// Applies fixes to what a run found, whether or not what they make void was left out of it.
///
/// # Errors
/// What the check says.
pub fn heal<E>(before: RunOutcome, patient: &Patient<'_, E>, options: Options) -> Result<Healed, E> {
    let eligible = Eligible {
        files: patient.files,
        unsafe_fixes: options.unsafe_fixes,
        last: last_rules(&before),
        excluded: HashSet::new(),
    };
    let mut rounds = Rounds::new(patient, eligible, First::new(before));
    if let Some(interrupted) = rounds.run()? {
        return Ok(Healed::nothing(interrupted));
    }
    rounds.drop_what_did_not_help()?;
    verified(rounds)
}

/// What all gates say of it; what they object to is dropped.
fn verified<E>(mut rounds: Rounds<'_, '_, E>) -> Result<Healed, E> {
    let patient = rounds.patient;
    while !rounds.overlay.is_empty() {
        let outcome = rounds.whole()?;
        if outcome.interrupted {
            return Ok(Healed::nothing(outcome));
        }
        let mut objections = rounds.first.objections(&outcome);
        if !objections.is_empty() && rounds.first.complete(patient)? {
            objections = rounds.first.objections(&outcome);
        }
        if objections.is_empty() {
            return Ok(rounds.healed(outcome));
        }
        let changed: BTreeSet<_> = rounds.overlay.iter().map(|(path, _)| path.to_owned()).collect();
        let named: Vec<_> = objections.iter().filter(|objection| changed.contains(&objection.path)).collect();
        if named.is_empty() {
            // It cannot be told which file it is.
            let reason = objections.first().map_or_else(String::new, |objection| objection.reason.clone());
            changed.iter().for_each(|path| rounds.drop_with(path, &reason));
        }
        for objection in named {
            rounds.drop_with(&objection.path, &objection.reason);
        }
    }
    let outcome = rounds.first.told(patient)?;
    Ok(rounds.healed(outcome))
}

impl Healed {
    /// Nothing is changed.
    fn nothing(outcome: RunOutcome) -> Self {
        Self { outcome, work: Work::default(), fixed: Vec::new(), refused: Vec::new() }
    }
}
