//! [`Limits`]: how much a plugin may use. Defaults here, settings in `sdlc.toml`.

use std::time::Duration;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// How much one plugin may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest time one call into the plugin may take.
    pub timeout: Duration,
    /// Bytes of all linear memories of an instance together.
    pub memory: usize,
    /// Elements of all tables of an instance together.
    pub table_elements: usize,
    /// Core instances of a component.
    pub instances: usize,
    /// Handles that are open at once.
    pub handles: usize,
    /// Bytes of stack.
    pub stack: usize,
    /// Bytes of the largest file that is handed over.
    pub file_size: u64,
    /// Bytes of data that one call may give back.
    pub result_size: usize,
    /// Findings of one call.
    pub findings: usize,
    /// Bytes of log output that are kept of an instance.
    pub log: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            memory: 512 * MIB,
            table_elements: 1_000_000,
            instances: 64,
            handles: 1_000,
            stack: MIB,
            file_size: 32 * MIB as u64,
            result_size: 128 * MIB,
            findings: 100_000,
            log: 64 * KIB,
        }
    }
}

/// Most memories that a component may have, whatever their size: real ones have one or two.
pub(crate) const MEMORIES: usize = 16;
