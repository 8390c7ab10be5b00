//! [`ToolError`]: why a program did not run or gave no result; [`GrantError`]: why a grant makes no sense.

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
    /// Anything else: the required confinement cannot be had, the system refused.
    #[error("{0}")]
    Other(String),
}

/// Why a grant makes no sense. An error of use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GrantError(pub(crate) String);
