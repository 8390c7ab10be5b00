//! [`Plugin`]: a strategy that is a plugin.

use anyhow::Result;
use sdlc_config::environment::Environment;
use sdlc_deploy::strategy::Strategy;
use sdlc_gates::request::LazyPlugin;
use sdlc_model::rollout::{Rollout, RolloutDecision};
use sdlc_sandbox::deploy_strategy::DeployStrategy;
use tokio_util::sync::CancellationToken;

use crate::{
    arguments::Global,
    components::Components,
    plugins,
    project::{Project, usable_store},
    refusal::{Role, refused},
};

const ROLE: Role = Role { key: "deploy", name: "strategy" };

/// A strategy that is a plugin.
pub(crate) struct Plugin {
    strategy: DeployStrategy,
    _plugin: LazyPlugin,
}

impl Plugin {
    /// The strategy of an environment, with its settings.
    pub(crate) async fn of(project: &Project, environment: &Environment, global: &Global) -> Result<Self> {
        let settings = &environment.strategy;
        let store = usable_store(global);
        let components = Components { project, store: store.as_ref() };
        let limits = plugins::limits(settings.timeout, &settings.limits)?;
        let plugin = plugins::plugin(&components, &settings.plugin, limits.stack)?;
        let loaded = plugin.get().map_err(anyhow::Error::msg)?;
        let json = settings.settings.to_string();
        let strategy = DeployStrategy::new(loaded, &json, &limits, CancellationToken::new()).await;
        let strategy = strategy.map_err(|error| refused(project, environment, ROLE, &settings.plugin, error))?;
        Ok(Self { strategy, _plugin: plugin })
    }
}

impl Strategy for Plugin {
    async fn next(&mut self, rollout: &Rollout) -> Result<RolloutDecision, String> {
        self.strategy.next(rollout).await.map_err(|error| error.to_string())
    }
}
