//! The built-in healer `service-recovery`: what to do about a running service that is not well.
//!
//! It proposes one thing at a time, the mildest that can help first: a fresh replica, all of them one after the other, one
//! more, or the version before where the one that is live is new. What it may do, how often, and whether it helped is the
//! host's concern. Its parts: [`facts`] reads the evidence, [`plan`] decides.
#![forbid(unsafe_code)]

mod facts;
mod plan;

use facts::Facts;
use schemars::JsonSchema;
use sdlc_sdk::{Error, Healer, Info, Patient, Plugin, Problem, Treatment};
use serde::Deserialize;

/// Settings of `service-recovery`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Minutes after a deployment in which what goes wrong is taken to come from it. Default: 15.
    pub new_version_minutes: u32,
    /// Per cent of the processor above which a slow service gets one more replica. Default: 70.
    pub busy_cpu: f64,
    /// Most replicas that are asked for. Default: 10.
    pub most_replicas: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { new_version_minutes: 15, busy_cpu: 70.0, most_replicas: 10 }
    }
}

/// The healer, with its settings.
pub struct ServiceRecovery {
    settings: Settings,
}

impl Plugin for ServiceRecovery {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("service-recovery", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        if !(0.0..=100.0).contains(&settings.busy_cpu) {
            problems.push(Problem::new("busy-cpu", "must be 0 to 100"));
        }
        if settings.most_replicas == 0 {
            problems.push(Problem::new("most-replicas", "must be 1 or more"));
        }
        if problems.is_empty() { Ok(Self { settings }) } else { Err(problems) }
    }
}

impl Healer for ServiceRecovery {
    fn heal(&self, patient: Patient) -> Result<Vec<Treatment>, Error> {
        let Patient::Incident(incident) = patient else { return Ok(Vec::new()) };
        Ok(plan::plan(&incident, &Facts::of(&incident.evidence), &self.settings))
    }
}

// A native library has no use for the component's functions, and linkers refuse their names.
#[cfg(target_arch = "wasm32")]
sdlc_sdk::export!(ServiceRecovery: healer);
