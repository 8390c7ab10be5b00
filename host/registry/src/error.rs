//! [`RegistryError`]: why something could not be fetched or published.

use std::time::Duration;

/// Why something could not be fetched or published.
///
/// Messages are lower-case, name the thing in backticks and end with a hint where there is one. They hold text of foreign
/// servers, and are to be made harmless before they are shown. They never hold credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// What was asked for makes no sense: a reference, an address, a key, a file of certificates.
    #[error("{0}")]
    Usage(String),
    /// The login is missing or wrong, or does not suffice.
    #[error("{0}")]
    Denied(String),
    /// It is not there.
    #[error("{0}")]
    NotFound(String),
    /// No answer, or none that makes sense, after all attempts.
    #[error("{0}")]
    Unreachable(String),
    /// It took longer than it may.
    #[error("`{what}` took longer than {}; hint: try again, or allow more time", humantime::format_duration(*.limit))]
    TimedOut {
        /// What was asked for.
        what: String,
        /// How long it may take.
        limit: Duration,
    },
    /// Refused, because of where it would lead: a private address, plain HTTP, too many redirects.
    #[error("{0}")]
    Forbidden(String),
    /// Not what was promised: a digest, a size, a moved tag.
    #[error("{0}")]
    Mismatch(String),
    /// Larger than it may be.
    #[error("`{what}` is larger than {limit} bytes; hint: ask who published it")]
    TooLarge {
        /// What was asked for.
        what: String,
        /// How large it may be.
        limit: u64,
    },
    /// Something else than a plugin: an image, a core module, a web page.
    #[error("{0}")]
    NotAPlugin(String),
    /// The signature that is required is not there, or not by this key.
    #[error("{0}")]
    Signature(String),
    /// The tag is there already, with other content.
    #[error("{0}")]
    Exists(String),
}

/// What everything here returns.
pub type Result<T, E = RegistryError> = std::result::Result<T, E>;
