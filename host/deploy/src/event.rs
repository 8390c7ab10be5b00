//! [`Event`]: what happens in a rollout, for those who watch it.

use std::time::Duration;

use sdlc_model::rollout::{RolloutDecision, Step};

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The strategy said a step, and it may be done.
    Decided {
        /// Milliseconds since the rollout began.
        at: u64,
        /// The step, and why.
        decision: RolloutDecision,
    },
    /// The strategy said a step that may not be done.
    Refused {
        /// The step.
        step: Step,
        /// Why it may not be done.
        reason: String,
    },
    /// A step could not be carried out.
    Failed {
        /// The step.
        step: Step,
        /// Why not.
        reason: String,
    },
    /// Nothing could be seen for the moment; it is tried again.
    Blind {
        /// Why not.
        reason: String,
    },
    /// The candidate is the live version.
    Promoted,
    /// The version before runs on for a while, without requests.
    Warm {
        /// How long.
        time: Duration,
    },
    /// Requests in flight at the version before come to their end, and it is stopped.
    Draining,
    /// All requests go back.
    GoingBack {
        /// Why.
        reason: String,
    },
    /// The candidate is gone, and the live version is what it was.
    RolledBack {
        /// Why.
        reason: String,
    },
}
