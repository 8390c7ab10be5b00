//! [`Extent`] of a look at a file, and which results of earlier ones are [`Enough`].

use sdlc_cache::results::{Key, Shard};
use sdlc_model::report::Report;

use crate::knowledge::digest;

/// Which results are good enough in which something was not looked for.
#[derive(Clone, Copy)]
pub(crate) struct Enough {
    /// Those without what fixes make void.
    pub(crate) deferred: bool,
    /// Those of files that the gate's own fixes have formatted: in the run that applied them, and in no later one, which sees for
    /// itself.
    pub(crate) skipped: bool,
}

/// How much was looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    /// What was found of the formatting may be missing, since fixes make it void.
    Deferred,
    /// The formatting was not looked at, since it is the gate's own.
    Skipped,
}

impl Extent {
    /// Key of a result of this extent.
    pub(crate) fn key(self, key: Key) -> Key {
        match self {
            Self::Whole => key,
            Self::Deferred => digest([key.as_slice(), b"deferred"]),
            Self::Skipped => digest([key.as_slice(), b"skipped"]),
        }
    }
}

/// A result that is good enough, its key, and its extent.
pub(crate) fn kept(shard: &Shard, key: Key, enough: Enough) -> Option<(Key, Report, Extent)> {
    let find = |extent: Extent| {
        let key = extent.key(key);
        Some((key, postcard::from_bytes(shard.get(&key)?).ok()?, extent))
    };
    let less = |extent, is_enough: bool| is_enough.then(|| find(extent)).flatten();
    find(Extent::Whole)
        .or_else(|| less(Extent::Skipped, enough.skipped))
        .or_else(|| less(Extent::Deferred, enough.deferred))
}
