//! [`RawScale`]: `[environments.NAME.scale]` of `sdlc.toml` as it is typed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::raw::{RawLimits, RawPlugin};

/// How many replicas an environment needs: a policy says so, within limits.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawScale {
    /// Which policy, as in `gates`: `builtin:target-tracking`, `builtin:predictive`, `builtin:schedule` or your own.
    pub plugin: RawPlugin,
    /// Fewest replicas, whatever the policy says. Default: 1.
    #[serde(default)]
    pub min: Option<u32>,
    /// Most replicas, whatever the policy says.
    pub max: u32,
    /// What the policy keeps, such as `{ cpu = 70 }`.
    #[serde(default)]
    pub target: RawTarget,
    /// How long a new replica takes until it serves. Default: 10s.
    #[serde(default)]
    pub start_up: Option<String>,
    /// Time between two decisions. Default: 15s.
    #[serde(default)]
    pub interval: Option<String>,
    /// How fast replicas are added at most. Default: as fast as the policy says.
    #[serde(default)]
    pub up: RawPace,
    /// How fast replicas are removed at most. Default: as fast as the policy says.
    #[serde(default)]
    pub down: RawPace,
    /// Longest time that one call into the plugin may take. Default: 30s.
    #[serde(default)]
    pub timeout: Option<String>,
    /// How much the plugin may use.
    #[serde(default)]
    pub limits: RawLimits,
    /// Settings of the plugin, which validates them itself.
    #[serde(default)]
    pub settings: BTreeMap<String, Value>,
}

/// What a policy keeps. What is left out is no target.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawTarget {
    /// Mean of the replicas, per cent of what each may use.
    pub cpu: Option<f64>,
    /// Mean of the replicas, per cent of what each may use.
    pub memory: Option<f64>,
    /// 95th percentile, milliseconds.
    pub latency: Option<f64>,
    /// Requests a second that one replica should get.
    pub requests_per_second_per_replica: Option<f64>,
    /// Share of requests that fail, 0 to 1.
    pub error_rate: Option<f64>,
}

/// How fast the number of replicas may change in one direction.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawPace {
    /// Most replicas within any minute. Default: as many as the policy says.
    pub per_minute: Option<u32>,
    /// Time that has to pass since the last change of either direction. Default: 0s.
    pub cooldown: Option<String>,
}
