//! Why a database cannot be used ([`DatabaseError`]) or built ([`UpdateError`]).

use std::{io, path::PathBuf};

/// Why a database cannot be used. It is never taken to be empty instead.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// There is none.
    #[error("there is no database of advisories; hint: `sdlc advisories update --from DIR|ZIP|URL` builds `{}`", .0.display())]
    Missing(PathBuf),
    /// It is not as it was written.
    #[error(
        "the database of advisories `{}` is broken: {reason}; hint: `sdlc advisories update --replace --from DIR|ZIP|URL` \
         builds it anew",
        path.display()
    )]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file system says no.
    #[error("the database of advisories `{}` cannot be read: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
}

/// Why a database cannot be built. The one before is left as it was.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The one that is there cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A source, or a file of it, makes no sense.
    #[error("`{file}`: {reason}")]
    Malformed {
        /// The source, and the file in it.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is more of it than can be meant.
    #[error("`{file}` has more than {limit}; hint: is it what OSV publishes?")]
    TooMuch {
        /// The source, and the file in it.
        file: String,
        /// How much there may be.
        limit: String,
    },
    /// A source has no advisories.
    #[error("`{0}` has no advisories{1}; hint: OSV publishes them as `all.zip` of each ecosystem")]
    Empty(String, String),
    /// The file system says no.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
    /// The directory is not ours alone.
    #[error("`{}` cannot be trusted: {reason}; hint: name another with `--state-dir`", path.display())]
    Untrusted {
        /// The directory.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}
