//! [`ScalingPolicy`]: a configured instance of a plugin that says how many replicas a service needs.

use std::sync::Arc;

use sdlc_model::scaling::{ForecastPoint, Observation, ScalingDecision};
use tokio_util::sync::CancellationToken;

use crate::{
    bindings::scaling_policy::{Role, exports::sdlc::plugin::scaling_policy as wit},
    call::CallError,
    convert,
    guest::Guest,
    limits::Limits,
    plugin::Plugin,
};

/// A configured instance. After an error it is of no use any more.
pub struct ScalingPolicy {
    guest: Guest,
    role: Arc<Role>,
}

impl ScalingPolicy {
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
        let indices = plugin.roles.scaling_policy()?;
        let mut guest = Guest::configured(plugin, settings, limits, None, cancelled).await?;
        let (instance, indices) = (guest.instance, indices.clone());
        let role = guest.session.load(move |store| indices.load(store, &instance)).await?;
        Ok(Self { guest, role: Arc::new(role) })
    }

    /// Number of replicas for what was observed, before it is clamped.
    ///
    /// # Errors
    /// Where the call fails, or its result makes no sense.
    pub async fn decide(&mut self, observation: &Observation) -> Result<ScalingDecision, CallError> {
        let observation = to_wit(observation);
        let role = Arc::clone(&self.role);
        let call = async move |store: &mut _| role.sdlc_plugin_scaling_policy().call_decide(store, &observation).await;
        let decision = self.guest.session.call(call).await?;
        let decision = decision.map_err(convert::error)?;
        let forecast = decision.forecast.into_iter();
        let forecast =
            forecast.map(|point| ForecastPoint { at: point.at, requests_per_second: point.requests_per_second });
        let forecast: Vec<_> = forecast.collect();
        if let Some(point) = forecast.iter().find(|point| !point.requests_per_second.is_finite()) {
            let message = format!("a forecast of {} requests per second", point.requests_per_second);
            return Err(CallError::Invalid(message));
        }
        Ok(ScalingDecision {
            replicas: decision.replicas,
            reason: decision.reason,
            forecast,
            state: convert::state(decision.state)?,
        })
    }

    /// What the guest wrote since the last call.
    pub fn take_log(&self) -> Option<String> {
        self.guest.session.take_log()
    }
}

fn to_wit(observation: &Observation) -> wit::Observation {
    let target = &observation.target;
    let samples = observation.samples.iter().map(|sample| wit::Sample {
        at: sample.at,
        replicas: sample.replicas,
        cpu: sample.cpu,
        memory: sample.memory,
        requests_per_second: sample.requests_per_second,
        latency_p95: sample.latency_p95,
        error_rate: sample.error_rate,
    });
    wit::Observation {
        now: observation.now,
        target: wit::Target {
            min: target.min,
            max: target.max,
            cpu: target.cpu,
            memory: target.memory,
            latency: target.latency,
            requests_per_second_per_replica: target.requests_per_second_per_replica,
            error_rate: target.error_rate,
            start_up: target.start_up,
        },
        samples: samples.collect(),
        state: observation.state.clone(),
    }
}
