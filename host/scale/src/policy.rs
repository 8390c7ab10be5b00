//! [`Policy`]: says how many replicas a service needs. A plugin, most of the time.

use sdlc_model::scaling::{Observation, ScalingDecision};

/// Says how many replicas a service needs. Knows nothing of how they come to be.
#[expect(async_fn_in_trait, reason = "decisions about one service are made on one thread")]
pub trait Policy {
    /// Number of replicas for what was observed, before it is clamped. After an error the policy may be asked again.
    ///
    /// # Errors
    /// It could not say: why.
    async fn decide(&mut self, observation: &Observation) -> Result<ScalingDecision, String>;
}
