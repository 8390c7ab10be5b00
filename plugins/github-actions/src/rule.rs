//! What a rule is: [`Rule`] says what it is for and has the function that checks.
//!
//! Does not know what any rule looks for: `rules/` does, one file a rule.

use std::ops::Range;

use sdlc_sdk::{Confidence, Finding, Severity};

use crate::{settings::Settings, workflow::Document};

/// One rule.
pub(crate) struct Rule {
    /// As in findings and settings.
    pub(crate) name: &'static str,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) summary: &'static str,
    /// Markdown.
    pub(crate) explanation: &'static str,
    /// Number of the weakness in MITRE's list.
    pub(crate) cwe: u16,
    /// 0 to 10, as CVSS counts.
    pub(crate) score: f64,
    pub(crate) check: fn(&Document<'_>, &mut Findings<'_>),
}

impl Rule {
    /// As the host lists it.
    pub(crate) fn describe(&self) -> sdlc_sdk::Rule {
        let mut rule = sdlc_sdk::Rule::new(self.name, self.severity, self.summary).explained(self.explanation);
        rule.tags = vec!["security".to_owned(), format!("external/cwe/cwe-{:03}", self.cwe)];
        rule.security_severity = Some(self.score);
        rule
    }
}

/// What one rule finds in one file.
pub(crate) struct Findings<'a> {
    pub(crate) settings: &'a Settings,
    rule: &'a Rule,
    path: &'a str,
    all: &'a mut Vec<Finding>,
}

impl<'a> Findings<'a> {
    pub(crate) fn of(rule: &'a Rule, path: &'a str, settings: &'a Settings, all: &'a mut Vec<Finding>) -> Self {
        Self { settings, rule, path, all }
    }

    /// Adds one; what it returns can be changed.
    pub(crate) fn add(&mut self, range: Range<usize>, message: impl Into<String>) -> &mut Finding {
        let mut finding = Finding::new(self.rule.name, self.rule.severity, message).at(self.path, range);
        finding.confidence = self.rule.confidence;
        self.all.push(finding);
        let last = self.all.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "it was just pushed")]
        &mut self.all[last]
    }
}
