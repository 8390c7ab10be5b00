//! [`Rollout`] and [`RolloutDecision`]: what a deploy strategy gets, and what it gives. As JSON, the names are those
//! of the contract.

use serde::{Deserialize, Serialize};

use crate::opaque;

/// One version of a service, with its replicas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Slot {
    /// As given to `sdlc deploy`.
    pub version: String,
    /// Wanted.
    pub replicas: u32,
    /// Passing their health checks now.
    pub healthy: u32,
    /// Per cent of new requests it gets.
    pub share: u32,
    /// Milliseconds since its replicas were all healthy; none: not yet.
    #[serde(default)]
    pub healthy_for: Option<u64>,
    /// Since `share` last changed.
    pub requests: u64,
    /// Of these, those without an answer or with a status of 500 and above.
    pub errors: u64,
    /// Milliseconds; zero without requests.
    pub latency_p50: f64,
    /// Milliseconds.
    pub latency_p95: f64,
    /// Milliseconds.
    pub latency_p99: f64,
}

/// Whether a step could be carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LastStep {
    /// It could, or there was none.
    #[default]
    Ok,
    /// It could not: why.
    Err(String),
}

/// All that a strategy gets to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rollout {
    /// Milliseconds since the rollout began.
    pub elapsed: u64,
    /// Milliseconds since the last step was done.
    pub since_last_step: u64,
    /// Replicas that the environment asks for.
    pub replicas: u32,
    /// None at the first deployment ever.
    #[serde(default)]
    pub live: Option<Slot>,
    /// None until started.
    #[serde(default)]
    pub candidate: Option<Slot>,
    /// Whether the last step could be carried out.
    #[serde(default)]
    pub last_step: LastStep,
    /// What the strategy returned last time; empty at first.
    #[serde(default, with = "opaque")]
    pub state: Vec<u8>,
}

/// What the host does next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Starts the candidate with so many replicas, or changes their number.
    Start(u32),
    /// Sends so many per cent of new requests to the candidate.
    Shift(u32),
    /// Looks again after so many milliseconds.
    Wait(u32),
    /// The candidate becomes the live version.
    Promote,
    /// All requests go back to the live version.
    RollBack(String),
}

/// A step, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RolloutDecision {
    /// What the host does next.
    pub step: Step,
    /// One line for people.
    pub reason: String,
    /// Given back at the next call.
    #[serde(with = "opaque")]
    pub state: Vec<u8>,
}
