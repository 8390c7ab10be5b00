//! [`Strategy`]: says the next step. A plugin, most of the time.

use sdlc_model::rollout::{Rollout, RolloutDecision};

/// Says the next step for what was observed. Knows nothing of how it is carried out.
#[expect(async_fn_in_trait, reason = "a rollout runs on one thread")]
pub trait Strategy {
    /// The next step.
    ///
    /// # Errors
    /// It could not say: why.
    async fn next(&mut self, rollout: &Rollout) -> Result<RolloutDecision, String>;
}
