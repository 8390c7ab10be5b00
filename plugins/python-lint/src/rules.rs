//! What `sdlc explain` and reports say about ruff's rules.
//!
//! [`describe`] translates ruff's own documentation. Does not list rules that ruff has removed.

use ruff_linter::{
    FixAvailability,
    codes::RuleStatus,
    registry::{Linter, Rule as RuffRule, RuleNamespace},
};
use sdlc_sdk::{Rule, Severity};
use strum::IntoEnumIterator;

use crate::{
    bandit,
    finding::{self, INVALID_SYNTAX},
    formatted::{self, UNFORMATTED},
};

/// The rules of these ids, or all of them.
pub(crate) fn describe(ids: &[String]) -> Vec<Rule> {
    if ids.is_empty() {
        let all = RuffRule::iter().filter(|rule| !matches!(rule.status(), RuleStatus::Removed { .. }));
        let own = bandit::rules::ALL.iter().map(bandit::rules::Rule::describe);
        return all.map(of_ruff).chain([syntax(), formatted::rule()]).chain(own).map(rated).collect();
    }
    ids.iter().filter_map(|id| of_id(id)).map(rated).collect()
}

fn of_id(id: &str) -> Option<Rule> {
    match id {
        INVALID_SYNTAX => Some(syntax()),
        UNFORMATTED => Some(formatted::rule()),
        code => match bandit::rules::ALL.iter().find(|rule| rule.id == code) {
            Some(rule) => Some(rule.describe()),
            None => RuffRule::from_code(code).ok().map(of_ruff),
        },
    }
}

fn of_ruff(rule: RuffRule) -> Rule {
    let code = rule.noqa_code().to_string();
    let summary = rule.message_formats().first().copied().unwrap_or_default();
    let mut described = Rule::new(&code, finding::severity(&code), summary);
    rule.name().as_str().clone_into(&mut described.name);
    described.explanation = rule.explanation().unwrap_or_default().to_owned();
    described.help = rule.url();
    described.tags = tags(rule, &code);
    described
}

/// With what bandit says of the rule.
fn rated(mut rule: Rule) -> Rule {
    if let Some(rating) = bandit::ratings::of(&rule.id) {
        rule.tags.push(format!("external/cwe/cwe-{:03}", rating.cwe));
        rule.security_severity = Some(rating.security_severity());
    }
    rule
}

fn tags(rule: RuffRule, code: &str) -> Vec<String> {
    let linter = Linter::parse_code(code).map(|(linter, _)| linter);
    let mut tags: Vec<_> = linter.iter().map(|linter| linter.name().to_lowercase()).collect();
    let subject = match linter {
        Some(Linter::Flake8Bandit) => "security",
        Some(Linter::Pyflakes | Linter::Flake8Bugbear | Linter::Flake8Async) => "correctness",
        Some(Linter::Perflint) => "performance",
        _ if code.starts_with("PLE") || code.starts_with("E9") => "correctness",
        _ => "style",
    };
    tags.push(subject.to_owned());
    if !matches!(rule.fixable(), FixAvailability::None) {
        tags.push("fixable".to_owned());
    }
    match rule.status() {
        RuleStatus::Preview { .. } => tags.push("preview".to_owned()),
        RuleStatus::Deprecated { .. } => tags.push("deprecated".to_owned()),
        RuleStatus::Stable { .. } | RuleStatus::Removed { .. } => {}
    }
    tags
}

fn syntax() -> Rule {
    let mut rule = Rule::new(INVALID_SYNTAX, Severity::Error, "Syntax error").explained(
        "## What it does\nReports code that Python cannot parse, or that its target version does not support. It cannot \
         be disabled, nor suppressed by `# noqa`.",
    );
    rule.tags = vec!["correctness".to_owned()];
    rule
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_summary_and_most_have_an_explanation_and_a_page() {
        let rules = describe(&[]);
        assert!(rules.len() > 800, "{}", rules.len());
        assert!(rules.iter().all(|rule| !rule.summary.is_empty()));
        let documented =
            rules.iter().filter(|rule| rule.help.is_some() && rule.explanation.contains("## What it does"));
        assert!(documented.count() > 800);
    }

    #[test]
    fn a_rule_is_found_by_its_id_and_an_unknown_one_is_left_out() {
        let ids = ["F401", "unformatted", "invalid-syntax", "F999", "é"].map(str::to_owned);
        let rules = describe(&ids);
        assert_eq!(
            rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(),
            ["F401", "unformatted", "invalid-syntax"]
        );
        assert_eq!(rules[0].name, "unused-import");
        assert_eq!(rules[0].severity, Severity::Error);
        assert!(rules[0].tags.contains(&"pyflakes".to_owned()));
    }
}
