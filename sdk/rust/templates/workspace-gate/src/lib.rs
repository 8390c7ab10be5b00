//! Looks for files that every repository should have.

use sdlc_sdk::{
    Error, Finding, Info, Metric, Plugin, Problem, Report, Rule, Severity, WorkspaceGate, workspace,
};

/// The plugin's own table of `sdlc.toml`.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    /// Paths of files that must be there.
    required: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            required: vec!["README.md".to_owned()],
        }
    }
}

struct Required(Settings);

impl Plugin for Required {
    type Settings = Settings;

    fn info() -> Info {
        Info::new(
            "{{name}}",
            env!("CARGO_PKG_VERSION"),
            "looks for files that should be there",
        )
    }

    fn rules(ids: &[String]) -> Vec<Rule> {
        let rule = Rule::new(
            "missing-file",
            Severity::Error,
            "a required file is not there",
        );
        if ids.is_empty() || ids.contains(&rule.id) {
            vec![rule]
        } else {
            Vec::new()
        }
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        if settings.required.is_empty() {
            return Err(vec![Problem::new("required", "must name a file")]);
        }
        Ok(Self(settings))
    }
}

impl WorkspaceGate for Required {
    fn check(&self) -> Result<Report, Error> {
        let files = workspace::files(&["**".to_owned()])?;
        let mut report = Report::empty();
        report
            .metrics
            .push(Metric::count("tracked-files", files.len() as f64));
        for path in &self.0.required {
            if !files.iter().any(|file| file.path == *path) {
                report.findings.push(Finding::new(
                    "missing-file",
                    Severity::Error,
                    format!("`{path}` is not there"),
                ));
            }
        }
        Ok(report)
    }
}

sdlc_sdk::export!(Required: workspace_gate);
