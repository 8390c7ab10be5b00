//! [`Observation`] and [`ScalingDecision`]: what a scaling policy gets, and what it gives. As JSON, the names are
//! those of the contract.

use serde::{Deserialize, Serialize};

use crate::opaque;

/// What was measured over one interval that ends at `at`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sample {
    /// Milliseconds since the Unix epoch.
    pub at: u64,
    /// Replicas that served.
    pub replicas: u32,
    /// Mean over the replicas, per cent of what each may use.
    pub cpu: f64,
    /// Mean over the replicas, per cent of what each may use.
    pub memory: f64,
    /// All replicas together.
    pub requests_per_second: f64,
    /// Milliseconds.
    pub latency_p95: f64,
    /// Share of requests that failed, 0 to 1.
    pub error_rate: f64,
}

/// What an environment asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Target {
    /// Fewest replicas.
    pub min: u32,
    /// Most replicas.
    pub max: u32,
    /// Per cent; none: not a target.
    #[serde(default)]
    pub cpu: Option<f64>,
    /// Per cent.
    #[serde(default)]
    pub memory: Option<f64>,
    /// Milliseconds, 95th percentile.
    #[serde(default)]
    pub latency: Option<f64>,
    /// Requests a second that one replica should get.
    #[serde(default)]
    pub requests_per_second_per_replica: Option<f64>,
    /// Share of requests, 0 to 1.
    #[serde(default)]
    pub error_rate: Option<f64>,
    /// Milliseconds that a new replica needs before it serves.
    pub start_up: u64,
}

/// All that a policy gets to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Observation {
    /// Milliseconds since the Unix epoch.
    pub now: u64,
    /// What the environment asks for.
    pub target: Target,
    /// Oldest first.
    pub samples: Vec<Sample>,
    /// What the policy returned last time; empty at first.
    #[serde(default, with = "opaque")]
    pub state: Vec<u8>,
}

/// What a policy expects of one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ForecastPoint {
    /// Milliseconds since the Unix epoch.
    pub at: u64,
    /// All replicas together.
    pub requests_per_second: f64,
}

/// A number of replicas, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ScalingDecision {
    /// Before it is clamped to `min` and `max`.
    pub replicas: u32,
    /// One line for people.
    pub reason: String,
    /// What the policy expects; may be empty.
    pub forecast: Vec<ForecastPoint>,
    /// Given back at the next call.
    #[serde(with = "opaque")]
    pub state: Vec<u8>,
}
