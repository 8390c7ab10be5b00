//! [`WorkspaceGate`]: a configured instance of a plugin that judges the workspace as a whole.

use std::sync::Arc;

use sdlc_model::report::Report;
use tokio_util::sync::CancellationToken;

use crate::{
    bindings::workspace_gate::Role, call::CallError, capabilities::Capabilities, convert, guest::Guest, limits::Limits,
    plugin::Plugin,
};

/// A configured instance. After an error it is of no use any more.
pub struct WorkspaceGate {
    guest: Guest,
    role: Arc<Role>,
}

impl WorkspaceGate {
    /// Instantiates and configures. `settings` is the plugin's own table, as JSON.
    ///
    /// # Errors
    /// Where it cannot be instantiated within the limits, or refuses its settings.
    pub async fn new(
        plugin: &Plugin,
        settings: &str,
        limits: &Limits,
        capabilities: Box<dyn Capabilities>,
        cancelled: CancellationToken,
    ) -> Result<Self, CallError> {
        let indices = plugin.roles.workspace_gate()?;
        let mut guest = Guest::configured(plugin, settings, limits, Some(capabilities), cancelled).await?;
        let (instance, indices) = (guest.instance, indices.clone());
        let role = guest.session.load(move |store| indices.load(store, &instance)).await?;
        Ok(Self { guest, role: Arc::new(role) })
    }

    /// Judges the workspace. Findings may be on any file that the plugin may read.
    ///
    /// # Errors
    /// Where the call fails, or its result makes no sense.
    pub async fn check(&mut self) -> Result<Report, CallError> {
        let (role, limits) = (Arc::clone(&self.role), self.guest.limits.clone());
        let report = self.guest.session.call(async move |store| {
            let report = role.sdlc_plugin_workspace_gate().call_check(&mut *store).await?;
            Ok(report.map_err(convert::error).and_then(|report| {
                let capabilities = &mut store.data_mut().capabilities;
                convert::workspace_report(report, &mut |path| capabilities.read(path).ok(), &limits)
            }))
        });
        report.await?
    }

    /// What the guest wrote since the last call.
    pub fn take_log(&self) -> Option<String> {
        self.guest.session.take_log()
    }
}
