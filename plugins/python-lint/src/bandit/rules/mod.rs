//! Checks of bandit that ruff lacks, one a file, and the list of them.
//!
//! Their numbers are bandit's. Does not decide which rules run.

mod bidirectional_text;
mod hugging_face_download;
mod sql_text;
mod tls_version;
mod torch_load;

use ruff_python_ast::Stmt;
use ruff_text_size::TextRange;

use super::ratings;

/// A place, and what is to be said of it.
pub(crate) type Found = (TextRange, String);

/// One rule.
pub(crate) struct Rule {
    /// As in findings and settings.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    /// Markdown.
    pub(crate) explanation: &'static str,
    /// Gets the text and its statements, and gives places and messages.
    pub(crate) check: fn(&str, &[Stmt]) -> Vec<Found>,
}

/// All rules, by number.
pub(crate) const ALL: [Rule; 5] =
    [tls_version::RULE, sql_text::RULE, bidirectional_text::RULE, torch_load::RULE, hugging_face_download::RULE];

impl Rule {
    /// As the host lists it.
    pub(crate) fn describe(&self) -> sdlc_sdk::Rule {
        let severity = ratings::of(self.id).map_or(sdlc_sdk::Severity::Warning, ratings::Rating::severity);
        let mut rule = sdlc_sdk::Rule::new(self.id, severity, self.summary).explained(self.explanation);
        self.name.clone_into(&mut rule.name);
        rule.tags = vec!["bandit".to_owned(), "security".to_owned()];
        rule
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_rating_and_explains_itself() {
        for rule in &ALL {
            assert!(ratings::of(rule.id).is_some() && rule.id.starts_with(super::super::PREFIX));
            for part in ["## What it does\n", "## Why is this bad?\n", "## Example\n", "## How to fix\n"] {
                assert!(rule.explanation.contains(part), "{} lacks {part}", rule.id);
            }
        }
    }
}
