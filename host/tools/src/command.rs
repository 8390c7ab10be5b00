//! [`Command`], what to run, and [`Output`], what became of it.

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use crate::tier::Tier;

/// One program to run. No shell is involved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// A bare name; a path is refused.
    pub program: String,
    /// Without the program itself.
    pub arguments: Vec<String>,
    /// Relative to the workspace; none: the workspace itself.
    pub directory: Option<PathBuf>,
    /// What the program reads; it sees the end of the file after it.
    pub stdin: Vec<u8>,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// By itself.
    Exited(i32),
    /// By a signal, such as those of the limits of processor time (`SIGXCPU`) and file size (`SIGXFSZ`).
    Signal(i32),
    /// By us, after the time that it may take.
    TimeLimit,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// How it ended.
    pub ending: Ending,
    /// The first part of the standard output, with granted values redacted.
    pub stdout: Vec<u8>,
    /// The first part of the standard error, with granted values redacted.
    pub stderr: Vec<u8>,
    /// There was more of one of them.
    pub truncated: bool,
    /// From start to end.
    pub duration: Duration,
    /// How well it was confined.
    pub tier: Tier,
}

impl Output {
    /// Exit status; none where a signal or the time limit ended it.
    #[must_use]
    pub fn status(&self) -> Option<i32> {
        match self.ending {
            Ending::Exited(status) => Some(status),
            Ending::Signal(_) | Ending::TimeLimit => None,
        }
    }
}
