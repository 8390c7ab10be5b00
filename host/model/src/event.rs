//! [`RunEvent`]: what a workflow tells while it works. Whoever listens decides what people see.

/// Something that happened during a run.
#[derive(Clone, Debug)]
pub enum RunEvent {
    /// The number of (gate, file) pairs is known; `cached` of them need no work.
    Planned {
        /// All pairs.
        checks: u64,
        /// Known already.
        cached: u64,
    },
    /// A file was checked by a gate.
    Checked {
        /// Name of the gate.
        gate: String,
        /// The file.
        path: String,
    },
    /// A plugin wrote to its log.
    Log {
        /// Name of the gate.
        gate: String,
        /// Untrusted text.
        text: String,
    },
}
