//! The built-in policy `target-tracking`: keeps CPU, memory, latency or requests of each replica near a target, as the
//! HorizontalPodAutoscaler of Kubernetes does.
#![forbid(unsafe_code)]

use sdlc_sdk::{Error, Info, Observation, Plugin, Problem, ScalingDecision, ScalingPolicy};
use tracking::{Settings, Tracker, memory::Memory};

/// The policy.
pub struct TargetTracking(Tracker);

impl Plugin for TargetTracking {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("target-tracking", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        Tracker::new(&settings).map(Self)
    }
}

impl ScalingPolicy for TargetTracking {
    fn decide(&self, observation: Observation) -> Result<ScalingDecision, Error> {
        let mut memory: Memory = serde_json::from_slice(&observation.state).unwrap_or_default();
        let tracked = self.0.track(&observation, &mut memory)?;
        memory.ask(tracked.current, tracked.replicas, observation.now);
        let state = serde_json::to_vec(&memory).unwrap_or_default();
        Ok(ScalingDecision::new(tracked.replicas, tracked.reason).keep(state))
    }
}

sdlc_sdk::export!(TargetTracking: scaling_policy);
