//! [`Healer`]: a healer that is a plugin, for the incidents of an environment.

use anyhow::{Context, Result};
use sdlc_config::{environment::Environment, problem::ConfigError};
use sdlc_gates::request::LazyPlugin;
use sdlc_model::treatment::{Incident, Patient, Treatment};
use sdlc_sandbox::{call::CallError, capabilities::Nothing, healer, limits::Limits};
use tokio_util::sync::CancellationToken;

use crate::{
    arguments::Global,
    components::Components,
    plugins,
    project::{Project, usable_store},
};

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
        match loaded.check_settings(&settings, &limits).await {
            Ok(()) => {}
            Err(CallError::Settings(problems)) => {
                let shown = problems.iter().map(|problem| {
                    let key = if problem.key.is_empty() { String::new() } else { format!(".{}", problem.key) };
                    let name = &environment.name;
                    let place = format!("environments.{name}.recover.settings{key}");
                    project.settings.document.problem_with_value(&place, format!("healer of `{name}`: {problem}"))
                });
                return Err(ConfigError { file: project.file_name(), problems: shown.collect() }.into());
            }
            Err(error) => return Err(error).with_context(|| format!("the healer `{}`", recover.plugin.source)),
        }
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
