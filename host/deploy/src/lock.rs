//! [`Lock`]: one process at a time changes an environment, and the others learn who it is.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// Who has the lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// The user and the machine, such as `ada@build-3`.
    pub by: String,
    /// What it does, such as `deploy 1.4.0`.
    pub doing: String,
    /// Since when, in milliseconds since 1970.
    pub since: u64,
}

/// No lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else has it.
    #[error("`{environment}` is being changed: {}; hint: {}", describe(holder.as_ref()), hint(environment, holder.as_ref()))]
    Held {
        /// The environment.
        environment: String,
        /// Who; none: it cannot be read.
        holder: Option<Holder>,
    },
    /// The file cannot be opened or written.
    #[error("`{path}` cannot be locked: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

fn hint(environment: &str, holder: Option<&Holder>) -> String {
    match holder {
        Some(holder) if holder.doing == "monitor" => {
            "one process at a time watches and acts: end that one first".to_owned()
        }
        _ => format!("`sdlc status {environment}` shows how far it is"),
    }
}

fn describe(holder: Option<&Holder>) -> String {
    holder.map_or_else(
        || "by another process".to_owned(),
        |holder| format!("{} runs `{}` (process {})", holder.by, holder.doing, holder.pid),
    )
}

/// Held until it is dropped, or the process ends in any way.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes it.
    ///
    /// # Errors
    /// Where another process has it.
    pub fn take(directory: &Path, environment: &str, holder: &Holder) -> Result<Self, LockError> {
        let path = directory.join("lock");
        let io = |source| LockError::Io { path: path.clone(), source };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
        let mut locked = file.try_lock();
        if matches!(locked, Err(TryLockError::WouldBlock)) {
            // Who only looks holds it for a moment.
            thread::sleep(Duration::from_millis(50));
            locked = file.try_lock();
        }
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let holder = file.read_to_string(&mut text).ok().and_then(|_| serde_json::from_str(&text).ok());
                return Err(LockError::Held { environment: environment.to_owned(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        let text = serde_json::to_string(holder).map_err(|error| io(error.into()))?;
        file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0))).map_err(io)?;
        file.write_all(text.as_bytes()).map_err(io)?;
        Ok(Self { _file: file })
    }

    /// Who has it; none: nobody.
    pub fn holder(directory: &Path) -> Option<Holder> {
        let mut file = File::open(directory.join("lock")).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                file.read_to_string(&mut text).ok()?;
                serde_json::from_str(&text).ok()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_with_who_holds_the_lock() {
        let directory = tempfile::tempdir().unwrap();
        let holder = |doing: &str| Holder { pid: 7, by: "ada@here".to_owned(), doing: doing.to_owned(), since: 0 };
        let first = Lock::take(directory.path(), "production", &holder("deploy 1")).unwrap();
        let error = Lock::take(directory.path(), "production", &holder("deploy 2")).unwrap_err().to_string();
        assert!(error.contains("`production` is being changed: ada@here runs `deploy 1` (process 7)"), "{error}");
        assert_eq!(Lock::holder(directory.path()), Some(holder("deploy 1")));
        drop(first);
        assert_eq!(Lock::holder(directory.path()), None);
        Lock::take(directory.path(), "production", &holder("deploy 2")).unwrap();
    }
}
