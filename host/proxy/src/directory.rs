//! [`Directory`]: what a proxy keeps on the disk. Nobody else may enter it.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use rustix::process::geteuid;
use tempfile::NamedTempFile;
use tokio::net::UnixListener;

use crate::{check::check, control::Table, error::Error};

/// The directory of a proxy.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    path: PathBuf,
}

impl Directory {
    /// Makes it where it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|error| Error::File { what: "make", path: path.to_owned(), error })?;
        let metadata = fs::metadata(path);
        let metadata = metadata.map_err(|error| Error::File { what: "look at", path: path.to_owned(), error })?;
        let not_private = |reason| Err(Error::NotPrivate { path: path.to_owned(), reason });
        if metadata.uid() != geteuid().as_raw() {
            return not_private(format!("it belongs to user {}", metadata.uid()));
        }
        if metadata.mode() & 0o077 != 0 {
            return not_private(format!("its mode is {:04o}", metadata.mode() & 0o7777));
        }
        Ok(Self { path: path.to_owned() })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.path.join("control.sock")
    }

    fn table(&self) -> PathBuf {
        self.path.join("table.json")
    }

    /// Says that a proxy serves here, for as long as the file is open. Nothing where one does already.
    pub(crate) fn lock(&self) -> Result<Option<File>, Error> {
        let path = self.path.join("lock");
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
        let locked = file.map_err(TryLockError::Error).and_then(|file| file.try_lock().map(|()| file));
        match locked {
            Ok(file) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Error::File { what: "lock", path, error }),
        }
    }

    /// The table of before; an empty one where there is none.
    pub(crate) fn load(&self) -> Result<Table, Error> {
        let path = self.table();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Table::default()),
            Err(error) => return Err(Error::File { what: "read", path, error }),
        };
        let table = serde_json::from_slice(&text).map_err(|error| error.to_string());
        let checked = table.and_then(|table| check(&table).map(|()| table));
        checked.map_err(|reason| Error::Table { path, reason })
    }

    /// When this returns, the table is there even if the machine fails.
    pub(crate) fn save(&self, table: &Table) -> io::Result<()> {
        let mut file = NamedTempFile::with_prefix_in("table.", &self.path)?;
        file.write_all(&serde_json::to_vec_pretty(table)?)?;
        file.as_file().sync_all()?;
        file.persist(self.table())?;
        File::open(&self.path)?.sync_all()
    }

    /// A control socket that nobody finds before it is [published](Self::publish).
    pub(crate) fn bind(&self) -> Result<UnixListener, Error> {
        let path = self.unpublished();
        let made = match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => UnixListener::bind(&path),
        };
        let private =
            made.and_then(|socket| fs::set_permissions(&path, Permissions::from_mode(0o600)).map(|()| socket));
        private.map_err(|error| Error::File { what: "listen at", path, error })
    }

    /// From here on, clients find the socket that was bound last.
    pub(crate) fn publish(&self) -> Result<(), Error> {
        let path = self.socket();
        fs::rename(self.unpublished(), &path).map_err(|error| Error::File { what: "listen at", path, error })
    }

    fn unpublished(&self) -> PathBuf {
        self.path.join(format!("control.sock.{}", std::process::id()))
    }
}
