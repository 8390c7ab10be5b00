//! [`GateRequest`]: one gate as it is asked for, with a plugin that is loaded when it is needed.

use std::sync::{Mutex, OnceLock, PoisonError};

use globset::GlobSet;
use sdlc_cache::results::Key;
use sdlc_grants::grant::Grant;
use sdlc_model::{condition::Requirement, finding::FailOn};
use sdlc_sandbox::{file_gate::FileGate, limits::Limits, plugin::Plugin};

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

/// Instances that have begun and are at no file, by what they were told of the project: for the next thread, and for the next
/// run, such as the next round of a fix.
#[derive(Default)]
pub struct Idle(Mutex<Vec<(Key, FileGate)>>);

impl Idle {
    /// Gives all of them up, and their memory back.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn put(&self, project: Key, gate: FileGate) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((project, gate));
    }

    /// Those that know another project are given up.
    pub(crate) fn take(&self, project: &Key) -> Option<FileGate> {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(known, _)| known == project);
        idle.pop().map(|(_, gate)| gate)
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
    /// Instances of its plugin that are ready.
    pub idle: Idle,
}
