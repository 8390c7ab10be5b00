//! A file gate for credentials of all kinds, in files of all kinds.
//!
//! [`Secrets`] gets each file from the host, leaves out what is no text (`place`), looks for secrets (`scan`, by the
//! table in `rules/`), judges them (`judge`) and reports those that are not allowed (`allow`, `comment`). Never puts
//! more than four characters of one into a message, and does not ask any service whether one works.

mod allow;
mod comment;
#[cfg(test)]
mod examples;
mod judge;
mod place;
mod rule;
mod rules;
mod scan;
mod settings;

use place::Kind;
use scan::{Detector, Secret};
use sdlc_sdk::{
    Confidence, Error, FileGate, Finding, Info, Plugin, Problem, Project, Report, Rule, Selection, Severity, SourceFile,
};
use settings::{Settings, Tests, Valid};

/// The gate, with its settings.
pub struct Secrets(Valid);

impl Plugin for Secrets {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("secrets", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn rules(ids: &[String]) -> Vec<Rule> {
        let wanted = rules::all().filter(|rule| ids.is_empty() || ids.iter().any(|id| id == rule.id));
        wanted.map(rule::Rule::to_rule).collect()
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        settings.validated().map(Self)
    }
}

impl FileGate for Secrets {
    fn select(&self) -> Selection {
        Selection::of(["**"])
    }

    fn begin(&mut self, _project: Project) -> Result<Option<Vec<u8>>, Error> {
        Ok(Some(Vec::new()))
    }

    fn check(&self, file: SourceFile) -> Result<Report, Error> {
        let kind = Kind::of(&file.path);
        if kind.opaque || kind.test && self.0.tests == Tests::Ignore {
            return Ok(Report::empty());
        }
        let content = file.bytes()?;
        if place::is_binary(content) {
            return Ok(Report::empty());
        }
        let secrets = self.0.scanner.scan(content, kind.place)?;
        Ok(secrets.iter().filter_map(|secret| self.finding(&file.path, content, kind, secret)).collect())
    }
}

impl Secrets {
    /// None where the secret is allowed.
    fn finding(&self, path: &str, content: &[u8], kind: Kind, secret: &Secret) -> Option<Finding> {
        let detector = self.0.scanner.detector(secret.detector)?;
        let text = content.get(secret.range.clone())?;
        if self.0.allow.allows(&detector.id, path, text) || comment::allows(content, &secret.range) {
            return None;
        }
        let lowered = kind.test && self.0.tests == Tests::Note && !secret.proven;
        let (severity, confidence) =
            if lowered { (Severity::Note, Confidence::Low) } else { (detector.severity, secret.confidence) };
        let finding = Finding::new(&detector.id, severity, message(detector, text));
        Some(finding.at(path, secret.range.clone()).with_confidence(confidence).sensitive())
    }
}

/// Most characters of a secret that are shown, and the part of it that those may be.
const SHOWN: usize = 4;
const SHOWN_PART: usize = 4;

fn message(detector: &Detector, secret: &[u8]) -> String {
    let most = SHOWN.min(secret.len() / SHOWN_PART);
    let shown: String =
        secret.iter().take(most).take_while(|byte| byte.is_ascii_graphic()).map(|byte| char::from(*byte)).collect();
    format!("{} `{shown}...`", detector.what)
}

// A native library has no use for the component's functions, and linkers refuse their names.
#[cfg(target_arch = "wasm32")]
sdlc_sdk::export!(Secrets: file_gate);

#[cfg(test)]
mod tests;
