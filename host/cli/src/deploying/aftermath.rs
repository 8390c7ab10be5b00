//! What follows a deployment or a rollback: what failed is kept for `sdlc errors`, and those are told who want to be.

use anyhow::{Context, Result};
use sdlc_config::notify::{Address, Notify, NotifyFormat};
use sdlc_deploy::live::now;
use sdlc_registry::location::Location;
use sdlc_resilience::incident::Incident;
use serde_json::json;

use super::site::{self, Site};
use crate::{
    arguments::Global,
    console::{Console, chain},
    exit::Exit,
    incidents,
    moment::timestamp,
    registry,
};

/// A deployment or a rollback that came to its end.
pub(crate) struct Aftermath<'a> {
    pub(crate) site: &'a Site<'a>,
    /// The version that was to be live, as far as one was named.
    pub(crate) version: Option<&'a str>,
    /// What helped, if it succeeded.
    pub(crate) how: &'a str,
    /// What failed on the way.
    pub(crate) incidents: Vec<Incident>,
}

impl Aftermath<'_> {
    /// Of a command that ended so. Nothing here makes it fail.
    pub(crate) fn follow(mut self, result: &Result<Exit>, global: &Global, console: Console) {
        let name = &self.site.environment.name;
        let source = incidents::deployment(name);
        let failure = match result {
            Err(error) if Exit::of_error(error) == Exit::Failed => {
                let incident = incidents::of_error(&source, error);
                let message = incident.message.clone();
                self.incidents.push(incident);
                Some(("failed", message))
            }
            Ok(Exit::Rejected) => {
                let rolled_back = self.incidents.iter().rev().find(|incident| incident.kind == incidents::ROLLOUT);
                rolled_back.map(|incident| ("rolled-back", incident.message.clone()))
            }
            _ => None,
        };
        incidents::keep(self.site.project, &self.incidents, global, console);
        if matches!(result, Ok(Exit::Passed)) {
            incidents::solved(self.site.project, &source, None, self.how, global, console);
        }
        let Some((event, reason)) = failure else { return };
        for notify in &self.site.environment.notify {
            if let Err(error) = self.tell(notify, event, &reason) {
                console.note(&format!("warning: a web hook of `{name}` was not told: {}", chain(&error)));
            }
        }
    }

    fn tell(&self, notify: &Notify, event: &str, reason: &str) -> Result<()> {
        let url = match &notify.address {
            Address::Url(url) => url.clone(),
            Address::Variable(name) => std::env::var(name)
                .with_context(|| format!("`{name}` is not set; hint: it has to be the address of the web hook"))?,
        };
        let location: Location = url.parse().map_err(|_| anyhow::anyhow!("it has no address of a web hook"))?;
        let document = match notify.format {
            NotifyFormat::Json => self.document(event, reason),
            NotifyFormat::Slack => json!({ "text": self.sentence(event, reason) }),
        };
        registry::wait(async { anyhow::Ok(registry::client()?.post(&location, document.to_string()).await?) })?
    }

    /// Documented in the README: a reader checks `version`.
    fn document(&self, event: &str, reason: &str) -> serde_json::Value {
        let service = &self.site.environment.service;
        json!({
            "version": 1,
            "event": event,
            "project": service.project,
            "environment": self.site.environment.name,
            "deployed": self.version,
            "reason": reason,
            "by": site::by(),
            "at": timestamp(now()).to_string(),
        })
    }

    fn sentence(&self, event: &str, reason: &str) -> String {
        let what = match event {
            "rolled-back" => "was rolled back",
            _ => "could not be deployed, and nothing goes on by itself",
        };
        let service = &self.site.environment.service;
        // What Slack would take for markup or a mention.
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let version = self.version.unwrap_or("the version before");
        let environment = &self.site.environment.name;
        format!("{} {version} {what} in {environment} ({}): {}", service.project, site::by(), escaped(reason))
    }
}
