//! [`RawEnvironment`]: `[environments.NAME]` of `sdlc.toml` as it is typed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    raw::{RawLimits, RawPlugin},
    raw_monitor::RawMonitor,
    raw_recover::RawRecover,
    raw_scale::RawScale,
};

/// An environment: a service on a Docker engine, and how new versions of it are deployed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawEnvironment {
    /// Image without a tag, such as `shop`: the version that is deployed is the tag. With `@sha256:...` as the version it is
    /// fetched by digest.
    pub image: String,
    /// How the image is built. Default: it has to be there, or in its registry.
    #[serde(default)]
    pub build: Option<RawBuild>,
    /// Number of replicas. Default: 1.
    #[serde(default)]
    pub replicas: Option<u32>,
    /// Port that a replica listens at, in its container.
    pub port: u16,
    /// Address that the proxy serves at. Default: `0.0.0.0:PORT`.
    #[serde(default)]
    pub listen: Option<String>,
    /// Address that the proxy shows its metrics at, for Prometheus, such as `127.0.0.1:9100`. Default: nowhere.
    #[serde(default)]
    pub metrics: Option<String>,
    /// Certificate of the proxy. Default: it speaks plain HTTP.
    #[serde(default)]
    pub tls: Option<RawTls>,
    /// HAProxy, which somebody else runs, instead of the proxy of `sdlc`.
    #[serde(default)]
    pub haproxy: Option<RawHaproxy>,
    /// Name of a cookie that keeps a client at the version that it has seen. Default: each request is on its own.
    #[serde(default)]
    pub sticky: Option<String>,
    /// What a replica may use.
    #[serde(default)]
    pub resources: RawResources,
    /// How to tell that a replica is well. Default: `path = "/"`.
    #[serde(default)]
    pub health: RawHealth,
    /// Variables of the replicas.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Names of variables whose values come from the environment that `sdlc deploy` runs in. They are written nowhere.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// What is mounted, such as `/srv/shop:/data` or `data:/data:ro`.
    #[serde(default)]
    pub volumes: Vec<String>,
    /// Networks that replicas join besides their own.
    #[serde(default)]
    pub networks: Vec<String>,
    /// What the engine does when a replica ends: `unless-stopped`, `on-failure` or `no`. Default: `unless-stopped`.
    #[serde(default)]
    pub restart: Option<String>,
    /// What is run instead of what the image says.
    #[serde(default)]
    pub command: Option<Vec<String>>,
    /// How long a replica may take to end. Default: 10s.
    #[serde(default)]
    pub stop_timeout: Option<String>,
    /// How long requests in flight may take, once their replica gets no new ones. Default: 30s.
    #[serde(default)]
    pub drain_timeout: Option<String>,
    /// Names of gates that have to pass first. Default: none.
    #[serde(default)]
    pub gates: Vec<String>,
    /// Commands that have to succeed first, such as `./backup.sh`. They run unconfined, in the directory of `sdlc.toml`.
    #[serde(default)]
    pub before: Vec<String>,
    /// The strategy of a deployment. Default: `builtin:blue-green`.
    #[serde(default)]
    pub deploy: Option<RawDeploy>,
    /// The policy that says how many replicas are needed. `sdlc monitor --apply` carries its decisions out.
    #[serde(default)]
    pub scale: Option<RawScale>,
    /// What `sdlc monitor` measures beside the replicas.
    #[serde(default)]
    pub monitor: RawMonitor,
    /// What is wrong with the running service, and what `sdlc monitor --heal` may do about it.
    #[serde(default)]
    pub recover: RawRecover,
    /// Longest that a deployment may take before all requests go back. Default: 30m.
    #[serde(default)]
    pub time_limit: Option<String>,
    /// How long the version before runs on after a promotion, without requests, for a rollback at once. Default: 0s.
    #[serde(default)]
    pub keep_warm: Option<String>,
    /// How many versions before the live one are kept, stopped, for a rollback in seconds. Default: 2.
    #[serde(default)]
    pub keep_versions: Option<usize>,
    /// Who is told when a deployment fails or is rolled back. Default: nobody.
    #[serde(default)]
    pub notify: Vec<RawNotify>,
}

/// A backend of HAProxy, to which servers are added by the runtime API.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawHaproxy {
    /// Path of its `stats socket`, of `level admin`.
    pub socket: String,
    /// Name of the backend, which has no servers of its own.
    pub backend: String,
}

/// A web hook.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawNotify {
    /// Its address, such as `https://ops.example.org/hook`.
    #[serde(default)]
    pub url: Option<String>,
    /// Name of the variable that has the address, where it is a secret.
    #[serde(default)]
    pub url_from: Option<String>,
    /// `json`, or `slack` for what takes the messages of Slack. Default: `json`.
    #[serde(default)]
    pub format: Option<String>,
}

/// How an image is built.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawBuild {
    /// Directory of the files, relative to `sdlc.toml`. Default: `.`.
    #[serde(default)]
    pub context: Option<String>,
    /// Dockerfile, relative to the context. Default: `Dockerfile`.
    #[serde(default)]
    pub dockerfile: Option<String>,
    /// Arguments of the build.
    #[serde(default)]
    pub args: BTreeMap<String, String>,
    /// Stage of the Dockerfile.
    #[serde(default)]
    pub target: Option<String>,
}

/// A certificate, in PEM.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawTls {
    /// Path of the chain of certificates, relative to `sdlc.toml`.
    pub certificate: String,
    /// Path of the private key, relative to `sdlc.toml`.
    pub key: String,
}

/// What a replica may use.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawResources {
    /// Processors, such as `0.5` or `500m`. Default: all of them.
    pub cpu: Option<String>,
    /// Memory, such as `256Mi` or `1GiB`. Default: all of it.
    pub memory: Option<String>,
}

/// How to tell that a replica is well.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawHealth {
    /// `http` (a request to `path`), `tcp` (a connection) or `image` (the `HEALTHCHECK` of the image). Default: `http`.
    pub kind: Option<String>,
    /// Path of the request. Default: `/`.
    pub path: Option<String>,
    /// Statuses that are well. Default: 200 to 399.
    pub status: Vec<u16>,
    /// Text that the answer has to contain.
    pub body: Option<String>,
    /// An answer that takes longer is none, such as `500ms`. Default: `timeout`.
    pub slowest: Option<String>,
    /// How often it is asked. Default: 5s.
    pub interval: Option<String>,
    /// Longest that an answer may take. Default: 2s.
    pub timeout: Option<String>,
    /// Successes in a row that make a replica healthy. Default: 2.
    pub healthy_after: Option<u32>,
    /// Failures in a row that make a replica unhealthy. Default: 3.
    pub unhealthy_after: Option<u32>,
    /// How long failures do not count at first. Default: 0s.
    pub start_period: Option<String>,
}

/// The strategy of a deployment.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawDeploy {
    /// Which plugin, as in `gates`.
    pub plugin: RawPlugin,
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
