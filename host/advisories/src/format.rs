//! The file: a header, records, buckets of an index, the table of buckets, and what there is as a whole.
//!
//! | part | what it has |
//! | --- | --- |
//! | header | magic, where the rest is, digest of the last part, digest of the header |
//! | records | [`Record`]s in JSON, one behind the other: an advisory, as far as it is about one package |
//! | buckets | [`Entry`]s: of all keys whose hash begins with the bucket's number |
//! | table | [`Slot`]s: where each bucket is, the empty ones included |
//! | contents | [`Contents`] in JSON |
//!
//! Everything is found by way of something that has its digest, and a key that is not there is known by its bucket. So a
//! changed byte is an error wherever it is, and never an advisory less. Numbers are little-endian.

use sdlc_model::advisory::{Advisory, Ecosystem};
use serde::{Deserialize, Serialize};

/// The last byte is the version.
const MAGIC: [u8; 8] = *b"sdlcadv\x01";
const NAME: &[u8] = b"sdlcadv";
pub(crate) const HEADER_BYTES: usize = 8 + 4 * 8 + 2 * DIGEST_BYTES;
pub(crate) const ENTRY_BYTES: usize = 1 + 8 + 8 + 4 + CHECK_BYTES;
pub(crate) const SLOT_BYTES: usize = 8 + 4 + CHECK_BYTES;
const DIGEST_BYTES: usize = blake3::OUT_LEN;
const CHECK_BYTES: usize = 16;

/// The first half of a digest: against accidents, not against attackers, who could write the whole file anew.
pub(crate) type Check = [u8; CHECK_BYTES];

pub(crate) fn check(bytes: &[u8]) -> Check {
    first(blake3::hash(bytes))
}

/// Of the bucket of this number: what is another bucket's is none of its own.
pub(crate) fn check_bucket(number: u64, bytes: &[u8]) -> Check {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&number.to_le_bytes()).update(bytes);
    first(hasher.finalize())
}

fn first(hash: blake3::Hash) -> Check {
    let mut check = Check::default();
    check.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    check
}

/// An advisory, as far as it is about one package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) ecosystem: String,
    /// Normalised.
    pub(crate) name: String,
    /// Seconds since the start of 1970.
    pub(crate) modified: i64,
    pub(crate) advisory: Advisory,
}

/// What there is as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contents {
    pub(crate) ecosystems: Vec<Ecosystem>,
    pub(crate) records: u64,
}

/// What a record is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// Ecosystem and name.
    Package = 0,
    /// Id or alias.
    Id = 1,
}

impl Key {
    pub(crate) fn of_package(ecosystem: &str, name: &str) -> u64 {
        Self::hash(Self::Package, &[ecosystem, name])
    }

    pub(crate) fn of_id(id: &str) -> u64 {
        Self::hash(Self::Id, &[&id.to_ascii_uppercase()])
    }

    fn hash(self, parts: &[&str]) -> u64 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[self as u8]);
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        let mut bytes = [0; 8];
        hasher.finalize_xof().fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

/// The bucket of a hash; `bits` are as many as number the buckets.
pub(crate) fn bucket(hash: u64, bits: u32) -> u64 {
    hash.checked_shr(64 - bits).unwrap_or(0)
}

/// Where a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) hash: u64,
    pub(crate) offset: u64,
    pub(crate) length: u32,
    pub(crate) check: Check,
}

/// Where a bucket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) offset: u64,
    pub(crate) length: u32,
    pub(crate) check: Check,
}

/// Where everything is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Where the table of buckets begins.
    pub(crate) table: u64,
    /// There are two to the power of this many buckets.
    pub(crate) bits: u64,
    /// Where the contents begin.
    pub(crate) contents: u64,
    pub(crate) contents_length: u64,
    pub(crate) contents_digest: [u8; DIGEST_BYTES],
}

impl Entry {
    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        to.push(self.key as u8);
        to.extend_from_slice(&self.hash.to_le_bytes());
        to.extend_from_slice(&self.offset.to_le_bytes());
        to.extend_from_slice(&self.length.to_le_bytes());
        to.extend_from_slice(&self.check);
    }

    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes);
        let key = match bytes.take::<1>()? {
            [0] => Key::Package,
            [1] => Key::Id,
            _ => return None,
        };
        Some(Self { key, hash: bytes.long()?, offset: bytes.long()?, length: bytes.int()?, check: bytes.take()? })
    }
}

impl Slot {
    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.offset.to_le_bytes());
        to.extend_from_slice(&self.length.to_le_bytes());
        to.extend_from_slice(&self.check);
    }

    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes);
        Some(Self { offset: bytes.long()?, length: bytes.int()?, check: bytes.take()? })
    }
}

impl Header {
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for number in [self.table, self.bits, self.contents, self.contents_length] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.contents_digest);
        let digest = blake3::hash(&bytes);
        bytes.extend_from_slice(digest.as_bytes());
        bytes
    }

    /// Of the first bytes of a file, or what is wrong with them.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        let (signed, digest) = bytes.split_last_chunk::<DIGEST_BYTES>().ok_or("it ends too early")?;
        let mut rest = Bytes(signed);
        let magic: [u8; 8] = rest.take().ok_or("it ends too early")?;
        if !magic.starts_with(NAME) {
            return Err("it is something else");
        }
        if magic != MAGIC {
            return Err("it was written by another version of `sdlc`");
        }
        if blake3::hash(signed) != blake3::Hash::from_bytes(*digest) {
            return Err("its header was changed");
        }
        let mut header = || {
            Some(Self {
                table: rest.long()?,
                bits: rest.long().filter(|bits| *bits <= 32)?,
                contents: rest.long()?,
                contents_length: rest.long()?,
                contents_digest: rest.take()?,
            })
        };
        header().ok_or("its header makes no sense")
    }
}

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn long(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    fn int(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }
}
