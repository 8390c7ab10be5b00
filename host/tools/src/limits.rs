//! [`Limits`]: how much a program may use. Defaults here, settings in `sdlc.toml`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

const MIB: u64 = 1 << 20;

/// How much a program, with all that it starts, may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Longest time from start to end.
    pub time: Duration,
    /// Processor time of each process, in whole seconds.
    pub cpu: Duration,
    /// Bytes of address space of each process. Not less than the launcher itself maps: some tens of MiB.
    pub memory: u64,
    /// Bytes of the largest file that is written.
    pub file_size: u64,
    /// Bytes of the private temporary directory; held only in [`crate::tier::Tier::Namespaces`].
    pub temporary: u64,
    /// Descriptors that each process has open at once.
    pub open_files: u64,
    /// Processes and threads at once; held only in [`crate::tier::Tier::Namespaces`], and rounded up to some 300 there
    /// where the user is root.
    pub processes: u64,
    /// Bytes that are kept of the standard output, and as many of the standard error.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(300),
            cpu: Duration::from_secs(600),
            memory: 8192 * MIB,
            file_size: 1024 * MIB,
            temporary: 1024 * MIB,
            open_files: 4096,
            processes: 1024,
            output: 16 << 20,
        }
    }
}
