//! [`ToolError`]: why a program did not run or gave no result; [`GrantError`]: why a grant makes no sense.

use std::io;

use serde::{Deserialize, Serialize};

/// Why a program did not run or gave no result. A status other than zero is no error.
///
/// Messages are lower-case, name the thing in backticks and end with a hint where there is one. They hold text of the
/// plugin, and are to be made harmless before they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ToolError {
    /// Not granted; the message has the line that would grant it.
    #[error("{0}")]
    Denied(String),
    /// Not installed, or not there.
    #[error("{0}")]
    Missing(String),
    /// A limit is too low for the program even to start, or the command is too large.
    #[error("{0}")]
    Limit(String),
    /// The system could not start it, which may pass: too many processes, a program that is just being replaced.
    #[error("{0}")]
    Busy(String),
    /// Anything else: the required confinement cannot be had, the system refused.
    #[error("{0}")]
    Other(String),
}

impl ToolError {
    /// Of a program that did not start. `EAGAIN` (processes, memory that is locked) and `ETXTBSY` pass.
    pub(crate) fn of_start(error: &io::Error, text: String) -> Self {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::ExecutableFileBusy => Self::Busy(text),
            _ => Self::Other(text),
        }
    }
}

/// Why a grant makes no sense. An error of use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GrantError(pub(crate) String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        let of = |number| ToolError::of_start(&io::Error::from_raw_os_error(number), String::new());
        assert!(matches!(of(rustix::io::Errno::AGAIN.raw_os_error()), ToolError::Busy(_)));
        assert!(matches!(of(rustix::io::Errno::TXTBSY.raw_os_error()), ToolError::Busy(_)));
        assert!(matches!(of(rustix::io::Errno::NOEXEC.raw_os_error()), ToolError::Other(_)));
    }
}
