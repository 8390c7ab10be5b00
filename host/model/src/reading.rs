//! [`Counted`] and [`Reading`]: what is counted of a running service, and what it did between two counts.

use serde::{Deserialize, Serialize};

use crate::{scaling::Sample, traffic::Counters};

/// What is counted of the live version at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// Which release it is: counters of another one have nothing to do with these.
    pub release: String,
    /// As given to `sdlc deploy`.
    pub version: String,
    /// Replicas that there should be.
    pub asked: u32,
    /// By index.
    pub replicas: Vec<Usage>,
    /// Of all requests to it; none: the proxy does not run.
    pub traffic: Option<Counters>,
}

/// What is counted of a replica.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// Name of its container.
    pub name: String,
    /// Whether it runs.
    pub running: bool,
    /// Whether it gets requests.
    pub healthy: bool,
    /// Why not, for people. Untrusted.
    pub reason: Option<String>,
    /// How often the engine started it again.
    pub restarts: u64,
    /// What it ended with, the last time it did.
    pub exit_code: Option<i64>,
    /// When it was started, in milliseconds since 1970.
    pub started: Option<u64>,
    /// What it uses; none: it does not run, or the engine did not say so far.
    pub used: Option<Used>,
    /// Requests that were sent to it, by the proxy's count; none: it does not know the replica.
    pub requests: Option<u64>,
    /// Those of them that failed.
    pub errors: Option<u64>,
    /// Those that are not answered yet; 0 where the proxy does not know the replica.
    pub in_flight: u64,
}

/// What a replica uses.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Used {
    /// When it was counted, in nanoseconds since 1970, by the clock of the engine.
    pub at: u64,
    /// Processor time since the replica was started, in nanoseconds.
    pub processor: u64,
    /// Processors that it may use.
    pub processors: f64,
    /// Bytes, without what the kernel can take back at once.
    pub memory: u64,
    /// Bytes that it may use.
    pub memory_limit: u64,
}

/// What the live version did within an interval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reading {
    /// When the interval ended, in milliseconds since 1970.
    pub at: u64,
    /// How long it was, in milliseconds.
    pub interval: u64,
    /// As given to `sdlc deploy`.
    pub version: String,
    /// Replicas that there should be.
    pub asked: u32,
    /// Replicas that run.
    pub running: u32,
    /// Replicas that get requests.
    pub healthy: u32,
    /// Mean over the replicas that run, per cent of what each may use.
    pub cpu: f64,
    /// The same of memory.
    pub memory: f64,
    /// All replicas together; none: the proxy does not run.
    pub traffic: Option<Traffic>,
    /// What was measured beside the replicas.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measured: Vec<Measured>,
    /// By index.
    pub replicas: Vec<ReplicaReading>,
}

/// A value of the machine, of processes, or of what was asked over the network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Measured {
    /// Whose it is, such as `machine` or `https://example.org/healthz`.
    pub source: String,
    /// What it is, with its unit, such as `cpu-percent`.
    pub name: String,
    /// Finite.
    pub value: f64,
}

/// Requests of an interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Traffic {
    /// A second.
    pub requests_per_second: f64,
    /// Share of requests that failed, 0 to 1.
    pub error_rate: f64,
    /// Milliseconds; none: no request.
    pub latency_p50: Option<f64>,
    /// Milliseconds.
    pub latency_p95: Option<f64>,
    /// Milliseconds.
    pub latency_p99: Option<f64>,
}

/// What a replica did within an interval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReplicaReading {
    /// Name of its container.
    pub name: String,
    /// Whether it runs.
    pub running: bool,
    /// Whether it gets requests.
    pub healthy: bool,
    /// Why not, for people. Untrusted.
    pub reason: Option<String>,
    /// How often the engine started it again.
    pub restarts: u64,
    /// What it ended with, the last time it did.
    pub exit_code: Option<i64>,
    /// When it was started, in milliseconds since 1970.
    pub started: Option<u64>,
    /// Per cent of what it may use; none: it is new, or does not run.
    pub cpu: Option<f64>,
    /// Bytes; 0: it is new, or does not run.
    pub memory: u64,
    /// Bytes that it may use; 0: as before.
    pub memory_limit: u64,
    /// Requests that were sent to it; none: nobody knows.
    #[serde(default)]
    pub requests: Option<u64>,
    /// Those of them that failed.
    #[serde(default)]
    pub errors: Option<u64>,
}

impl Reading {
    /// As scaling policies get it. None: what the requests came to is not known, and no load is not the same.
    pub fn sample(&self) -> Option<Sample> {
        let traffic = self.traffic?;
        Some(Sample {
            at: self.at,
            replicas: self.healthy,
            cpu: self.cpu,
            memory: self.memory,
            requests_per_second: traffic.requests_per_second,
            latency_p95: traffic.latency_p95.unwrap_or(0.0),
            error_rate: traffic.error_rate,
        })
    }
}
