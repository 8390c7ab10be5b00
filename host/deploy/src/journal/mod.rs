//! [`Journal`]: what was done in an environment, a line of JSON each, on disk before and after it is done.
//!
//! It is the only truth of what is live, what is kept, and how far a rollout is: [`state::State`] is made from it, and
//! a process that was killed at any line is gone on from there.

pub mod progress;
pub mod state;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use sdlc_model::{
    rollout::{RolloutDecision, Step},
    service::Release,
};
use serde::{Deserialize, Serialize};

/// Name of the file, in the directory of an environment.
pub const FILE_NAME: &str = "journal.jsonl";

/// A journal that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be read or written.
    #[error("`{path}` cannot be {action}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// A line is none of ours.
    #[error("`{path}` makes no sense in line {line}: {reason}; hint: move it away, and `sdlc deploy` begins anew with what it \
             finds running", path = path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

/// Why there is a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// A new version.
    Deploy,
    /// Back to a version that was live before.
    Restore,
}

/// A line. Times are in milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Record {
    /// A rollout begins.
    Began {
        /// Its name.
        rollout: String,
        /// When.
        at: u64,
        /// Who began it, such as `ada@build-3`.
        by: String,
        /// Why.
        purpose: Purpose,
        /// What is deployed.
        to: Box<Release>,
        /// The strategy, for people.
        strategy: String,
        /// Healthy replicas of the live version.
        live_before: u32,
    },
    /// A step is about to be done.
    Planned {
        /// When.
        at: u64,
        /// The step.
        step: Step,
        /// Why.
        reason: String,
        /// The state of the strategy.
        state: Vec<u8>,
    },
    /// The step was done, or could not be.
    Done {
        /// When.
        at: u64,
        /// Why it could not be done.
        error: Option<String>,
    },
    /// The candidate is the live version; the one before is still there.
    Promoted {
        /// When.
        at: u64,
    },
    /// The version before is drained and stopped: the rollout is over.
    Retired {
        /// When.
        at: u64,
        /// Releases that are there no more, not even stopped.
        removed: Vec<String>,
    },
    /// All requests are about to go back.
    GoingBack {
        /// When.
        at: u64,
        /// Why.
        reason: String,
    },
    /// They did, and the candidate is gone: the rollout is over.
    RolledBack {
        /// When.
        at: u64,
    },
    /// The live version is to have another number of replicas from now on.
    Scaling {
        /// When.
        at: u64,
        /// Who says so, such as `ada@build-3`.
        by: String,
        /// Replicas that it was to have before.
        before: u32,
        /// Replicas that it is to have.
        replicas: u32,
        /// Why. Untrusted.
        reason: String,
    },
    /// It has as many, or could not get them.
    Scaled {
        /// When.
        at: u64,
        /// Why it could not.
        error: Option<String>,
    },
}

impl Record {
    pub(crate) fn planned(at: u64, decision: &RolloutDecision) -> Self {
        let RolloutDecision { step, reason, state } = decision.clone();
        Self::Planned { at, step, reason, state }
    }
}

/// The journal of an environment. Who has one open for writing has the lock of the environment.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    records: Vec<Record>,
}

impl Journal {
    /// Opens it for writing. A last line that was cut by a crash is taken off.
    ///
    /// # Errors
    /// Where it cannot be read, or makes no sense.
    pub fn open(directory: &Path) -> Result<Self, JournalError> {
        let path = directory.join(FILE_NAME);
        let io = |action| {
            let path = path.clone();
            move |source| JournalError::Io { path, action, source }
        };
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path).map_err(io("opened"))?;
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut text)).map_err(io("read"))?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if whole < text.len() {
            let length = u64::try_from(whole).unwrap_or(u64::MAX);
            file.set_len(length).and_then(|()| file.sync_all()).map_err(io("cut after its last whole line"))?;
            text.truncate(whole);
        }
        let records = parse(&path, &text)?;
        // A new file is there only when its directory says so.
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(io("written"))?;
        Ok(Self { path, file, records })
    }

    /// Reads it, while somebody else may be writing. No file is an empty journal.
    ///
    /// # Errors
    /// Where it cannot be read, or makes no sense.
    pub fn read(directory: &Path) -> Result<Vec<Record>, JournalError> {
        let path = directory.join(FILE_NAME);
        let mut text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(source) => return Err(JournalError::Io { path, action: "read", source }),
        };
        text.truncate(text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1));
        parse(&path, &text)
    }

    /// What is in it.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Appends a record. It is on disk when this returns.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&mut self, record: Record) -> Result<(), JournalError> {
        let io = |source| JournalError::Io { path: self.path.clone(), action: "written", source };
        let mut line = serde_json::to_vec(&record).map_err(|error| io(error.into()))?;
        line.push(b'\n');
        self.file.write_all(&line).and_then(|()| self.file.sync_data()).map_err(io)?;
        self.records.push(record);
        Ok(())
    }
}

fn parse(path: &Path, text: &[u8]) -> Result<Vec<Record>, JournalError> {
    let lines = text.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
    let record = |(index, line): (usize, &[u8])| {
        serde_json::from_slice(line).map_err(|error| JournalError::Line {
            path: path.to_owned(),
            line: index + 1,
            reason: error.to_string(),
        })
    };
    lines.map(record).collect()
}

#[cfg(test)]
mod tests;
