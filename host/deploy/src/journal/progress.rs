//! [`Progress`]: how far a rollout is.

use sdlc_model::rollout::{LastStep, Step};

/// How far a rollout is. Times are in milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// When it began.
    pub began: u64,
    /// When the last step was done.
    pub last_step_at: u64,
    /// Whether it could be.
    pub last_step: LastStep,
    /// A step that was about to be done: nobody knows whether it was.
    pub pending: Option<Step>,
    /// The state of the strategy.
    pub state: Vec<u8>,
}
