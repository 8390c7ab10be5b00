//! The smallest gate that does something: lines that are too long.

use sdlc_sdk::{Error, FileGate, Finding, Info, Plugin, Problem, Report, Selection, Severity, SourceFile};

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    /// Most characters of a line.
    max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { max: 120 }
    }
}

struct LineLength(Settings);

impl Plugin for LineLength {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("example-gate", env!("CARGO_PKG_VERSION"), "finds lines that are too long")
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        if settings.max == 0 { Err(vec![Problem::new("max", "must be at least 1")]) } else { Ok(Self(settings)) }
    }
}

impl FileGate for LineLength {
    fn select(&self) -> Selection {
        Selection::of(["**/*.{md,txt}"])
    }

    fn check(&self, file: SourceFile) -> Result<Report, Error> {
        let mut report = Report::empty();
        let mut start = 0;
        for line in file.text()?.split_inclusive('\n') {
            let length = line.trim_end().chars().count();
            if length > self.0.max {
                let message = format!("line of {length} characters, at most {} are allowed", self.0.max);
                let finding = Finding::new("line-too-long", Severity::Warning, message);
                report.findings.push(finding.at(&file.path, start..start + line.trim_end().len()));
            }
            start += line.len();
        }
        Ok(report)
    }
}

sdlc_sdk::export!(LineLength: file_gate);

#[cfg(test)]
mod tests {
    use super::*;
    use sdlc_sdk::testing::GateTest;

    #[test]
    fn a_long_line_is_found_where_it_stands() {
        let report = GateTest::<LineLength>::new(r#"{"max": 3}"#).check("a.txt", "abc\nabcd\n");
        assert_eq!(report.findings.len(), 1);
        assert_eq!(report.findings[0].message, "line of 4 characters, at most 3 are allowed");
        assert_eq!(report.findings[0].bytes(), Some(4..8));
    }
}
