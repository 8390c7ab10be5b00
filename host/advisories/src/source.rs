//! [`Source`]: where advisories come from: a directory of JSON files, or a ZIP of them, as OSV publishes them.
//!
//! Sources are not trusted: what is read is bounded, and names in them are only ever said.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive};

use crate::error::UpdateError;

/// Largest file of one advisory, in bytes. The largest of OSV have 3 MiB.
const FILE_BYTES: u64 = 16 << 20;
/// Files of a source.
const FILES: u64 = 5_000_000;
/// Bytes of a source, unpacked.
const SOURCE_BYTES: u64 = 32 << 30;
/// How deep directories may be.
const DEPTH: usize = 32;

type Result<T> = std::result::Result<T, UpdateError>;

/// Where advisories come from.
#[derive(Clone, Debug)]
pub struct Source {
    /// For people: a path or an address.
    pub name: String,
    /// A directory or a ZIP.
    pub path: PathBuf,
}

/// A file of a source.
pub(crate) struct Document<'a> {
    /// For people.
    pub(crate) name: &'a str,
    pub(crate) json: &'a [u8],
    /// Files of the source, where that is known.
    pub(crate) of: Option<u64>,
}

/// How much of a source was read.
#[derive(Default)]
struct Taken {
    files: u64,
    bytes: u64,
}

impl Source {
    /// Hands every file over. Gives as of when the source is: its files' last modification, in seconds since the start of
    /// 1970.
    pub(crate) fn read(&self, each: &mut dyn FnMut(Document<'_>) -> Result<()>) -> Result<u64> {
        let metadata = fs::metadata(&self.path).map_err(io_error(&self.path))?;
        if metadata.is_dir() {
            let mut walk = Walk { source: self, taken: Taken::default(), newest: 0, each };
            walk.directory(&self.path, 0)?;
            return Ok(walk.newest);
        }
        self.read_zip(each)?;
        Ok(seconds(metadata.modified().map_err(io_error(&self.path))?))
    }

    fn read_zip(&self, each: &mut dyn FnMut(Document<'_>) -> Result<()>) -> Result<()> {
        let malformed = |error: rawzip::Error| self.malformed("", format!("is no ZIP that can be read: {error}"));
        let file = File::open(&self.path).map_err(io_error(&self.path))?;
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_file(file, &mut buffer).map_err(malformed)?;
        let (expected, mut taken, mut seen) = (archive.entries_hint(), Taken::default(), 0);
        let mut entries = archive.entries(&mut buffer);
        while let Some(entry) = entries.next_entry().map_err(malformed)? {
            seen += 1;
            let name = String::from_utf8_lossy(entry.file_path().as_ref()).into_owned();
            if entry.is_dir() || !name.ends_with(".json") {
                continue;
            }
            let said = entry.uncompressed_size_hint();
            let (method, wayfinder) = (entry.compression_method(), entry.wayfinder());
            let packed = archive.get_entry(wayfinder).map_err(malformed)?;
            let json = match method {
                CompressionMethod::STORE => self.take(&name, said, packed.verifying_reader(packed.reader())),
                CompressionMethod::DEFLATE => {
                    self.take(&name, said, packed.verifying_reader(DeflateDecoder::new(packed.reader())))
                }
                other => Err(self.malformed(&name, format!("is packed by a method that is not known: {other:?}"))),
            }?;
            self.count(&mut taken, &name, json.len() as u64)?;
            each(Document { name: &self.within(&name), json: &json, of: Some(expected) })?;
        }
        // An archive that was cut off, and put right by a tool, would be an update without half of the advisories.
        if seen == expected { Ok(()) } else { Err(self.malformed("", format!("has {seen} of {expected} files"))) }
    }

    /// One file, up to the limit, whatever size it is said to have.
    fn take(&self, name: &str, said: u64, reader: impl Read) -> Result<Vec<u8>> {
        let too_much = || UpdateError::TooMuch { file: self.within(name), limit: format!("{FILE_BYTES} bytes") };
        if said > FILE_BYTES {
            return Err(too_much());
        }
        let mut bytes = Vec::new();
        let read = reader.take(FILE_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| self.malformed(name, format!("cannot be read: {error}")))?;
        if bytes.len() as u64 > FILE_BYTES { Err(too_much()) } else { Ok(bytes) }
    }

    fn count(&self, taken: &mut Taken, name: &str, bytes: u64) -> Result<()> {
        taken.files += 1;
        taken.bytes += bytes;
        let limit = match taken {
            Taken { files, .. } if *files > FILES => format!("{FILES} files"),
            Taken { bytes, .. } if *bytes > SOURCE_BYTES => format!("{SOURCE_BYTES} bytes"),
            _ => return Ok(()),
        };
        Err(UpdateError::TooMuch { file: self.within(name), limit })
    }

    fn within(&self, name: &str) -> String {
        if name.is_empty() { self.name.clone() } else { format!("{}: {name}", self.name) }
    }

    fn malformed(&self, name: &str, reason: String) -> UpdateError {
        UpdateError::Malformed { file: self.within(name), reason }
    }
}

struct Walk<'a> {
    source: &'a Source,
    taken: Taken,
    /// Seconds since the start of 1970.
    newest: u64,
    each: &'a mut dyn FnMut(Document<'_>) -> Result<()>,
}

impl Walk<'_> {
    /// Links are not followed, and what is hidden, such as `.git`, is not looked at.
    fn directory(&mut self, directory: &Path, depth: usize) -> Result<()> {
        if depth > DEPTH {
            let limit = format!("{DEPTH} directories in one another");
            return Err(UpdateError::TooMuch { file: directory.display().to_string(), limit });
        }
        for entry in fs::read_dir(directory).map_err(io_error(directory))? {
            let entry = entry.map_err(io_error(directory))?;
            let path = entry.path();
            let kind = entry.file_type().map_err(io_error(&path))?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if kind.is_dir() {
                self.directory(&path, depth + 1)?;
            } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "json") {
                self.file(&path)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<()> {
        let file = File::open(path).map_err(io_error(path))?;
        let metadata = file.metadata().map_err(io_error(path))?;
        self.newest = self.newest.max(seconds(metadata.modified().map_err(io_error(path))?));
        let name = path.strip_prefix(&self.source.path).unwrap_or(path).display().to_string();
        let json = self.source.take(&name, metadata.len(), file)?;
        self.source.count(&mut self.taken, &name, json.len() as u64)?;
        (self.each)(Document { name: &self.source.within(&name), json: &json, of: None })
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> UpdateError {
    let path = path.to_owned();
    move |source| UpdateError::Io { path, source }
}
