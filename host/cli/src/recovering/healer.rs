//! [`Healer`]: a healer that is a plugin, for the incidents of an environment.

use anyhow::Result;
use sdlc_config::environment::Environment;
use sdlc_gates::request::LazyPlugin;
use sdlc_model::treatment::{Incident, Patient, Treatment};
use sdlc_sandbox::{call::CallError, capabilities::Nothing, healer, limits::Limits};
use tokio_util::sync::CancellationToken;

use crate::{
    arguments::Global,
    components::Components,
    plugins,
    project::{Project, usable_store},
    refusal::{Role, refused},
};

const ROLE: Role = Role { key: "recover", name: "healer" };

/// A healer that is a plugin. It gets no capability of the host, and a fresh instance at each question.
pub(crate) struct Healer {
    plugin: LazyPlugin,
    settings: String,
    limits: Limits,
}

impl Healer {
    /// That of an environment, with its settings.
    pub(crate) async fn of(project: &Project, environment: &Environment, global: &Global) -> Result<Self> {
        let recover = &environment.recover;
        let limits = plugins::limits(recover.timeout, &recover.limits)?;
        let store = usable_store(global);
        let components = Components { project, store: store.as_ref() };
        let plugin = plugins::plugin(&components, &recover.plugin, limits.stack)?;
        let loaded = plugin.get().map_err(anyhow::Error::msg)?;
        let settings = recover.settings.to_string();
        let checked = loaded.check_settings(&settings, &limits).await;
        checked.map_err(|error| refused(project, environment, ROLE, &recover.plugin, error))?;
        Ok(Self { plugin, settings, limits })
    }

    /// What it proposes.
    pub(crate) async fn ask(&self, incident: Incident) -> Result<Vec<Treatment>, String> {
        let plugin = self.plugin.get()?;
        let told = |error: CallError| error.to_string();
        let token = CancellationToken::new();
        let healer = healer::Healer::new(plugin, &self.settings, &self.limits, Box::new(Nothing), token).await;
        healer.map_err(told)?.heal(&Patient::Incident(incident)).await.map_err(told)
    }
}
