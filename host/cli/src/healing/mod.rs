//! Healing a project: what the workflow needs from the rest of the host, and where its results go.
//!
//! [`fixing`] applies the fixes of findings, [`treating`] asks healers; [`breakers`] remembers which of them fail.
//! [`session`] runs the gates on files as they would be, [`write`] writes what came of it, [`interrupted`] takes back what
//! a kill left half done.

mod breakers;
pub(crate) mod fixing;
pub(crate) mod interrupted;
mod session;
pub(crate) mod treating;
pub(crate) mod write;
