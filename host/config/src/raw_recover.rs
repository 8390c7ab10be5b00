//! [`RawRecover`]: `[environments.NAME.recover]` of `sdlc.toml` as it is typed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::raw::{RawLimits, RawPlugin};

/// What is wrong with a running service, and what may be done about it by `sdlc monitor --heal`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawRecover {
    /// Which healer, as in `gates`. Default: `builtin:service-recovery`.
    pub plugin: Option<RawPlugin>,
    /// What it may do: `restart-replica`, `restart-service`, `scale`, `roll-back`. Default: the first two.
    pub allow: Option<Vec<String>>,
    /// Most actions within an hour. Default: 6.
    pub most_per_hour: Option<u32>,
    /// Share of requests that may fail, 0 to 1. Default: 0.05.
    pub error_rate: Option<f64>,
    /// 95th percentile that is put up with, such as `300ms`. Default: any.
    pub latency: Option<String>,
    /// How long something has to be wrong until it is an incident. Default: 30s.
    pub lasting: Option<String>,
    /// How long a replica may take until it is healthy for the first time. Default: 1m.
    pub start_up: Option<String>,
    /// How often a replica may end within five minutes. Default: 2.
    pub crashes: Option<u32>,
    /// How long memory is watched; after half of it, a leak can be told. Default: 30m.
    pub leak_window: Option<String>,
    /// A replica leaks whose memory grows so that it reaches its limit within this time. Default: 1h.
    pub leak_within: Option<String>,
    /// Longest time that one call into the plugin may take. Default: 30s.
    pub timeout: Option<String>,
    /// How much the plugin may use.
    pub limits: RawLimits,
    /// Settings of the plugin, which validates them itself.
    pub settings: BTreeMap<String, Value>,
}
