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

use sdlc_heal::work::FileChange;
use sdlc_model::outcome::RunOutcome;

use crate::remember::Entry;

/// What came of healing.
pub(crate) struct Mended {
    /// What the gates say of the files as they are now, or would be.
    pub(crate) outcome: RunOutcome,
    /// What would be written; empty where it was.
    pub(crate) patch: Vec<FileChange>,
    /// Whether something that was to be written was not.
    pub(crate) left_alone: bool,
    /// For the history, where it was made while the disk was waited for.
    pub(crate) entry: Option<Entry>,
}
