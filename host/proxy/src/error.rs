//! [`Error`]: why a proxy did not start, or what one that runs did not answer.

use std::{io, net::SocketAddr, path::PathBuf};

/// Why a proxy did not start, or what one that runs did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The directory belongs to others, or others may enter it.
    #[error("`{}` is not private: {reason}\nhint: the directory of a proxy must belong to who runs it, with mode 0700", .path.display())]
    NotPrivate {
        /// The directory.
        path: PathBuf,
        /// Who else has access.
        reason: String,
    },
    /// There is one already.
    #[error("a proxy runs in `{}` already\nhint: stop it, or take over from it", .path.display())]
    Running {
        /// The directory that both want.
        path: PathBuf,
    },
    /// The table of before is not one.
    #[error("`{}` is not a table: {reason}\nhint: it was left as it is; move it away to begin without targets", .path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file or a directory.
    #[error("cannot {what} `{}`: {error}", .path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it failed.
        error: io::Error,
    },
    /// An address to listen on.
    #[error("cannot listen on `{address}`: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why it failed.
        error: io::Error,
    },
    /// The certificate, or its key.
    #[error("cannot use `{}` for TLS: {reason}\nhint: it takes PEM: a chain that begins with its own certificate, and the private key of that one", .path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The other proxy did not hand over.
    #[error("cannot take over from the proxy in `{}`: {reason}", .path.display())]
    TakeOver {
        /// The directory of both.
        path: PathBuf,
        /// Why it failed.
        reason: String,
    },
    /// No proxy answers at this socket.
    #[error("no proxy answers at `{}`: {error}\nhint: is it running?", .path.display())]
    NoAnswer {
        /// The socket.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The proxy answered something that this version does not understand.
    #[error("the proxy at `{}` answered what is not understood: {reason}\nhint: is it of another version?", .path.display())]
    Answer {
        /// The socket.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The proxy did not do what it was asked to.
    #[error("the proxy refused: {reason}{}", .hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default())]
    Refused {
        /// Why.
        reason: String,
        /// What to do.
        hint: Option<String>,
    },
}
