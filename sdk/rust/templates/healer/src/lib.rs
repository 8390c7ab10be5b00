//! Replaces a word that a gate reported, and restarts replicas that do not answer.

use std::collections::BTreeSet;

use sdlc_sdk::{
    Action, Error, FileContent, Finding, Healer, Incident, IncidentKind, Info, Patient, Plugin,
    Problem, Treatment, workspace,
};

/// The plugin's own table of `sdlc.toml`.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    /// Rule whose findings are healed.
    rule: String,
    /// Word that is replaced.
    word: String,
    /// What it is replaced by.
    replacement: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rule: "banned-word".to_owned(),
            word: "colour".to_owned(),
            replacement: "color".to_owned(),
        }
    }
}

struct Replace(Settings);

impl Plugin for Replace {
    type Settings = Settings;

    fn info() -> Info {
        Info::new(
            "{{name}}",
            env!("CARGO_PKG_VERSION"),
            "replaces a word that a gate reported",
        )
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        if settings.word.is_empty() {
            return Err(vec![Problem::new("word", "must not be empty")]);
        }
        Ok(Self(settings))
    }
}

impl Healer for Replace {
    fn heal(&self, patient: Patient) -> Result<Vec<Treatment>, Error> {
        match patient {
            Patient::Findings(findings) => self.replace(&findings),
            Patient::Incident(incident) => Ok(restart(incident)),
        }
    }
}

impl Replace {
    fn replace(&self, findings: &[Finding]) -> Result<Vec<Treatment>, Error> {
        let Settings {
            rule,
            word,
            replacement,
        } = &self.0;
        let ours = findings.iter().filter(|finding| finding.rule == *rule);
        let paths: BTreeSet<&str> = ours
            .filter_map(|finding| Some(finding.location.as_ref()?.path.as_str()))
            .collect();
        let mut treatments = Vec::new();
        for path in paths {
            let content = workspace::read(path)?;
            let text = std::str::from_utf8(&content)
                .map_err(|_| Error::InvalidInput(format!("`{path}` is not UTF-8")))?;
            if text.contains(word.as_str()) {
                let content = text.replace(word.as_str(), replacement).into_bytes();
                treatments.push(Treatment {
                    summary: format!("replace `{word}` by `{replacement}` in `{path}`"),
                    actions: vec![Action::Write(FileContent {
                        path: path.to_owned(),
                        content,
                    })],
                });
            }
        }
        Ok(treatments)
    }
}

/// A replica that does not answer is replaced by a fresh one; for anything else there is nothing to offer.
fn restart(incident: Incident) -> Vec<Treatment> {
    match (incident.kind, incident.replica) {
        (IncidentKind::Unreachable, Some(replica)) => vec![Treatment {
            summary: format!("restart replica `{replica}` of `{}`", incident.service),
            actions: vec![Action::RestartReplica(replica)],
        }],
        _ => Vec::new(),
    }
}

sdlc_sdk::export!(Replace: healer);
