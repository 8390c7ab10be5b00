//! [`Record`]: a change as the journal keeps it, with what a file was, and what tells what it became.

use std::{io, path::PathBuf};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Change, Group};
use crate::index::IndexChange;

/// A file, before and after.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    #[serde(with = "super::path_bytes")]
    pub(crate) path: PathBuf,
    pub(crate) before: Option<Content>,
    pub(crate) after: Option<Content>,
}

/// Records of a group.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Records {
    pub(crate) files: Vec<Record>,
    pub(crate) index: Vec<IndexChange>,
}

/// What is in a file, or only what tells it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Content {
    length: u64,
    digest: [u8; blake3::OUT_LEN],
    #[serde(skip)]
    bytes: Option<Bytes>,
}

impl Content {
    fn of(bytes: &Bytes) -> Self {
        Self { length: bytes.len() as u64, digest: *blake3::hash(bytes).as_bytes(), bytes: Some(bytes.clone()) }
    }

    /// # Errors
    /// Where it is not at hand.
    pub(crate) fn bytes(&self) -> io::Result<&Bytes> {
        self.bytes.as_ref().ok_or_else(|| io::Error::other("only its digest is known"))
    }

    pub(crate) fn is(&self, found: &[u8]) -> bool {
        match &self.bytes {
            Some(bytes) => *bytes == *found,
            None => self.length == found.len() as u64 && *blake3::hash(found).as_bytes() == self.digest,
        }
    }

    /// Takes it from the front of what follows a journal's head. No: it is something else.
    pub(super) fn take_from(&mut self, rest: &mut &[u8]) -> bool {
        let split = usize::try_from(self.length).ok().and_then(|length| rest.split_at_checked(length));
        let Some((bytes, others)) = split.filter(|(bytes, _)| self.is(bytes)) else { return false };
        (self.bytes, *rest) = (Some(Bytes::copy_from_slice(bytes)), others);
        true
    }
}

/// Whether a file has this content; none: whether there is no file.
pub(crate) fn is(found: Option<&[u8]>, content: Option<&Content>) -> bool {
    match (found, content) {
        (Some(found), Some(content)) => content.is(found),
        (found, content) => found.is_none() && content.is_none(),
    }
}

impl Records {
    pub(crate) fn of(group: &Group) -> Self {
        let record = |change: &Change| Record {
            path: change.path.clone(),
            before: change.before.as_ref().map(Content::of),
            after: change.after.as_ref().map(Content::of),
        };
        Self { files: group.files.iter().map(record).collect(), index: group.index.clone() }
    }
}
