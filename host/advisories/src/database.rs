//! [`Database`]: looks packages and ids up. Reads what it needs of the file, and keeps none of it.

use std::{
    fs::File,
    io,
    os::unix::fs::{FileExt, MetadataExt},
    path::{Path, PathBuf},
};

use sdlc_model::advisory::{Advisory, Ecosystem};

use crate::{
    error::DatabaseError,
    format::{
        Contents, ENTRY_BYTES, Entry, HEADER_BYTES, Header, Key, Record, SLOT_BYTES, Slot, bucket, check, check_bucket,
    },
    name::normalized,
};

type Result<T> = std::result::Result<T, DatabaseError>;

/// Name of the file in the state directory.
pub const FILE_NAME: &str = "advisories.db";

/// A database that is open.
#[derive(Debug)]
pub struct Database {
    path: PathBuf,
    file: File,
    size: u64,
    header: Header,
    contents: Contents,
}

/// An advisory, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// As OSV names it.
    pub ecosystem: String,
    /// Normalised.
    pub package: String,
    /// The advisory.
    pub advisory: Advisory,
}

impl Database {
    /// Opens a database.
    ///
    /// # Errors
    /// Where there is none, or it is not as it was written.
    pub fn open(path: &Path) -> Result<Self> {
        let io = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => DatabaseError::Missing(path.to_owned()),
            _ => DatabaseError::Io { path: path.to_owned(), source },
        };
        let file = File::open(path).map_err(io)?;
        let metadata = file.metadata().map_err(io)?;
        let broken = |reason: &str| DatabaseError::Broken { path: path.to_owned(), reason: reason.to_owned() };
        if !metadata.is_file() {
            return Err(broken("it is no file"));
        }
        let size = metadata.size();
        let header = part(&file, path, size, 0, HEADER_BYTES as u64)?;
        let header = Header::read(&header).map_err(broken)?;
        let contents = part(&file, path, size, header.contents, header.contents_length)?;
        if blake3::hash(&contents) != blake3::Hash::from_bytes(header.contents_digest) {
            return Err(broken("its list of contents was changed"));
        }
        let contents = serde_json::from_slice(&contents).map_err(|error| broken(&error.to_string()))?;
        Ok(Self { path: path.to_owned(), file, size, header, contents })
    }

    /// What there is, sorted by name.
    pub fn ecosystems(&self) -> Vec<Ecosystem> {
        self.contents.ecosystems.clone()
    }

    /// Bytes of the file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Advisories about a package, sorted by id.
    ///
    /// # Errors
    /// Where the file is broken.
    pub fn find(&self, ecosystem: &str, name: &str) -> Result<Vec<Advisory>> {
        let name = normalized(ecosystem, name);
        let records = self.records(Key::Package, Key::of_package(ecosystem, &name))?;
        let records = records.into_iter().filter(|record| record.ecosystem == ecosystem && record.name == name);
        let mut found: Vec<_> = records.map(|record| record.advisory).collect();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(found)
    }

    /// All that an id or alias is about, in any case of its letters.
    ///
    /// # Errors
    /// Where the file is broken.
    pub fn find_id(&self, id: &str) -> Result<Vec<Match>> {
        let is = |known: &str| known.eq_ignore_ascii_case(id);
        let records = self.records(Key::Id, Key::of_id(id))?;
        let records = records
            .into_iter()
            .filter(|record| is(&record.advisory.id) || record.advisory.aliases.iter().any(|alias| is(alias)));
        let mut found: Vec<_> = records
            .map(|record| Match { ecosystem: record.ecosystem, package: record.name, advisory: record.advisory })
            .collect();
        found.sort_by(|a, b| {
            (&a.advisory.id, &a.ecosystem, &a.package).cmp(&(&b.advisory.id, &b.ecosystem, &b.package))
        });
        Ok(found)
    }

    /// Hands every record over, one after the other.
    pub(crate) fn all<E: From<DatabaseError>>(
        &self,
        mut each: impl FnMut(Record) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let bits = u32::try_from(self.header.bits).unwrap_or(32);
        for number in 0..1u64 << bits {
            for entry in self.bucket(number)? {
                if entry.key == Key::Package {
                    each(self.record(&entry)?)?;
                }
            }
        }
        Ok(())
    }

    fn records(&self, key: Key, hash: u64) -> Result<Vec<Record>> {
        let number = bucket(hash, u32::try_from(self.header.bits).unwrap_or(32));
        let entries = self.bucket(number)?.into_iter().filter(|entry| entry.key == key && entry.hash == hash);
        entries.map(|entry| self.record(&entry)).collect()
    }

    fn bucket(&self, number: u64) -> Result<Vec<Entry>> {
        let at = number.checked_mul(SLOT_BYTES as u64).and_then(|at| at.checked_add(self.header.table));
        let at = at.ok_or_else(|| self.broken("its index makes no sense"))?;
        let slot = part(&self.file, &self.path, self.size, at, SLOT_BYTES as u64)?;
        let slot = Slot::read(&slot).ok_or_else(|| self.broken("its index makes no sense"))?;
        let bytes = part(&self.file, &self.path, self.size, slot.offset, slot.length.into())?;
        if check_bucket(number, &bytes) != slot.check {
            return Err(self.broken("its index was changed"));
        }
        let entries: Option<Vec<_>> = bytes.chunks(ENTRY_BYTES).map(Entry::read).collect();
        entries.ok_or_else(|| self.broken("its index makes no sense"))
    }

    fn record(&self, entry: &Entry) -> Result<Record> {
        let bytes = part(&self.file, &self.path, self.size, entry.offset, entry.length.into())?;
        if check(&bytes) != entry.check {
            return Err(self.broken("an advisory was changed"));
        }
        serde_json::from_slice(&bytes).map_err(|error| self.broken(&error.to_string()))
    }

    fn broken(&self, reason: &str) -> DatabaseError {
        DatabaseError::Broken { path: self.path.clone(), reason: reason.to_owned() }
    }
}

/// Bytes of the file. What is said to be beyond its end is not even asked for, so that nothing is made room for.
fn part(file: &File, path: &Path, size: u64, offset: u64, length: u64) -> Result<Vec<u8>> {
    let truncated = || DatabaseError::Broken { path: path.to_owned(), reason: "it ends too early".to_owned() };
    let end = offset.checked_add(length).ok_or_else(truncated)?;
    let length = usize::try_from(length).map_err(|_| truncated())?;
    if end > size {
        return Err(truncated());
    }
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, offset).map_err(|source| match source.kind() {
        io::ErrorKind::UnexpectedEof => truncated(),
        _ => DatabaseError::Io { path: path.to_owned(), source },
    })?;
    Ok(bytes)
}
