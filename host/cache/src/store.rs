//! [`Store`]: a private directory of files, each authenticated by a keyed MAC.
//!
//! The key never leaves the directory, which has mode 0700 and our owner and is no symbolic link. So a
//! file that somebody else put there, a truncated one and one from another machine are all the same: not
//! there. Writes go to a temporary file and are renamed, so that readers see a whole file or none, and a
//! kill in the middle leaves nothing but a temporary file that the next clean-up removes.

use std::{
    fs::{self, File, Metadata, OpenOptions, Permissions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

const KEY_FILE: &str = "key";
const TEMPORARY_PREFIX: &str = ".tmp-";
/// A temporary file that is older belongs to a process that died.
const STALE: Duration = Duration::from_secs(3600);
const MAC_LENGTH: usize = blake3::OUT_LEN;

/// Why the directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else could write there.
    #[error(
        "cache directory `{}` cannot be trusted: {reason}; hint: remove it, or name another with `--cache-dir`",
        path.display()
    )]
    Untrusted {
        /// The directory or file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file system says no.
    #[error("cache directory `{}`: {source}; hint: name another with `--cache-dir`, or use `--no-cache`", path.display())]
    Io {
        /// The directory or file.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
}

/// Size of what is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Number of files.
    pub files: u64,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// A private directory of authenticated files.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    key: [u8; 32],
}

impl Store {
    /// Opens the directory, making it if it is not there.
    ///
    /// # Errors
    /// Where it is not ours alone, or cannot be made.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        let io = |source| StoreError::Io { path: directory.to_owned(), source };
        if let Some(parent) = directory.parent() {
            fs::create_dir_all(parent).map_err(io)?;
        }
        match fs::DirBuilder::new().mode(0o700).create(directory) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(io(error)),
            _ => {}
        }
        let metadata = fs::symlink_metadata(directory).map_err(io)?;
        if !metadata.is_dir() {
            return Err(untrusted(directory, "it is not a directory"));
        }
        require_private(directory, &metadata)?;
        Ok(Self { directory: directory.to_owned(), key: key(directory)? })
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn hasher(&self, name: &str) -> blake3::Hasher {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes());
        hasher
    }

    fn mac(&self, name: &str, content: &[u8]) -> blake3::Hash {
        self.hasher(name).update(content).finalize()
    }

    /// Content of a file, if it is there and authentic. One that is not is removed.
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        self.open_file(name)?.read_to_end(&mut content).ok()?;
        let authentic = content.len().checked_sub(MAC_LENGTH).is_some_and(|end| {
            let (payload, mac) = content.split_at(end);
            <[u8; MAC_LENGTH]>::try_from(mac).is_ok_and(|mac| self.mac(name, payload) == blake3::Hash::from_bytes(mac))
        });
        if authentic {
            content.truncate(content.len() - MAC_LENGTH);
            Some(content)
        } else {
            let _ = fs::remove_file(self.path(name));
            None
        }
    }

    /// A file that was found authentic through the very handle that is returned. Its last 32 bytes are the MAC.
    pub fn authentic(&self, name: &str) -> Option<File> {
        let mut file = self.open_file(name)?;
        let mut hasher = self.hasher(name);
        let mut rest = file.metadata().ok()?.len().checked_sub(MAC_LENGTH as u64)?;
        let mut buffer = vec![0; 1 << 16];
        while rest > 0 {
            let wanted = usize::try_from(rest).map_or(buffer.len(), |rest| rest.min(buffer.len()));
            let part = buffer.get_mut(..wanted)?;
            file.read_exact(part).ok()?;
            hasher.update(part);
            rest -= wanted as u64;
        }
        let mut mac = [0; MAC_LENGTH];
        file.read_exact(&mut mac).ok()?;
        if hasher.finalize() == blake3::Hash::from_bytes(mac) {
            Some(file)
        } else {
            let _ = fs::remove_file(self.path(name));
            None
        }
    }

    /// Keeps a file. Whoever reads at the same time sees the old one or the new one.
    ///
    /// # Errors
    /// Where it cannot be written; what was there before is still there.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        let io = |source| StoreError::Io { path: self.directory.clone(), source };
        let mut file = tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(&self.directory).map_err(io)?;
        file.write_all(content).map_err(io)?;
        file.write_all(self.mac(name, content).as_bytes()).map_err(io)?;
        file.persist(self.path(name)).map_err(|error| io(error.error))?;
        Ok(())
    }

    /// Notes that a file was of use, so that it is among the last to go.
    pub fn touch(&self, name: &str) {
        if let Ok(file) = OpenOptions::new().write(true).custom_flags(nofollow()).open(self.path(name)) {
            let _ = file.set_modified(SystemTime::now());
        }
    }

    /// Number and size of the files.
    pub fn usage(&self) -> Usage {
        self.files().fold(Usage::default(), |usage, (_, metadata)| Usage {
            files: usage.files + 1,
            bytes: usage.bytes + metadata.len(),
        })
    }

    /// Removes all files, and says what they were.
    ///
    /// # Errors
    /// Where one cannot be removed.
    pub fn clear(&self) -> Result<Usage, StoreError> {
        let usage = self.usage();
        for (path, _) in self.files() {
            remove(&path)?;
        }
        Ok(usage)
    }

    /// Removes the files that were not of use for longest until the rest is within `bytes`, and what
    /// processes that died left behind.
    pub fn evict(&self, bytes: u64) {
        let now = SystemTime::now();
        let mut files: Vec<_> = self
            .files()
            .map(|(path, metadata)| (metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), metadata.len(), path))
            .collect();
        files.retain(|(modified, _, path)| {
            let stale = is_temporary(path) && now.duration_since(*modified).is_ok_and(|age| age > STALE);
            !(stale && remove(path).is_ok())
        });
        files.sort();
        let mut total: u64 = files.iter().map(|(_, length, _)| length).sum();
        for (_, length, path) in files.iter().filter(|(_, _, path)| !is_temporary(path)) {
            if total <= bytes {
                break;
            }
            if remove(path).is_ok() {
                total -= length;
            }
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn open_file(&self, name: &str) -> Option<File> {
        OpenOptions::new().read(true).custom_flags(nofollow()).open(self.path(name)).ok()
    }

    fn files(&self) -> impl Iterator<Item = (PathBuf, Metadata)> {
        let entries = fs::read_dir(&self.directory).into_iter().flatten().flatten();
        entries.filter(|entry| entry.file_name() != KEY_FILE).filter_map(|entry| {
            let metadata = fs::symlink_metadata(entry.path()).ok()?;
            metadata.is_file().then(|| (entry.path(), metadata))
        })
    }
}

fn nofollow() -> i32 {
    rustix::fs::OFlags::NOFOLLOW.bits().cast_signed()
}

fn is_temporary(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY_PREFIX))
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::Io { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn untrusted(path: &Path, reason: impl Into<String>) -> StoreError {
    StoreError::Untrusted { path: path.to_owned(), reason: reason.into() }
}

fn require_private(path: &Path, metadata: &Metadata) -> Result<(), StoreError> {
    let owner = rustix::process::geteuid().as_raw();
    if metadata.uid() != owner {
        return Err(untrusted(path, format!("it belongs to user {}, not to user {owner}", metadata.uid())));
    }
    if metadata.mode() & 0o077 != 0 {
        return Err(untrusted(path, format!("its mode is {:o}, so that others can enter it", metadata.mode() & 0o777)));
    }
    Ok(())
}

/// The key of the directory, made at the first use. Of two processes that make it at once, one wins.
fn key(directory: &Path) -> Result<[u8; 32], StoreError> {
    let path = directory.join(KEY_FILE);
    let io = |source| StoreError::Io { path: path.clone(), source };
    let read = || -> Result<Option<[u8; 32]>, StoreError> {
        match OpenOptions::new().read(true).custom_flags(nofollow()).open(&path) {
            Ok(mut file) => {
                require_private(&path, &file.metadata().map_err(io)?)?;
                let mut content = Vec::new();
                file.read_to_end(&mut content).map_err(io)?;
                Ok(content.try_into().ok())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io(error)),
        }
    };
    if let Some(key) = read()? {
        return Ok(key);
    }
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| io(io::Error::other(error)))?;
    let mut file = tempfile::Builder::new()
        .prefix(TEMPORARY_PREFIX)
        .permissions(Permissions::from_mode(0o600))
        .tempfile_in(directory)
        .map_err(io)?;
    file.write_all(&key).map_err(io)?;
    // A key of the wrong length authenticates nothing, so nothing is lost by replacing it.
    match path.metadata() {
        Ok(metadata) if metadata.len() != 32 => file.persist(&path).map(drop).map_err(|error| io(error.error))?,
        _ => match file.persist_noclobber(&path) {
            Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => return Err(io(error.error)),
            _ => {}
        },
    }
    read()?.ok_or_else(|| untrusted(&path, "its key was changed while it was read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("cache")).unwrap();
        (directory, store)
    }

    #[test]
    fn what_was_written_is_read() {
        let (_directory, store) = store();
        store.write("a", b"content").unwrap();
        assert_eq!(store.read("a").unwrap(), b"content");
        let again = Store::open(store.directory()).unwrap();
        assert_eq!(again.read("a").unwrap(), b"content");
    }

    #[test]
    fn a_changed_file_is_not_there_and_gets_removed() {
        let (_directory, store) = store();
        store.write("a", b"content").unwrap();
        let mut content = fs::read(store.path("a")).unwrap();
        content[0] ^= 1;
        fs::write(store.path("a"), content).unwrap();
        assert_eq!(store.read("a"), None);
        assert!(!store.path("a").exists());
    }

    #[test]
    fn a_truncated_file_is_not_there() {
        let (_directory, store) = store();
        for length in [0, 5, 31, 32, 38] {
            store.write("a", b"content").unwrap();
            let content = fs::read(store.path("a")).unwrap();
            fs::write(store.path("a"), &content[..length]).unwrap();
            assert_eq!(store.read("a"), None, "{length} bytes");
        }
    }

    #[test]
    fn a_file_under_another_name_is_not_there() {
        let (_directory, store) = store();
        store.write("a", b"content").unwrap();
        fs::rename(store.path("a"), store.path("b")).unwrap();
        assert_eq!(store.read("b"), None);
    }

    #[test]
    fn a_symlinked_file_is_not_there() {
        let (directory, store) = store();
        store.write("a", b"content").unwrap();
        let elsewhere = directory.path().join("elsewhere");
        fs::rename(store.path("a"), &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, store.path("a")).unwrap();
        assert_eq!(store.read("a"), None);
    }

    #[test]
    fn a_directory_that_others_can_enter_is_refused() {
        let (_directory, store) = store();
        fs::set_permissions(store.directory(), Permissions::from_mode(0o755)).unwrap();
        let error = Store::open(store.directory()).unwrap_err().to_string();
        assert!(error.contains("its mode is 755"), "{error}");
        assert!(error.contains("hint: "), "{error}");
    }

    #[test]
    fn a_symlinked_directory_is_refused() {
        let (directory, store) = store();
        let link = directory.path().join("link");
        std::os::unix::fs::symlink(store.directory(), &link).unwrap();
        assert!(Store::open(&link).unwrap_err().to_string().contains("not a directory"));
    }

    #[test]
    fn what_was_not_of_use_for_longest_goes_first() {
        let (_directory, store) = store();
        for (name, age) in [("old", 30), ("used", 20), ("new", 10)] {
            store.write(name, &[0; 100]).unwrap();
            let file = OpenOptions::new().write(true).open(store.path(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
        }
        store.touch("old");
        store.evict(300);
        assert!(store.read("used").is_none());
        assert!(store.read("old").is_some() && store.read("new").is_some());
    }

    #[test]
    fn clearing_leaves_nothing() {
        let (_directory, store) = store();
        store.write("a", b"content").unwrap();
        assert_eq!(store.clear().unwrap().files, 1);
        assert_eq!(store.usage(), Usage::default());
    }
}
