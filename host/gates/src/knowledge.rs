//! [`Knowledge`]: what earlier runs found out, as far as it still holds, and what this one adds.

use std::{
    collections::HashMap,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use sdlc_cache::{
    notes::{Notes, Stamp},
    results::Key,
    shelf::Shelf,
};
use sdlc_workspace::entry::{Entry, EntryKind};
use serde::{Serialize, de::DeserializeOwned};

/// A digest over parts, each with its length, so that no two lists of parts are alike.
pub(crate) fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Key {
    // At once: the hash function is slow with many small pieces.
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part);
    }
    *blake3::hash(&bytes).as_bytes()
}

/// Digest of a content that is larger than what is handed over: of its size alone.
pub(crate) fn digest_of(content: Option<&[u8]>, size: u64) -> Key {
    match content {
        Some(content) => *blake3::hash(content).as_bytes(),
        None => digest([b"too large".as_slice(), &size.to_le_bytes()]),
    }
}

/// Key of a gate's result on a file.
pub(crate) fn result_key(entry: &Entry, content: &Key) -> Key {
    let kind = match entry.kind {
        EntryKind::Regular => b"r",
        EntryKind::Executable => b"x",
        EntryKind::Symlink => b"l",
        EntryKind::BrokenSymlink => b"b",
    };
    digest([entry.path.as_bytes(), kind.as_slice(), content])
}

/// What is known of a workspace.
pub(crate) struct Knowledge<'a> {
    store: Option<&'a dyn Shelf>,
    name: String,
    notes: Notes,
    answers_changed: bool,
    started: i64,
}

impl<'a> Knowledge<'a> {
    pub(crate) fn open(store: Option<&'a dyn Shelf>, root: &Path) -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let name = format!("notes-{}", blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex());
        let notes = store.and_then(|store| store.read(&name)).map(|bytes| Notes::parse(&bytes)).unwrap_or_default();
        let started = i64::try_from(started.as_nanos()).unwrap_or(i64::MAX);
        Self { store, name, notes, answers_changed: false, started }
    }

    /// Where results are kept; none: nowhere.
    pub(crate) fn store(&self) -> Option<&'a dyn Shelf> {
        self.store
    }

    /// Digest of an entry's content, if it cannot have changed since it was read.
    pub(crate) fn digest(&self, entry: &Entry) -> Option<Key> {
        self.notes.digest(&entry.path, entry.stamp.as_ref()?)
    }

    /// An answer that a plugin gave to the same question.
    pub(crate) fn answer<T: DeserializeOwned>(&self, key: &Key) -> Option<T> {
        postcard::from_bytes(self.notes.answer(key)?).ok()
    }

    /// Keeps an answer.
    pub(crate) fn keep_answer<T: Serialize>(&mut self, key: Key, answer: &T) {
        if let Ok(bytes) = postcard::to_stdvec(answer) {
            self.notes.keep_answer(key, bytes);
            self.answers_changed = true;
        }
    }

    /// Writes what this run found out. A cache that cannot be written is no reason to fail.
    pub(crate) fn close(self, digests: HashMap<String, (Stamp, Key)>) {
        let Some(store) = self.store else { return };
        if self.answers_changed || !self.notes.same_digests(&digests) {
            let notes = self.notes.renewed(self.started, digests);
            if let Err(error) = store.write(&self.name, notes.to_bytes()) {
                tracing::warn!("{error}");
            }
        }
    }
}
