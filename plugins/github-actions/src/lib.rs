//! A file gate for workflows and actions of GitHub: what lets an outsider run code, or read secrets, in CI.
//!
//! [`GithubActions`] reads each file (`yaml`, `workflow`) and runs the rules (`rules`), one file a rule. Does not ask
//! GitHub anything: whether a commit is one of the repository it is said to be of cannot be known here.
#![forbid(unsafe_code)]

mod expression;
mod reference;
mod rule;
mod rules;
mod scripts;
mod settings;
mod taint;
#[cfg(test)]
mod testing;
mod untrusted;
mod workflow;
mod yaml;

use rule::{Findings, Rule};
use sdlc_sdk::{Error, FileGate, Info, Plugin, Problem, Report, Selection, SourceFile};
use settings::Settings;
use workflow::{Document, Kind};

/// The gate, with its settings.
pub struct GithubActions {
    settings: Settings,
    enabled: Vec<&'static Rule>,
}

impl Plugin for GithubActions {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("github-actions", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn rules(ids: &[String]) -> Vec<sdlc_sdk::Rule> {
        let wanted = rules::ALL.iter().filter(|rule| ids.is_empty() || ids.iter().any(|id| id == rule.name));
        wanted.map(Rule::describe).collect()
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let enabled = settings.enabled()?;
        Ok(Self { settings, enabled })
    }
}

impl FileGate for GithubActions {
    fn select(&self) -> Selection {
        Selection::of(["**/.github/workflows/*.{yml,yaml}", "**/action.{yml,yaml}"])
    }

    fn check(&self, file: SourceFile) -> Result<Report, Error> {
        let bytes = file.bytes()?;
        let mut findings = Vec::new();
        match std::str::from_utf8(bytes) {
            Ok(text) => self.check_text(&file.path, text, &mut findings),
            Err(error) => {
                let at = error.valid_up_to();
                rules::unreadable::add(&file.path, at..at + 1, "not UTF-8", &self.settings, &mut findings);
            }
        }
        findings.sort_by(|one, other| key(one).cmp(&key(other)));
        // What an alias repeats is written once.
        findings.dedup_by(|one, other| key(one) == key(other));
        Ok(Report { findings, metrics: Vec::new() })
    }
}

impl GithubActions {
    fn check_text(&self, path: &str, text: &str, findings: &mut Vec<sdlc_sdk::Finding>) {
        let kind = if path.contains(".github/workflows/") { Kind::Workflow } else { Kind::Action };
        let root = match yaml::parse(text) {
            Ok(Some(root)) => root,
            Ok(None) => return,
            Err(problem) => {
                let at = problem.at.min(text.len());
                let character = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                let range = at..at + character;
                rules::unreadable::add(path, range, &problem.message, &self.settings, findings);
                return;
            }
        };
        let document = Document::new(path, text, kind, &root);
        for rule in &self.enabled {
            (rule.check)(&document, &mut Findings::of(rule, path, &self.settings, findings));
        }
    }
}

fn key(finding: &sdlc_sdk::Finding) -> (usize, usize, &str, &str) {
    let range = finding.bytes().unwrap_or_default();
    (range.start, range.end, &finding.rule, &finding.message)
}

// A native library has no use for the component's functions, and linkers refuse their names.
#[cfg(target_arch = "wasm32")]
sdlc_sdk::export!(GithubActions: file_gate);

#[cfg(test)]
mod tests;
