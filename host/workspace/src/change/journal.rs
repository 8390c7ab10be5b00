//! [`Journal`]: a set with all that is needed to take it back, in one file that is whole or not there.

use std::{
    ffi::OsStr,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use cap_std::fs::Dir;
use serde::{Deserialize, Serialize};

use super::{Change, ChangeError, Group, place::Place};

/// A set that is being applied.
pub(crate) const PENDING: &str = "pending";
/// The last set that was.
pub(crate) const LAST: &str = "last";
const VERSION: u8 = 1;
/// Bytes of all that is no content, where there is not much to change.
const LIKELY_REST: usize = 64 << 10;
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
    pub(crate) groups: Vec<Group>,
    /// Of what is deleted, and of what is made again, by path.
    pub(crate) ownership: Vec<Owned>,
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
    pub(crate) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.groups.iter().flat_map(|group| &group.files)
    }

    pub(crate) fn ownership(&self, path: &Path) -> Option<Ownership> {
        self.ownership.iter().find(|owned| owned.path == path).map(|owned| owned.ownership)
    }

    /// Where the temporary file of a change is.
    pub(crate) fn place(&self, root: &Dir, change: &Change) -> io::Result<Place> {
        self.beside(&Place::find(root, &change.path, false)?, change)
    }

    /// The same, where the place of the change is known.
    pub(crate) fn beside(&self, place: &Place, change: &Change) -> io::Result<Place> {
        let name = blake3::hash(change.path.as_os_str().as_encoded_bytes()).to_hex();
        place.beside(OsStr::new(&format!(".sdlc-{}-{}", self.id, name.get(..16).unwrap_or_default())))
    }

    pub(crate) fn write(&self, directory: &Path, name: &str) -> Result<(), ChangeError> {
        let path = directory.join(name);
        let failed = |source| ChangeError::Journal { path: path.clone(), source };
        let contents = self.changes().flat_map(|change| [&change.before, &change.after]).flatten();
        // With room for all of it: contents are most of it, and copied once.
        let mut bytes = Vec::with_capacity(contents.map(|content| content.len()).sum::<usize>() + LIKELY_REST);
        bytes.push(VERSION);
        postcard::to_io(self, &mut bytes).map_err(|error| failed(io::Error::other(error)))?;
        bytes.extend(blake3::hash(&bytes).as_bytes());
        write_whole(directory, name, &bytes).map_err(failed)
    }

    /// None: there is no such journal.
    pub(crate) fn read(directory: &Path, name: &str) -> Result<Option<Self>, ChangeError> {
        let path = directory.join(name);
        let failed = |source| ChangeError::Journal { path: path.clone(), source };
        let mut bytes = Vec::new();
        match File::open(&path) {
            Ok(file) => file.take(LARGEST).read_to_end(&mut bytes).map_err(failed)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        if let Some(journal) = Self::parse(&bytes) {
            return Ok(Some(journal));
        }
        // Moved, so that the next command works, and kept, since it may hold what is nowhere else.
        let aside = directory.join(format!("{name}.broken"));
        fs::rename(&path, &aside).map_err(failed)?;
        Err(ChangeError::Broken { path, aside })
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (content, digest) = bytes.split_last_chunk::<{ blake3::OUT_LEN }>()?;
        if blake3::hash(content) != *digest {
            return None;
        }
        let (version, content) = content.split_first()?;
        if *version == VERSION { postcard::from_bytes(content).ok() } else { None }
    }
}

/// Name of the directory of a workspace.
pub(crate) fn name_of(root: &Path) -> String {
    blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex().to_string()
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

fn write_whole(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let temporary = directory.join(format!("{name}.new"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, directory.join(name))?;
    sync(directory)
}

fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}
