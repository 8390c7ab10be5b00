//! [`Notes`]: what earlier runs know of one workspace, so that a run on an unchanged tree reads no file
//! and starts no plugin: digests by file stamp, and small answers of plugins by key.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::results::Key;

/// Answers that are kept a workspace.
const MOST_ANSWERS: usize = 256;

/// What tells that a file was not written since. All times are in nanoseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Last change of the content.
    pub modified: i64,
    /// Last change of content or attributes; unlike `modified`, no program can set it.
    pub changed: i64,
    /// Number of the file in its file system.
    pub inode: u64,
    /// File system.
    pub device: u64,
}

/// What is known of one workspace.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Notes {
    /// Latest time at which a file may have been changed and yet have the stamp it has here.
    taken: i64,
    digests: HashMap<String, (Stamp, Key)>,
    answers: HashMap<Key, Vec<u8>>,
    /// Keys of `answers`, oldest first.
    order: VecDeque<Key>,
}

impl Notes {
    /// Notes from their bytes; empty ones where they are none.
    pub fn parse(bytes: &[u8]) -> Self {
        postcard::from_bytes(bytes).unwrap_or_default()
    }

    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// Digest of a file whose content cannot have changed since it was noted.
    ///
    /// A file that was changed at about the time when the notes were taken may have changed again within the
    /// resolution of the file system's clock (git calls such entries racy), so it is read again.
    pub fn digest(&self, path: &str, stamp: &Stamp) -> Option<Key> {
        let (noted, digest) = self.digests.get(path)?;
        (noted == stamp && stamp.changed < self.taken && stamp.modified < self.taken).then_some(*digest)
    }

    /// Notes for the next run. `started` is when this run began to look at files.
    #[must_use]
    pub fn renewed(self, started: i64, digests: HashMap<String, (Stamp, Key)>) -> Self {
        Self { taken: started.saturating_sub(CLOCK_RESOLUTION), digests, ..self }
    }

    /// Whether the digests are the same as those of an earlier run, so that nothing needs to be written.
    pub fn same_digests(&self, digests: &HashMap<String, (Stamp, Key)>) -> bool {
        self.digests.len() == digests.len()
            && digests.iter().all(|(path, (stamp, _))| self.digest(path, stamp).is_some())
    }

    /// An answer that a plugin gave.
    pub fn answer(&self, key: &Key) -> Option<&[u8]> {
        self.answers.get(key).map(Vec::as_slice)
    }

    /// Keeps an answer; the oldest ones go.
    pub fn keep_answer(&mut self, key: Key, answer: Vec<u8>) {
        if self.answers.insert(key, answer).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > MOST_ANSWERS {
            if let Some(oldest) = self.order.pop_front() {
                self.answers.remove(&oldest);
            }
        }
    }
}

/// Twice the two seconds of FAT, the coarsest clock of a file system in use, is not needed: 20 ms covers
/// the kernel's tick, and coarser file systems round down, below `taken`.
const CLOCK_RESOLUTION: i64 = 20_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    fn stamp(changed: i64) -> Stamp {
        Stamp { size: 1, modified: changed, changed, inode: 1, device: 1 }
    }

    fn notes(stamp: Stamp, started: i64) -> Notes {
        Notes::default().renewed(started, HashMap::from([("a".to_owned(), (stamp, [1; 32]))]))
    }

    #[test]
    fn an_unchanged_file_is_known() {
        let stamp = stamp(SECOND);
        assert_eq!(notes(stamp, 2 * SECOND).digest("a", &stamp), Some([1; 32]));
    }

    #[test]
    fn a_file_with_another_stamp_is_not_known() {
        let noted = stamp(SECOND);
        let notes = notes(noted, 2 * SECOND);
        for other in [
            Stamp { size: 2, ..noted },
            Stamp { modified: 2, ..noted },
            Stamp { changed: 2, ..noted },
            Stamp { inode: 2, ..noted },
            Stamp { device: 2, ..noted },
        ] {
            assert_eq!(notes.digest("a", &other), None);
        }
    }

    #[test]
    fn a_file_that_changed_while_the_notes_were_taken_is_read_again() {
        let racy = stamp(2 * SECOND - 1_000_000);
        assert_eq!(notes(racy, 2 * SECOND).digest("a", &racy), None);
    }

    #[test]
    fn answers_are_bounded() {
        let mut notes = Notes::default();
        for index in 0..=u16::try_from(MOST_ANSWERS).unwrap() {
            let mut key = [0; 32];
            key[..2].copy_from_slice(&index.to_le_bytes());
            notes.keep_answer(key, vec![1]);
        }
        assert_eq!(notes.answer(&[0; 32]), None);
        assert_eq!(notes.answers.len(), MOST_ANSWERS);
    }

    #[test]
    fn notes_survive_being_written() {
        let stamp = stamp(SECOND);
        let again = Notes::parse(&notes(stamp, 2 * SECOND).to_bytes());
        assert_eq!(again.digest("a", &stamp), Some([1; 32]));
        assert_eq!(Notes::parse(b"nonsense").digest("a", &stamp), None);
    }
}
