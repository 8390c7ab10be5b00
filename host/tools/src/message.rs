//! What the two ends say to each other over a socket that is the launcher's standard input: first a [`Plan`], then
//! [`Report`]s the other way. The host's hanging up is the order to end everything.

use std::{
    ffi::OsString,
    io::{self, Read, Write},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{capability::Layers, error::ToolError, limits::Limits};

/// What to run, and how to confine it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// Absolute path of the program.
    pub(crate) program: OsString,
    /// How it is called.
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
    /// All of it.
    pub(crate) environment: Vec<(OsString, OsString)>,
    pub(crate) stdin: Vec<u8>,
    /// Absolute path.
    pub(crate) workspace: OsString,
    /// Relative to the workspace.
    pub(crate) directory: OsString,
    pub(crate) limits: Limits,
    pub(crate) layers: Layers,
    /// Relative to the workspace.
    pub(crate) read: Vec<OsString>,
    /// Relative to the workspace.
    pub(crate) write: Vec<OsString>,
    /// Relative to the workspace.
    pub(crate) hidden: Vec<OsString>,
    /// Absolute paths that may be read and executed.
    pub(crate) system: Vec<OsString>,
    /// Absolute path of a directory for this program alone.
    pub(crate) private: OsString,
    /// TCP ports that may be connected to.
    pub(crate) ports: Vec<u16>,
    /// TCP ports that may be listened at.
    pub(crate) serve: Vec<u16>,
    /// Whether all is allowed in the network of its own.
    pub(crate) loopback: bool,
    /// In name spaces, the names that there are, in the format of `/etc/hosts`.
    pub(crate) hosts: String,
}

/// What became of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Report {
    /// The network is there; what follows are its listeners, each with a byte.
    Listening,
    /// Everything is in place; what follows is the program's doing, or a failure to start it.
    Started,
    /// The program ended with a status.
    Exited(i32),
    /// The program was ended by a signal.
    Signal(i32),
    /// It was not started.
    Failed(ToolError),
}

/// Bytes of the longest report, whose texts are ours.
pub(crate) const LONGEST_REPORT: u32 = 64 << 10;

/// Bytes of the longest plan: the command is the host's to limit.
pub(crate) const LONGEST_PLAN: u32 = 1 << 30;

/// The message behind its length.
pub(crate) fn encode<T: Serialize>(message: &T) -> io::Result<Vec<u8>> {
    let body = postcard::to_stdvec(message).map_err(io::Error::other)?;
    let length = u32::try_from(body.len()).map_err(io::Error::other)?;
    Ok([&length.to_le_bytes(), body.as_slice()].concat())
}

/// The inverse of what [`encode`] does after the length.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> io::Result<T> {
    postcard::from_bytes(body).map_err(io::Error::other)
}

/// Writes one message.
pub(crate) fn write<T: Serialize>(mut to: impl Write, message: &T) -> io::Result<()> {
    to.write_all(&encode(message)?)
}

/// Reads one message, and not a byte more.
pub(crate) fn read<T: DeserializeOwned>(mut from: impl Read, longest: u32) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length > longest {
        return Err(io::Error::other("a message that is too long"));
    }
    let mut body = Vec::new();
    from.take(u64::from(length)).read_to_end(&mut body)?;
    decode(&body)
}
