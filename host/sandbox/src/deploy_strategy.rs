//! [`DeployStrategy`]: a configured instance of a plugin that says the next step of a rollout.

use std::sync::Arc;

use sdlc_model::rollout::{LastStep, Rollout, RolloutDecision, Slot, Step};
use tokio_util::sync::CancellationToken;

use crate::{
    bindings::deploy_strategy::{Role, exports::sdlc::plugin::deploy_strategy as wit},
    call::CallError,
    convert,
    guest::Guest,
    limits::Limits,
    plugin::Plugin,
};

/// A configured instance. After an error it is of no use any more.
pub struct DeployStrategy {
    guest: Guest,
    role: Arc<Role>,
}

impl DeployStrategy {
    /// Instantiates and configures. `settings` is the plugin's own table, as JSON.
    ///
    /// # Errors
    /// Where it cannot be instantiated within the limits, or refuses its settings.
    pub async fn new(
        plugin: &Plugin,
        settings: &str,
        limits: &Limits,
        cancelled: CancellationToken,
    ) -> Result<Self, CallError> {
        let indices = plugin.roles.deploy_strategy()?;
        let mut guest = Guest::configured(plugin, settings, limits, None, cancelled).await?;
        let (instance, indices) = (guest.instance, indices.clone());
        let role = guest.session.load(move |store| indices.load(store, &instance)).await?;
        Ok(Self { guest, role: Arc::new(role) })
    }

    /// The next step for what was observed. Whether it may be done is not decided here.
    ///
    /// # Errors
    /// Where the call fails, or its result makes no sense.
    pub async fn next(&mut self, rollout: &Rollout) -> Result<RolloutDecision, CallError> {
        let rollout = to_wit(rollout);
        let role = Arc::clone(&self.role);
        let call = async move |store: &mut _| role.sdlc_plugin_deploy_strategy().call_next(store, &rollout).await;
        let decision = self.guest.session.call(call).await?;
        let decision = decision.map_err(convert::error)?;
        let step = match decision.step {
            wit::Step::Shift(share) if share > 100 => {
                return Err(CallError::Invalid(format!("a share of {share} per cent")));
            }
            wit::Step::Start(replicas) => Step::Start(replicas),
            wit::Step::Shift(share) => Step::Shift(share),
            wit::Step::Wait(milliseconds) => Step::Wait(milliseconds),
            wit::Step::Promote => Step::Promote,
            wit::Step::RollBack(reason) => Step::RollBack(reason),
        };
        Ok(RolloutDecision { step, reason: decision.reason, state: convert::state(decision.state)? })
    }

    /// What the guest wrote since the last call.
    pub fn take_log(&self) -> Option<String> {
        self.guest.session.take_log()
    }
}

fn to_wit(rollout: &Rollout) -> wit::Rollout {
    wit::Rollout {
        elapsed: rollout.elapsed,
        since_last_step: rollout.since_last_step,
        replicas: rollout.replicas,
        live: rollout.live.as_ref().map(slot),
        candidate: rollout.candidate.as_ref().map(slot),
        last_step: match &rollout.last_step {
            LastStep::Ok => Ok(()),
            LastStep::Err(reason) => Err(reason.clone()),
        },
        state: rollout.state.clone(),
    }
}

fn slot(slot: &Slot) -> wit::Slot {
    wit::Slot {
        version: slot.version.clone(),
        replicas: slot.replicas,
        healthy: slot.healthy,
        share: slot.share,
        healthy_for: slot.healthy_for,
        requests: slot.requests,
        errors: slot.errors,
        latency_p50: slot.latency_p50,
        latency_p95: slot.latency_p95,
        latency_p99: slot.latency_p99,
    }
}
