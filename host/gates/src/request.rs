//! [`GateRequest`]: one gate as it is asked for, with a plugin that is loaded when it is needed.

use std::sync::OnceLock;

use globset::GlobSet;
use sdlc_grants::grant::Grant;
use sdlc_model::{condition::Requirement, finding::FailOn};
use sdlc_sandbox::{limits::Limits, plugin::Plugin};

type Load = Box<dyn Fn() -> Result<Plugin, String> + Send + Sync>;

/// A plugin that is loaded at its first use: a run whose results are all known loads none.
pub struct LazyPlugin {
    digest: String,
    load: Load,
    loaded: OnceLock<Result<Plugin, String>>,
}

impl LazyPlugin {
    /// `digest` is the sha256 of the component.
    pub fn new(digest: String, load: impl Fn() -> Result<Plugin, String> + Send + Sync + 'static) -> Self {
        Self { digest, load: Box::new(load), loaded: OnceLock::new() }
    }

    /// Sha256 of the component, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The plugin.
    ///
    /// # Errors
    /// Why it cannot be loaded; the same at every call.
    pub fn get(&self) -> Result<&Plugin, String> {
        self.loaded.get_or_init(|| (self.load)()).as_ref().map_err(Clone::clone)
    }
}

/// One gate as it is asked for.
pub struct GateRequest {
    /// As in `sdlc.toml`.
    pub name: String,
    /// What it runs.
    pub plugin: LazyPlugin,
    /// The plugin's own settings, a JSON object.
    pub settings: String,
    /// What the plugin may do.
    pub grant: Grant,
    /// How much the plugin may use.
    pub limits: Limits,
    /// Files to check, among those that the plugin wants; none: all of them.
    pub files: Option<GlobSet>,
    /// Files not to check.
    pub exclude: GlobSet,
    /// Conditions on metrics.
    pub require: Vec<(String, Requirement)>,
    /// From which severity on findings fail the run.
    pub fail_on: FailOn,
    /// Weight of its score.
    pub weight: f64,
}
