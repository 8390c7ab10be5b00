//! [`Healer`]: a configured instance of a plugin that proposes cures.

use std::sync::Arc;

use sdlc_model::{
    finding::{Confidence, Finding, Location, Region, Severity},
    fix::{Fix, Safety},
    treatment::{Action, FileContent, Incident, IncidentKind, Patient, Treatment},
};
use tokio_util::sync::CancellationToken;

use crate::{
    bindings::{
        healer::{Role, exports::sdlc::plugin::healer as wit},
        types,
    },
    call::CallError,
    capabilities::Capabilities,
    convert,
    guest::Guest,
    limits::Limits,
    plugin::Plugin,
};

/// A configured instance. After an error it is of no use any more.
pub struct Healer {
    guest: Guest,
    role: Arc<Role>,
}

impl Healer {
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
        let indices = plugin.roles.healer()?;
        let mut guest = Guest::configured(plugin, settings, limits, Some(capabilities), cancelled).await?;
        let (instance, indices) = (guest.instance, indices.clone());
        let role = guest.session.load(move |store| indices.load(store, &instance)).await?;
        Ok(Self { guest, role: Arc::new(role) })
    }

    /// What the plugin proposes. Whether it may be done, and whether it helps, is not decided here.
    ///
    /// # Errors
    /// Where the call fails, or its result makes no sense.
    pub async fn heal(&mut self, patient: &Patient) -> Result<Vec<Treatment>, CallError> {
        let patient = match patient {
            Patient::Findings(findings) => wit::Patient::Findings(findings.iter().map(finding).collect()),
            Patient::Incident(found) => wit::Patient::Incident(incident(found)),
        };
        let role = Arc::clone(&self.role);
        let call = async move |store: &mut _| role.sdlc_plugin_healer().call_heal(store, &patient).await;
        let treatments = self.guest.session.call(call).await?;
        treatments.map_err(convert::error)?.into_iter().map(treatment).collect()
    }

    /// What the guest wrote since the last call.
    pub fn take_log(&self) -> Option<String> {
        self.guest.session.take_log()
    }
}

fn treatment(treatment: wit::Treatment) -> Result<Treatment, CallError> {
    let actions = treatment.actions.into_iter().map(|action| {
        Ok(match action {
            wit::Action::Write(file) => {
                Action::Write(FileContent { path: convert::path(file.path)?, content: file.content })
            }
            wit::Action::Delete(path) => Action::Delete(convert::path(path)?),
            wit::Action::RestartReplica(replica) => Action::RestartReplica(replica),
            wit::Action::RestartService => Action::RestartService,
            wit::Action::Scale(replicas) => Action::Scale(replicas),
            wit::Action::RollBack => Action::RollBack,
        })
    });
    let actions = actions.collect::<Result<_, String>>().map_err(CallError::Invalid)?;
    Ok(Treatment { summary: treatment.summary, actions })
}

fn incident(incident: &Incident) -> wit::Incident {
    wit::Incident {
        environment: incident.environment.clone(),
        service: incident.service.clone(),
        replica: incident.replica.clone(),
        kind: match incident.kind {
            IncidentKind::Unreachable => wit::IncidentKind::Unreachable,
            IncidentKind::CrashLoop => wit::IncidentKind::CrashLoop,
            IncidentKind::MemoryLeak => wit::IncidentKind::MemoryLeak,
            IncidentKind::ErrorRate => wit::IncidentKind::ErrorRate,
            IncidentKind::Latency => wit::IncidentKind::Latency,
        },
        evidence: incident.evidence.clone(),
    }
}

fn finding(finding: &Finding) -> types::Finding {
    let related = finding
        .related
        .iter()
        .map(|related| types::Related { location: location(&related.location), message: related.message.clone() });
    types::Finding {
        rule: finding.rule.clone(),
        severity: match finding.severity {
            Severity::Note => types::Severity::Note,
            Severity::Warning => types::Severity::Warning,
            Severity::Error => types::Severity::Error,
        },
        confidence: match finding.confidence {
            Confidence::Low => types::Confidence::Low,
            Confidence::Medium => types::Confidence::Medium,
            Confidence::High => types::Confidence::High,
        },
        message: finding.message.clone(),
        location: finding.location.as_ref().map(location),
        related: related.collect(),
        fixes: finding.fixes.iter().map(fix).collect(),
        sensitive: finding.sensitive,
    }
}

fn location(location: &Location) -> types::Location {
    types::Location { path: location.path.clone(), region: location.region.as_ref().map(region) }
}

fn region(region: &Region) -> types::Region {
    let position = |at: sdlc_model::finding::Position| types::Position { line: at.line, column: at.column };
    match region.bytes {
        Some(span) => types::Region::Bytes(types::Span { start: span.start, end: span.end }),
        None => types::Region::Points((position(region.start), position(region.end))),
    }
}

fn fix(fix: &Fix) -> types::Fix {
    let edits = fix.edits.iter().map(|edit| types::Edit {
        path: edit.path.clone(),
        span: types::Span { start: edit.span.start, end: edit.span.end },
        replacement: edit.replacement.clone(),
    });
    types::Fix {
        title: fix.title.clone(),
        safety: match fix.safety {
            Safety::Safe => types::Safety::Safe,
            Safety::Unsafe => types::Safety::Unsafe,
            Safety::DisplayOnly => types::Safety::DisplayOnly,
        },
        edits: edits.collect(),
    }
}
