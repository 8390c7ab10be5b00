//! [`Shelf`]: where results are kept for the next time: in a [`Store`], or in [`Memory`] where that is within one command.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;

use crate::store::{Store, StoreError};

/// Keeps contents by name.
pub trait Shelf: Send + Sync {
    /// A content, if it is there.
    fn read(&self, name: &str) -> Option<Bytes>;

    /// Keeps a content in place of what has its name.
    ///
    /// # Errors
    /// Where it cannot be written; what was there before is still there.
    fn write(&self, name: &str, content: Vec<u8>) -> Result<(), StoreError>;

    /// Notes that a content was of use, so that it is among the last to go.
    fn touch(&self, name: &str);

    /// Removes what was not of use for longest until the rest is within `bytes`.
    fn evict(&self, bytes: u64);
}

impl Shelf for Store {
    fn read(&self, name: &str) -> Option<Bytes> {
        Self::read(self, name).map(Bytes::from)
    }

    fn write(&self, name: &str, content: Vec<u8>) -> Result<(), StoreError> {
        Self::write(self, name, &content)
    }

    fn touch(&self, name: &str) {
        Self::touch(self, name);
    }

    fn evict(&self, bytes: u64) {
        Self::evict(self, bytes);
    }
}

/// As long as it lives, and all of it.
#[derive(Debug, Default)]
pub struct Memory(Mutex<HashMap<String, Bytes>>);

impl Memory {
    fn contents(&self) -> MutexGuard<'_, HashMap<String, Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf for Memory {
    fn read(&self, name: &str) -> Option<Bytes> {
        self.contents().get(name).cloned()
    }

    fn write(&self, name: &str, content: Vec<u8>) -> Result<(), StoreError> {
        self.contents().insert(name.to_owned(), content.into());
        Ok(())
    }

    fn touch(&self, _name: &str) {}

    fn evict(&self, _bytes: u64) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_content_of_a_name_is_the_one_that_is_read() {
        let memory = Memory::default();
        assert_eq!(memory.read("a"), None);
        memory.write("a", vec![1]).unwrap();
        memory.write("a", vec![2]).unwrap();
        memory.evict(0);
        assert_eq!(memory.read("a"), Some(Bytes::from_static(&[2])));
    }
}
