//! [`Writer`]: writes a database. Of an advisory that comes twice, the one that was modified last stays.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
};

use sdlc_model::advisory::Ecosystem;

use crate::{
    format::{Contents, ENTRY_BYTES, Entry, HEADER_BYTES, Header, Key, Record, Slot, bucket, check, check_bucket},
    osv::Parsed,
};

/// Entries of a bucket, on average at most.
const ENTRIES_PER_BUCKET: u64 = 16;

pub(crate) struct Writer {
    file: BufWriter<File>,
    offset: u64,
    entries: Vec<(u32, Entry)>,
    /// By the digest of the id, which is smaller than the id.
    known: HashMap<u128, Known>,
    /// Which ecosystems each advisory is about.
    about: Vec<(u32, u32)>,
    ecosystems: Vec<String>,
}

/// What is known of an id.
struct Known {
    modified: i64,
    /// Number of the advisory that counts.
    number: u32,
}

impl Writer {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let mut file = BufWriter::new(file);
        file.write_all(&[0; HEADER_BYTES])?;
        Ok(Self {
            file,
            offset: HEADER_BYTES as u64,
            entries: Vec::new(),
            known: HashMap::new(),
            about: Vec::new(),
            ecosystems: Vec::new(),
        })
    }

    /// Adds an advisory, unless a newer one of the same id is there.
    pub(crate) fn add(&mut self, parsed: &Parsed) -> io::Result<()> {
        let Some(number) = self.number(&parsed.id, parsed.modified) else { return Ok(()) };
        for record in &parsed.records {
            self.write(number, record)?;
        }
        Ok(())
    }

    /// Adds a part of an advisory of an earlier database, unless a source had it, as new or newer.
    pub(crate) fn keep(&mut self, record: &Record, kept: &mut HashMap<u128, u32>) -> io::Result<()> {
        let digest = digest(&record.advisory.id);
        let number = match kept.get(&digest) {
            Some(number) => *number,
            None => {
                if self.known.get(&digest).is_some_and(|known| known.modified >= record.modified) {
                    return Ok(());
                }
                let Some(number) = self.number(&record.advisory.id, record.modified) else { return Ok(()) };
                kept.insert(digest, number);
                number
            }
        };
        self.write(number, record)
    }

    /// The number of an advisory that counts from now on; none: there is one that was modified later.
    fn number(&mut self, id: &str, modified: i64) -> Option<u32> {
        let digest = digest(id);
        if self.known.get(&digest).is_some_and(|known| known.modified > modified) {
            return None;
        }
        let number = u32::try_from(self.about.len()).ok()?;
        self.about.push((number, u32::MAX));
        self.known.insert(digest, Known { modified, number });
        Some(number)
    }

    fn write(&mut self, number: u32, record: &Record) -> io::Result<()> {
        let bytes = serde_json::to_vec(record)?;
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.file.write_all(&bytes)?;
        let entry = |key, hash| Entry { key, hash, offset: self.offset, length, check: check(&bytes) };
        let advisory = &record.advisory;
        self.entries.push((number, entry(Key::Package, Key::of_package(&record.ecosystem, &record.name))));
        for id in std::iter::once(&advisory.id).chain(advisory.aliases.iter().filter(|alias| **alias != advisory.id)) {
            self.entries.push((number, entry(Key::Id, Key::of_id(id))));
        }
        self.offset += u64::from(length);
        let ecosystem = self.ecosystem(&record.ecosystem);
        self.about.push((number, ecosystem));
        Ok(())
    }

    fn ecosystem(&mut self, name: &str) -> u32 {
        let known = self.ecosystems.iter().position(|known| known == name);
        let index = known.unwrap_or_else(|| {
            self.ecosystems.push(name.to_owned());
            self.ecosystems.len() - 1
        });
        index as u32
    }

    /// Number of advisories of each ecosystem that count.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        let alive: std::collections::HashSet<u32> = self.known.values().map(|known| known.number).collect();
        let mut about: Vec<_> = self.about.iter().filter(|(number, _)| alive.contains(number)).copied().collect();
        about.sort_unstable();
        about.dedup();
        let mut counts = BTreeMap::new();
        for (_, ecosystem) in about {
            if let Some(name) = self.ecosystems.get(ecosystem as usize) {
                *counts.entry(name.clone()).or_default() += 1;
            }
        }
        counts
    }

    /// Writes what finds the records. `updated`: as of when the advisories of each ecosystem are.
    pub(crate) fn finish(mut self, updated: &BTreeMap<String, u64>) -> io::Result<File> {
        let ecosystems = self.counts().into_iter().map(|(name, advisories)| {
            let updated = updated.get(&name).copied().unwrap_or(0);
            Ecosystem { name, advisories, updated }
        });
        let ecosystems = ecosystems.collect();
        let alive: std::collections::HashSet<u32> = self.known.values().map(|known| known.number).collect();
        self.entries.retain(|(number, _)| alive.contains(number));
        self.entries.sort_unstable_by_key(|(_, entry)| (entry.hash, entry.offset));
        let records = self.entries.iter().filter(|(_, entry)| entry.key == Key::Package).count() as u64;
        let contents = serde_json::to_vec(&Contents { ecosystems, records })?;
        let bits = (self.entries.len() as u64 / ENTRIES_PER_BUCKET + 1).next_power_of_two().trailing_zeros();
        let table = self.buckets(bits)?;
        let header = Header {
            table: self.offset,
            bits: bits.into(),
            contents: self.offset + table.len() as u64,
            contents_length: contents.len() as u64,
            contents_digest: *blake3::hash(&contents).as_bytes(),
        };
        self.file.write_all(&table)?;
        self.file.write_all(&contents)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header.write())?;
        self.file.into_inner().map_err(io::IntoInnerError::into_error)
    }

    /// Writes all buckets, and says where they are.
    fn buckets(&mut self, bits: u32) -> io::Result<Vec<u8>> {
        let (mut table, mut entries) = (Vec::new(), self.entries.iter().map(|(_, entry)| entry).peekable());
        for number in 0..1u64 << bits {
            let mut bytes = Vec::with_capacity(ENTRY_BYTES);
            while let Some(entry) = entries.next_if(|entry| bucket(entry.hash, bits) == number) {
                entry.write(&mut bytes);
            }
            self.file.write_all(&bytes)?;
            let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
            Slot { offset: self.offset, length, check: check_bucket(number, &bytes) }.write(&mut table);
            self.offset += u64::from(length);
        }
        Ok(table)
    }
}

fn digest(id: &str) -> u128 {
    u128::from_le_bytes(check(id.as_bytes()))
}
