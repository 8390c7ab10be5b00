//! Every TODO and FIXME names who will do it.

mod marker;

use marker::Marker;
use sdlc_sdk::{
    Error, FileGate, Finding, Info, Metric, Plugin, Problem, Report, Rule, Selection, Severity, SourceFile,
};

/// The plugin's own table of `sdlc.toml`.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    /// Who may own one; empty: anybody.
    owners: Vec<String>,
    /// What is looked for.
    words: Vec<String>,
    /// Where, as globs.
    files: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        let words = ["TODO", "FIXME"].map(str::to_owned).to_vec();
        Self { owners: Vec::new(), words, files: vec!["**".to_owned()] }
    }
}

struct TodoOwner(Settings);

impl Plugin for TodoOwner {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("todo-owner", env!("CARGO_PKG_VERSION"), "every TODO names who will do it")
    }

    fn rules(ids: &[String]) -> Vec<Rule> {
        let rules = [
            Rule::new("todo-without-owner", Severity::Warning, "nobody is named who will do it").explained(
                "What nobody owns is never done. Name somebody:\n\n```\n// TODO(alice): handle the empty list\n```",
            ),
            Rule::new("todo-unknown-owner", Severity::Warning, "who is named is not among the owners")
                .explained("The setting `owners` lists who may be named."),
        ];
        rules.into_iter().filter(|rule| ids.is_empty() || ids.contains(&rule.id)).collect()
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let mut problems = Vec::new();
        if settings.words.is_empty() {
            problems.push(Problem::new("words", "must name a word"));
        }
        for (at, word) in settings.words.iter().enumerate().filter(|(_, word)| !is_word(word)) {
            problems.push(Problem::new(&format!("words[{at}]"), format!("`{word}` is not a word")));
        }
        for (at, _) in settings.owners.iter().enumerate().filter(|(_, owner)| owner.trim().is_empty()) {
            problems.push(Problem::new(&format!("owners[{at}]"), "must not be empty"));
        }
        if problems.is_empty() { Ok(Self(settings)) } else { Err(problems) }
    }
}

impl FileGate for TodoOwner {
    fn select(&self) -> Selection {
        Selection::of(self.0.files.iter().map(String::as_str))
    }

    fn check(&self, file: SourceFile) -> Result<Report, Error> {
        // What is no text has no comments.
        let Ok(text) = std::str::from_utf8(file.bytes()?) else { return Ok(Report::empty()) };
        let markers = marker::find(text, &self.0.words);
        let findings = markers.iter().filter_map(|marker| self.judge(&file.path, marker));
        let mut report: Report = findings.collect();
        let ownerless = report.findings.len();
        report.metrics.push(Metric::count("todos", markers.len() as f64));
        report.metrics.push(Metric::count("todos-without-owner", ownerless as f64));
        Ok(report)
    }
}

impl TodoOwner {
    fn judge(&self, path: &str, marker: &Marker<'_>) -> Option<Finding> {
        let Marker { word, owner, range } = marker;
        let owners = &self.0.owners;
        let (rule, message) = match owner {
            None => ("todo-without-owner", format!("`{word}` names nobody; hint: write `{word}(NAME)`")),
            Some(owner) if owners.is_empty() || owners.iter().any(|known| known == owner) => return None,
            Some(owner) => {
                let known = owners.iter().map(|owner| format!("`{owner}`")).collect::<Vec<_>>().join(", ");
                ("todo-unknown-owner", format!("`{owner}` is not among the owners {known}"))
            }
        };
        Some(Finding::new(rule, Severity::Warning, message).at(path, range.clone()))
    }
}

sdlc_sdk::export!(TodoOwner: file_gate);

#[cfg(test)]
mod tests {
    use super::*;
    use sdlc_sdk::testing::GateTest;

    #[track_caller]
    fn check(settings: &str, text: &str, expected: &[(&str, &str)]) {
        let report = GateTest::<TodoOwner>::new(settings).check("a.c", text);
        let found: Vec<_> =
            report.findings.iter().map(|finding| (finding.rule.as_str(), &text[finding.bytes().unwrap()])).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn one_that_names_nobody_is_found() {
        check("{}", "ä // TODO: x\n// FIXME(bob): y\n", &[("todo-without-owner", "TODO")]);
        check("{}", "// TODO(): x\n", &[("todo-without-owner", "TODO()")]);
    }

    #[test]
    fn whoever_is_named_must_be_known_where_owners_are_listed() {
        check(r#"{"owners": ["alice"]}"#, "TODO(alice) TODO(bob)", &[("todo-unknown-owner", "TODO(bob)")]);
    }

    #[test]
    fn every_problem_of_the_settings_is_reported() {
        let Err(problems) = GateTest::<TodoOwner>::new(r#"{"words": ["a b", ""], "owners": [""]}"#).configure() else {
            panic!("the settings were taken");
        };
        let keys: Vec<_> = problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(keys, ["words[0]", "words[1]", "owners[0]"]);
    }
}
