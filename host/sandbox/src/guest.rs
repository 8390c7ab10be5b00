//! [`Guest`]: one instance of a plugin of any kind, with its store.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use wasmtime::component::Instance;

use crate::{
    bindings::plugin as wit,
    call::{CallError, Problem, Session},
    capabilities::Capabilities,
    limits::Limits,
    plugin::{Info, Plugin},
};

/// An instance. After an error it is of no use any more.
pub(crate) struct Guest {
    pub(crate) session: Session,
    pub(crate) instance: Instance,
    pub(crate) limits: Limits,
    plugin: Arc<wit::Role>,
}

impl Guest {
    /// Instantiates. Without capabilities, the clock stands still and random numbers are always the same.
    pub(crate) async fn new(
        plugin: &Plugin,
        limits: &Limits,
        capabilities: Option<Box<dyn Capabilities>>,
        cancelled: CancellationToken,
    ) -> Result<Self, CallError> {
        let mut session = Session::new(plugin, limits, capabilities, cancelled)?;
        let pre = plugin.pre.clone();
        let instance = session.call(async move |store| pre.instantiate_async(store).await).await?;
        let indices = plugin.roles.plugin.clone();
        let role = session.load(move |store| indices.load(store, &instance)).await?;
        Ok(Self { session, instance, limits: limits.clone(), plugin: Arc::new(role) })
    }

    /// Instantiates and configures. `settings` is the plugin's own table, as JSON.
    pub(crate) async fn configured(
        plugin: &Plugin,
        settings: &str,
        limits: &Limits,
        capabilities: Option<Box<dyn Capabilities>>,
        cancelled: CancellationToken,
    ) -> Result<Self, CallError> {
        let mut guest = Self::new(plugin, limits, capabilities, cancelled).await?;
        guest.configure(settings).await?;
        Ok(guest)
    }

    pub(crate) async fn configure(&mut self, settings: &str) -> Result<(), CallError> {
        let (role, settings) = (Arc::clone(&self.plugin), settings.to_owned());
        let configured =
            self.session.call(async move |store| role.sdlc_plugin_plugin().call_configure(store, &settings).await);
        configured.await?.map_err(|problems| {
            let problem = |problem: wit::exports::sdlc::plugin::plugin::Problem| Problem {
                key: problem.key,
                message: problem.message,
            };
            CallError::Settings(problems.into_iter().map(problem).collect())
        })
    }

    /// Who the plugin says it is: only of an instance that nothing else was called on.
    pub(crate) async fn describe(&mut self) -> Result<Info, CallError> {
        let role = Arc::clone(&self.plugin);
        let info = self.session.call(async move |store| role.sdlc_plugin_plugin().call_describe(store).await).await?;
        Ok(Info {
            name: info.name,
            version: info.version,
            summary: info.summary,
            homepage: info.homepage,
            settings_schema: info.settings_schema,
        })
    }

    pub(crate) async fn rules(
        &mut self,
        ids: &[String],
    ) -> Result<Vec<wit::exports::sdlc::plugin::plugin::Rule>, CallError> {
        let (role, ids) = (Arc::clone(&self.plugin), ids.to_owned());
        self.session.call(async move |store| role.sdlc_plugin_plugin().call_rules(store, &ids).await).await
    }
}
