//! [`RawConfig`]: `sdlc.toml` as it is typed. Its JSON Schema is what `sdlc schema` prints and what the text is
//! held against, so every `///` here is read by users in their editors.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::raw_environment::RawEnvironment;

/// Configuration of sdlc.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawConfig {
    /// What holds for the project as a whole.
    pub project: RawProject,
    /// Conditions on the run as a whole.
    pub overall: RawOverall,
    /// The gates, by name.
    pub gates: BTreeMap<String, RawGate>,
    /// The healers, by name: what `sdlc heal` asks for cures of what the gates find.
    pub healers: BTreeMap<String, RawHealer>,
    /// The environments, by name: where `sdlc deploy` brings a version to.
    pub environments: BTreeMap<String, RawEnvironment>,
    /// What is kept from run to run.
    pub cache: RawCache,
}

/// What holds for the project as a whole.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawProject {
    /// Name of the project, for reports.
    pub name: Option<String>,
    /// Globs of paths that no gate checks, on top of `.gitignore`, such as `vendor/**`.
    pub exclude: Vec<String>,
}

/// Conditions on the run as a whole.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawOverall {
    /// Conditions on `score` (the mean of the gates' scores by their weights), `findings`, `errors`, `warnings`,
    /// `notes` and `files`, such as `score = ">= 8.0"`.
    pub require: BTreeMap<String, String>,
}

/// A gate: a plugin, its settings, and what is asked of it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawGate {
    /// Which plugin: `builtin:NAME`, `{ path = "gate.wasm" }`, `{ oci = "registry.example/acme/gate:1.4.0" }` or
    /// `{ url = "https://example.com/gate.wasm" }`.
    pub plugin: RawPlugin,
    /// Globs of the files that the gate checks, among those that the plugin wants. Default: all of them.
    #[serde(default)]
    pub files: Option<Vec<String>>,
    /// Globs of files that the gate does not check.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Conditions on metrics, such as `score = ">= 8.0"` or `errors = "== 0"`. Every gate has `score`, `findings`,
    /// `errors`, `warnings`, `notes` and `files`, besides those that the plugin measures.
    #[serde(default)]
    pub require: BTreeMap<String, String>,
    /// From which severity on a finding fails the run: `note`, `warning`, `error` or `never`. Default: `warning`, or
    /// `never` where `require` has conditions.
    #[serde(default)]
    pub fail_on: Option<String>,
    /// Weight of the gate's score in the overall score. Default: 1.
    #[serde(default)]
    pub weight: Option<f64>,
    /// Longest time that one call into the plugin (a file, for most gates) may take, such as `30s`. Default: 30s.
    #[serde(default)]
    pub timeout: Option<String>,
    /// What the plugin may do, if it judges the workspace as a whole. Gates that judge file by file need nothing.
    #[serde(default)]
    pub grant: RawGrant,
    /// How much the plugin may use.
    #[serde(default)]
    pub limits: RawLimits,
    /// Settings of the plugin, which validates them itself.
    #[serde(default)]
    pub settings: BTreeMap<String, Value>,
}

/// A healer: a plugin that proposes cures. Each is tried on a copy, and kept if the gates find less and nothing new.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawHealer {
    /// Which plugin, as in `gates`.
    pub plugin: RawPlugin,
    /// Names of the gates whose findings it gets. Default: all of them.
    #[serde(default)]
    pub gates: Option<Vec<String>>,
    /// What the plugin may do: what it may read, which programs it may run in a copy of the project, and which files it may
    /// `write`, after its cure was found to help.
    #[serde(default)]
    pub grant: RawGrant,
    /// Most files that one cure may change. Default: 50.
    #[serde(default)]
    pub max_files: Option<usize>,
    /// Most lines that one cure may add and remove. Default: 2000.
    #[serde(default)]
    pub max_lines: Option<usize>,
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

/// Which plugin.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawPlugin {
    /// `builtin:NAME`.
    Name(String),
    /// A component from elsewhere.
    Table(RawPluginTable),
}

/// A component from elsewhere: one of `path`, `url` and `oci`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawPluginTable {
    /// Path of the `.wasm` file, relative to `sdlc.toml`.
    pub path: Option<String>,
    /// Where the `.wasm` file is downloaded from, by HTTPS.
    pub url: Option<String>,
    /// Reference in an OCI registry, such as `registry.example/acme/gate:1.4.0`.
    pub oci: Option<String>,
    /// Whose signature the component has to bear.
    pub trust: Option<RawTrust>,
}

/// Whose signature a component has to bear.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawTrust {
    /// Path of cosign's public key in PEM, relative to `sdlc.toml`.
    pub key: String,
}

/// What a workspace gate or a healer may do. Everything else is denied.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawGrant {
    /// Globs of files that the plugin, and the programs that it runs, may read. Ignored files, dot-env files and what
    /// is below `.git` have to be named: no wildcard reaches them.
    pub read: Vec<String>,
    /// Of a healer: globs of files that its cures may change. CI configuration and `sdlc.toml`, with all that belongs to it,
    /// are never changed.
    pub write: Vec<String>,
    /// Programs that the plugin may run, such as `pytest` (with any arguments) or `git log *` (with these; `*` is one
    /// argument that is no option, `**` at the end any further ones).
    pub run: Vec<String>,
    /// Where the plugin's programs may connect to, and load be put on, such as `api.example.com:443`.
    pub connect: Vec<String>,
    /// Where a program that the plugin starts may serve on this machine, such as `127.0.0.1:8080`, for load to be put on.
    pub serve: Vec<String>,
    /// Whether the plugin's programs may listen and connect in a network of their own in which there is nothing else, as
    /// `cargo fix` does to talk to itself. They have to be confined by `namespaces` then. Default: false.
    pub loopback: bool,
    /// Names of environment variables that the plugin's programs get. Their values are secrets: they are redacted
    /// wherever text of the plugin goes.
    pub env: Vec<String>,
    /// Whether the plugin may look up what is in the database of advisories on this machine, which
    /// `sdlc advisories update` builds. Default: false.
    pub advisories: bool,
    /// How well programs have to be confined at least: `environment only`, `landlock + seccomp` or `namespaces`.
    /// Default: as well as this machine can.
    pub min_confinement: Option<String>,
}

/// How much a plugin may use. Sizes are texts such as `64 MiB`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawLimits {
    /// Memory of an instance. Default: 512 MiB.
    pub memory: Option<String>,
    /// Elements of all tables of an instance. Default: 1000000.
    pub table_elements: Option<u64>,
    /// Core instances of a component. Default: 64.
    pub instances: Option<u64>,
    /// Handles that are open at once. Default: 1000.
    pub handles: Option<u64>,
    /// Stack. Default: 1 MiB.
    pub stack: Option<String>,
    /// Largest file that is handed over. Default: 32 MiB.
    pub file_size: Option<String>,
    /// Data that one call may give back. Default: 128 MiB.
    pub result_size: Option<String>,
    /// Findings of one call. Default: 100000.
    pub findings: Option<u64>,
    /// Log output that is kept of an instance. Default: 64 KiB.
    pub log: Option<String>,
}

/// What is kept from run to run.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawCache {
    /// Most that is kept, of all projects together. Default: 1 GiB.
    pub size: Option<String>,
}

/// JSON Schema of `sdlc.toml`.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(RawConfig).to_value();
    if let Value::Object(map) = &mut schema {
        map.insert("title".to_owned(), "sdlc.toml".into());
    }
    schema
}
