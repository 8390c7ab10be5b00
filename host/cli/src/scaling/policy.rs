//! [`Plugin`]: a policy that is a plugin.

use anyhow::{Context, Result};
use sdlc_config::{environment::Environment, plugin::PluginRef, settings::LimitSettings};
use sdlc_gates::request::LazyPlugin;
use sdlc_model::scaling::{Observation, ScalingDecision};
use sdlc_sandbox::{call::CallError, limits::Limits, scaling_policy::ScalingPolicy};
use sdlc_scale::policy::Policy;
use tokio_util::sync::CancellationToken;

use crate::{
    arguments::Global,
    components::Components,
    plugins,
    project::{Project, usable_store},
    refusal::{Role, refused},
};

const ROLE: Role = Role { key: "scale", name: "policy" };

/// A policy that is a plugin. An instance that failed is replaced before it is asked again.
pub(crate) struct Plugin {
    plugin: LazyPlugin,
    settings: String,
    limits: Limits,
    instance: Option<ScalingPolicy>,
}

impl Plugin {
    /// The policy of an environment, with its settings; none: it has none.
    pub(crate) async fn of(project: &Project, environment: &Environment, global: &Global) -> Result<Option<Self>> {
        let Some(scale) = &environment.scale else { return Ok(None) };
        let limits = plugins::limits(scale.timeout, &scale.limits)?;
        let policy = Self::load(project, &scale.plugin, &scale.settings.to_string(), limits, global)?;
        let policy = policy.configured().await;
        policy.map(Some).map_err(|error| refused(project, environment, ROLE, &scale.plugin, error))
    }

    /// A policy with settings, as JSON, that are nobody's in `sdlc.toml`.
    pub(crate) async fn alone(project: &Project, plugin: &PluginRef, settings: &str, global: &Global) -> Result<Self> {
        let limits = plugins::limits(None, &LimitSettings::default())?;
        let policy = Self::load(project, plugin, settings, limits, global)?;
        let source = &plugin.source;
        policy.configured().await.with_context(|| format!("the policy `{source}`; hint: `--settings POLICY=FILE`"))
    }

    fn load(project: &Project, plugin: &PluginRef, settings: &str, limits: Limits, global: &Global) -> Result<Self> {
        let store = usable_store(global);
        let components = Components { project, store: store.as_ref() };
        let plugin = plugins::plugin(&components, plugin, limits.stack)?;
        plugin.get().map_err(anyhow::Error::msg)?;
        Ok(Self { plugin, settings: settings.to_owned(), limits, instance: None })
    }

    async fn configured(mut self) -> Result<Self, CallError> {
        self.instance = Some(self.instance().await?);
        Ok(self)
    }

    async fn instance(&self) -> Result<ScalingPolicy, CallError> {
        let plugin = self.plugin.get().map_err(CallError::Invalid)?;
        ScalingPolicy::new(plugin, &self.settings, &self.limits, CancellationToken::new()).await
    }
}

impl Policy for Plugin {
    async fn decide(&mut self, observation: &Observation) -> Result<ScalingDecision, String> {
        let mut instance = match self.instance.take() {
            Some(instance) => instance,
            None => self.instance().await.map_err(|error| error.to_string())?,
        };
        let decision = instance.decide(observation).await.map_err(|error| error.to_string())?;
        self.instance = Some(instance);
        Ok(decision)
    }
}
