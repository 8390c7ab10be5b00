//! [`Journal`]: a set with all that is needed to take it back, in one file that is whole or not there.

use std::{
    ffi::OsStr,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use cap_std::fs::Dir;
use serde::{Deserialize, Serialize};

use super::{
    ChangeError,
    place::Place,
    record::{Content, Record, Records},
};

/// A set that is being applied.
pub(crate) const PENDING: &str = "pending";
/// A set whose journal is being written: no file was exchanged.
pub(crate) const UNSETTLED: &str = "pending.new";
/// The last set that was.
pub(crate) const LAST: &str = "last";
const VERSION: u8 = 2;
/// Bytes of the version, and of the length of what follows it.
const PREFIX: usize = 1 + size_of::<u64>();
/// A journal larger than this is none of ours.
const LARGEST: u64 = 4 << 30;

/// A set as it is kept.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Journal {
    pub(crate) what: String,
    /// Seconds since the epoch.
    pub(crate) begun: u64,
    /// Unique, part of the names of temporary files.
    pub(crate) id: String,
    pub(crate) groups: Vec<Records>,
    /// Of what is deleted, and of what is made again, by path.
    pub(crate) ownership: Vec<Owned>,
}

/// A journal that is being written.
pub(crate) struct Unsettled {
    file: File,
    contents: Vec<Bytes>,
    directory: PathBuf,
}

impl Unsettled {
    /// Writes the rest, waits until all is on the disk, and gives it its name.
    pub(crate) fn settle(&self) -> Result<(), ChangeError> {
        let path = self.directory.join(PENDING);
        let settle = || {
            write_contents(&self.file, self.contents.iter().map(Ok))?;
            fs::rename(self.directory.join(UNSETTLED), &path)?;
            sync(&self.directory)
        };
        settle().map_err(|source| ChangeError::Journal { path: path.clone(), source })
    }
}

/// A file and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owned {
    #[serde(with = "super::path_bytes")]
    pub(crate) path: PathBuf,
    pub(crate) ownership: Ownership,
}

/// Whose a file is, and what may be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ownership {
    pub(crate) user: u32,
    pub(crate) group: u32,
    pub(crate) mode: u32,
}

impl Journal {
    pub(crate) fn changes(&self) -> impl Iterator<Item = &Record> {
        self.groups.iter().flat_map(|group| &group.files)
    }

    pub(crate) fn ownership(&self, path: &Path) -> Option<Ownership> {
        self.ownership.iter().find(|owned| owned.path == path).map(|owned| owned.ownership)
    }

    /// Where the temporary file of a change is.
    pub(crate) fn place(&self, root: &Dir, change: &Record) -> io::Result<Place> {
        self.beside(&Place::find(root, &change.path, false)?, change)
    }

    /// The same, where the place of the change is known.
    pub(crate) fn beside(&self, place: &Place, change: &Record) -> io::Result<Place> {
        let name = blake3::hash(change.path.as_os_str().as_encoded_bytes()).to_hex();
        place.beside(OsStr::new(&format!(".sdlc-{}-{}", self.id, name.get(..16).unwrap_or_default())))
    }

    /// Begins to write it: what names all files beside which something may be written from now on. Before it is [`settle`]d,
    /// nothing may be exchanged.
    ///
    /// [`settle`]: Unsettled::settle
    pub(crate) fn begin(&self, directory: &Path) -> Result<Unsettled, ChangeError> {
        let path = directory.join(UNSETTLED);
        let begin = || {
            let contents = self.contents().map(|content| content.cloned()).collect::<io::Result<_>>()?;
            Ok(Unsettled { file: write_new(&path, &self.head()?)?, contents, directory: directory.to_owned() })
        };
        begin().map_err(|source| ChangeError::Journal { path: path.clone(), source })
    }

    pub(crate) fn write(&self, directory: &Path, name: &str) -> Result<(), ChangeError> {
        let path = directory.join(name);
        let write = || {
            let temporary = directory.join(format!("{name}.new"));
            let file = write_new(&temporary, &self.head()?)?;
            write_contents(&file, self.contents())?;
            fs::rename(&temporary, &path)?;
            sync(directory)
        };
        write().map_err(|source| ChangeError::Journal { path: path.clone(), source })
    }

    /// All but the contents, which follow it in the same order.
    fn head(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; PREFIX];
        postcard::to_io(self, &mut bytes).map_err(io::Error::other)?;
        let length = (bytes.len() - PREFIX) as u64;
        let prefix = std::iter::once(VERSION).chain(length.to_le_bytes());
        bytes.iter_mut().zip(prefix).for_each(|(place, byte)| *place = byte);
        bytes.extend(blake3::hash(&bytes).as_bytes());
        Ok(bytes)
    }

    fn contents(&self) -> impl Iterator<Item = io::Result<&Bytes>> {
        self.changes().filter_map(|change| change.before.as_ref().map(Content::bytes))
    }

    /// None: there is no such journal.
    pub(crate) fn read(directory: &Path, name: &str) -> Result<Option<Self>, ChangeError> {
        let path = directory.join(name);
        let failed = |source| ChangeError::Journal { path: path.clone(), source };
        let Some(bytes) = read_file(&path).map_err(failed)? else { return Ok(None) };
        if let Some(journal) = Self::parse(&bytes) {
            return Ok(Some(journal));
        }
        // Moved, so that the next command works, and kept, since it may hold what is nowhere else.
        let aside = directory.join(format!("{name}.broken"));
        fs::rename(&path, &aside).map_err(failed)?;
        Err(ChangeError::Broken { path, aside })
    }

    /// One that was begun and not settled, without the contents. Where it makes no sense, no file was written yet; or the machine
    /// failed before it was on the disk, and then some may be left beside the old ones, which are as they were.
    pub(crate) fn unsettled(directory: &Path) -> Result<Option<Self>, ChangeError> {
        let path = directory.join(UNSETTLED);
        let bytes = read_file(&path).map_err(|source| ChangeError::Journal { path, source })?;
        Ok(bytes.and_then(|bytes| Some(Self::parse_head(&bytes)?.0)))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (mut journal, mut contents) = Self::parse_head(bytes)?;
        let changes = journal.groups.iter_mut().flat_map(|group| &mut group.files);
        let whole = changes.filter_map(|change| change.before.as_mut()).all(|before| before.take_from(&mut contents));
        (whole && contents.is_empty()).then_some(journal)
    }

    /// The head, and the rest.
    fn parse_head(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (prefix, rest) = bytes.split_first_chunk::<PREFIX>()?;
        let (version, length) = prefix.split_first()?;
        let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
        let (head, rest) = rest.split_at_checked(length)?;
        let (digest, rest) = rest.split_first_chunk::<{ blake3::OUT_LEN }>()?;
        let signed = bytes.get(..PREFIX + length)?;
        let is_ours = *version == VERSION && blake3::hash(signed) == *digest;
        Some((is_ours.then(|| postcard::from_bytes(head).ok()).flatten()?, rest))
    }
}

/// Name of the directory of a workspace.
pub(crate) fn name_of(root: &Path) -> String {
    blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex().to_string()
}

/// Removes the journal of a set that is being applied.
pub(crate) fn close(directory: &Path) -> Result<(), ChangeError> {
    remove(directory, UNSETTLED)?;
    remove(directory, PENDING)
}

pub(crate) fn remove(directory: &Path, name: &str) -> Result<(), ChangeError> {
    let path = directory.join(name);
    let removed = match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => sync(directory),
    };
    removed.map_err(|source| ChangeError::Journal { path, source })
}

pub(crate) fn rename(directory: &Path, from: &str, to: &str) -> Result<(), ChangeError> {
    let renamed = fs::rename(directory.join(from), directory.join(to)).and_then(|()| sync(directory));
    renamed.map_err(|source| ChangeError::Journal { path: directory.join(from), source })
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    Ok(file)
}

/// Waits until they are on the disk.
fn write_contents<'a>(file: &File, contents: impl Iterator<Item = io::Result<&'a Bytes>>) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    for content in contents {
        out.write_all(content?)?;
    }
    out.flush()?;
    file.sync_all()
}

fn read_file(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(LARGEST).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(bytes))
}

fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}
