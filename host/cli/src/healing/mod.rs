//! Healing a project: what the workflow needs from the rest of the host, and where its results go.
//!
//! [`session`] runs the gates on files as they would be, [`write`] writes what came of it, [`interrupted`] takes back what
//! a kill left half done.

pub(crate) mod fixing;
pub(crate) mod interrupted;
mod session;
pub(crate) mod write;
