//! Finds words that should not be there.

use sdlc_sdk::{
    Error, FileGate, Finding, Info, Plugin, Problem, Report, Rule, Selection, Severity, SourceFile,
};

/// The plugin's own table of `sdlc.toml`.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    /// Words that are reported.
    words: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            words: vec!["FIXME".to_owned()],
        }
    }
}

struct Words(Settings);

impl Plugin for Words {
    type Settings = Settings;

    fn info() -> Info {
        Info::new(
            "{{name}}",
            env!("CARGO_PKG_VERSION"),
            "finds words that should not be there",
        )
    }

    fn rules(ids: &[String]) -> Vec<Rule> {
        let rule = Rule::new(
            "banned-word",
            Severity::Warning,
            "a word that should not be there",
        )
        .explained("The setting `words` lists what is reported.");
        if ids.is_empty() || ids.contains(&rule.id) {
            vec![rule]
        } else {
            Vec::new()
        }
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let empty = |(at, _)| Problem::new(&format!("words[{at}]"), "must not be empty");
        let problems: Vec<_> = settings
            .words
            .iter()
            .enumerate()
            .filter(|(_, word)| word.is_empty())
            .map(empty)
            .collect();
        if problems.is_empty() {
            Ok(Self(settings))
        } else {
            Err(problems)
        }
    }
}

impl FileGate for Words {
    fn select(&self) -> Selection {
        Selection::of(["**/*.{md,txt}"])
    }

    fn check(&self, file: SourceFile) -> Result<Report, Error> {
        let text = file.text()?;
        let mut report = Report::empty();
        for word in &self.0.words {
            for (start, found) in text.match_indices(word.as_str()) {
                let finding = Finding::new(
                    "banned-word",
                    Severity::Warning,
                    format!("`{word}` should not be here"),
                );
                report
                    .findings
                    .push(finding.at(&file.path, start..start + found.len()));
            }
        }
        Ok(report)
    }
}

sdlc_sdk::export!(Words: file_gate);

#[cfg(test)]
mod tests {
    use super::*;
    use sdlc_sdk::testing::GateTest;

    #[test]
    fn a_word_is_found_where_it_stands() {
        let report = GateTest::<Words>::new(r#"{"words": ["colour"]}"#)
            .check("a.txt", "Der schöne colour\n");
        assert_eq!(report.findings.len(), 1);
        assert_eq!(report.findings[0].bytes(), Some(12..18));
    }
}
