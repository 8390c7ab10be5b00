//! [`RawMonitor`]: `[environments.NAME.monitor]` of `sdlc.toml` as it is typed.

use schemars::JsonSchema;
use serde::Deserialize;

/// What `sdlc monitor` measures beside the replicas. CPU and memory of the machine are always measured.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawMonitor {
    /// Names of processes on this machine, such as `postgres`: each with all that it started.
    pub processes: Vec<String>,
    /// Addresses that are asked whether they answer, and how fast.
    pub probes: Vec<RawProbe>,
    /// Endpoints of Prometheus, and what of them is read.
    pub prometheus: Vec<RawEndpoint>,
}

/// An address that is asked whether it answers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawProbe {
    /// Such as `https://shop.example.org/healthz`.
    pub url: String,
    /// Statuses that are well. Default: 200 to 399.
    #[serde(default)]
    pub status: Vec<u16>,
    /// Longest that an answer may take. Default: 2s.
    #[serde(default)]
    pub timeout: Option<String>,
    /// How often it is asked. Default: 10s.
    #[serde(default)]
    pub interval: Option<String>,
}

/// An endpoint of Prometheus.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawEndpoint {
    /// Such as `http://127.0.0.1:9187/metrics`.
    pub url: String,
    /// What is read, such as `queue_length{queue="mail"}`. Samples that fit are summed; what only counts up is told a second.
    pub metrics: Vec<String>,
    /// Longest that an answer may take. Default: 2s.
    #[serde(default)]
    pub timeout: Option<String>,
    /// How often it is asked. Default: 10s.
    #[serde(default)]
    pub interval: Option<String>,
}
