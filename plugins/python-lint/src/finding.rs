//! From ruff's diagnostics to findings.
//!
//! [`all`] is the way for files whose bytes ruff saw as they are. Does not judge: which rules count
//! as errors is the one thing that is decided here.

use std::{collections::HashMap, ops::Range};

use ruff_db::diagnostic::Diagnostic;
use ruff_diagnostics::{Applicability, IsolationLevel};
use ruff_text_size::{Ranged, TextRange};
use sdlc_sdk::{Edit, Finding, Fix, Location, Safety, Severity};

use crate::bandit::ratings;

/// What ruff says of a file that is not UTF-8.
pub(crate) const NOT_UTF8: &str = "stream did not contain valid UTF-8";

/// The rule of syntax errors.
pub(crate) const INVALID_SYNTAX: &str = "invalid-syntax";

/// Hard-coded passwords: what is at their places is not to be printed.
const PASSWORDS: [&str; 3] = ["S105", "S106", "S107"];

/// Findings with their fixes.
pub(crate) fn all(diagnostics: Vec<Diagnostic>, path: &str) -> Vec<Finding> {
    let mut isolation = Isolation::of(&diagnostics);
    let mut findings = Vec::with_capacity(diagnostics.len());
    for diagnostic in &diagnostics {
        let mut finding = bare(diagnostic).at(path, bytes(diagnostic.range().unwrap_or_default()));
        for annotation in diagnostic.secondary_annotations() {
            if let (Some(message), Some(range)) = (annotation.get_message(), annotation.get_span().range()) {
                finding = finding.with_related(Location::bytes(path, bytes(range)), message);
            }
        }
        finding.fixes.extend(fix(diagnostic, path, &mut isolation));
        findings.push(finding);
    }
    findings
}

/// Whether it has a fix that is applied without being asked for.
pub(crate) fn has_safe_fix(finding: &Finding) -> bool {
    finding.fixes.iter().any(|fix| fix.safety == Safety::Safe && !fix.edits.is_empty())
}

/// A finding without a location and without fixes.
pub(crate) fn bare(diagnostic: &Diagnostic) -> Finding {
    let rule = diagnostic.secondary_code_or_id();
    let message = diagnostic.concise_message();
    let mut finding = Finding::new(rule, severity(rule), message.to_str());
    if let Some((severity, confidence)) = ratings::of_finding(rule, &finding.message) {
        (finding.severity, finding.confidence) = (severity, confidence);
    }
    finding.sensitive = PASSWORDS.contains(&rule);
    finding
}

/// A file that could not be read.
pub(crate) fn unreadable(path: &str, message: &str) -> Finding {
    Finding::new("E902", severity("E902"), message).at(path, 0..0)
}

/// A file that is not what its name says.
pub(crate) fn syntax_error(path: &str, message: &str) -> Finding {
    Finding::new(INVALID_SYNTAX, Severity::Error, message).at(path, 0..0)
}

/// Errors are what cannot work: broken syntax, pyflakes' findings, and pylint's errors. Security rules have bandit's
/// severity.
pub(crate) fn severity(rule: &str) -> Severity {
    if let Some(rating) = ratings::of(rule) {
        return rating.severity();
    }
    let is_pyflakes =
        || rule.strip_prefix('F').is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    if rule == INVALID_SYNTAX || rule.starts_with("E9") || rule.starts_with("PLE") || is_pyflakes() {
        Severity::Error
    } else {
        Severity::Warning
    }
}

fn fix(diagnostic: &Diagnostic, path: &str, isolation: &mut Isolation) -> Option<Fix> {
    let fix = diagnostic.fix()?;
    let safety = match fix.applicability() {
        _ if !isolation.admits(fix) => Safety::DisplayOnly,
        Applicability::Safe => Safety::Safe,
        Applicability::Unsafe => Safety::Unsafe,
        Applicability::DisplayOnly => Safety::DisplayOnly,
    };
    let edits = fix.edits().iter();
    let edits = edits.map(|edit| Edit::replace(path, bytes(edit.range()), edit.content().unwrap_or_default()));
    let rule = diagnostic.secondary_code_or_id();
    let title = diagnostic.first_help_text().map_or_else(|| format!("Apply the fix of {rule}"), str::to_owned);
    Some(Fix { title, safety, edits: edits.collect() })
}

/// Fixes that would break the code if they were applied together, such as those that each leave one
/// last statement in a block. Of each group, the safest fix can be applied, the others can be shown:
/// once it is applied, the next run offers the next one.
struct Isolation {
    chosen: HashMap<u32, Applicability>,
}

impl Isolation {
    fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut chosen = HashMap::new();
        for fix in diagnostics.iter().filter_map(Diagnostic::fix) {
            if let IsolationLevel::Group(group) = fix.isolation() {
                let best = chosen.entry(group).or_insert(fix.applicability());
                *best = (*best).max(fix.applicability());
            }
        }
        Self { chosen }
    }

    fn admits(&mut self, fix: &ruff_diagnostics::Fix) -> bool {
        match fix.isolation() {
            IsolationLevel::NonOverlapping => true,
            IsolationLevel::Group(group) => {
                let is_chosen = self.chosen.get(&group) == Some(&fix.applicability());
                if is_chosen {
                    self.chosen.remove(&group);
                }
                is_chosen
            }
        }
    }
}

fn bytes(range: TextRange) -> Range<usize> {
    range.start().to_usize()..range.end().to_usize()
}
