//! Keeps the load of each replica near a target.

use sdlc_sdk::{Error, Info, Observation, Plugin, Problem, ScalingDecision, ScalingPolicy};

/// The plugin's own table of `sdlc.toml`.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    /// No change while the load is this near its target, as a share of it.
    tolerance: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { tolerance: 0.1 }
    }
}

struct Tracking(Settings);

impl Plugin for Tracking {
    type Settings = Settings;

    fn info() -> Info {
        Info::new(
            "{{name}}",
            env!("CARGO_PKG_VERSION"),
            "keeps the load of each replica near a target",
        )
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        if (0.0..1.0).contains(&settings.tolerance) {
            Ok(Self(settings))
        } else {
            Err(vec![Problem::new(
                "tolerance",
                "must be at least 0 and below 1",
            )])
        }
    }
}

impl ScalingPolicy for Tracking {
    fn decide(&self, observation: Observation) -> Result<ScalingDecision, Error> {
        let Some(now) = observation.samples.last() else {
            return Ok(ScalingDecision::new(
                observation.target.min,
                "nothing was measured yet",
            ));
        };
        let target = observation.target.cpu.unwrap_or(70.0);
        let ratio = now.cpu / target;
        if (ratio - 1.0).abs() <= self.0.tolerance {
            return Ok(ScalingDecision::new(
                now.replicas,
                format!("cpu {:.0} % is near {target:.0} %", now.cpu),
            ));
        }
        // What a load in per cent asks for is far below 2^32 replicas; the cast saturates.
        let replicas = (f64::from(now.replicas) * ratio).ceil() as u32;
        Ok(ScalingDecision::new(
            replicas,
            format!("cpu {:.0} % where {target:.0} % is wanted", now.cpu),
        ))
    }
}

sdlc_sdk::export!(Tracking: scaling_policy);
