//! [`WorkspaceGate`]: a configured instance of a plugin that judges the workspace as a whole.

use sdlc_model::report::Report;
use tokio_util::sync::CancellationToken;

use crate::{
    bindings::workspace_gate::Role, call::CallError, capabilities::Capabilities, convert, guest::Guest, limits::Limits,
    plugin::Plugin,
};

/// A configured instance. After an error it is of no use any more.
pub struct WorkspaceGate {
    guest: Guest,
    role: Role,
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
        let role = guest.session.load(|store| indices.load(store, &guest.instance))?;
        Ok(Self { guest, role })
    }

    /// Judges the workspace. Findings may be on any file that the plugin may read.
    ///
    /// # Errors
    /// Where the call fails, or its result makes no sense.
    pub async fn check(&mut self) -> Result<Report, CallError> {
        let interface = self.role.sdlc_plugin_workspace_gate();
        let report = self.guest.session.call(async |store| interface.call_check(store).await).await?;
        let report = report.map_err(convert::error)?;
        let limits = self.guest.limits.clone();
        let capabilities = self.guest.session.capabilities();
        convert::workspace_report(report, &mut |path| capabilities.read(path).ok(), &limits)
    }

    /// What the guest wrote since the last call.
    pub fn take_log(&self) -> Option<String> {
        self.guest.session.take_log()
    }
}
