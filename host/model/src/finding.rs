//! [`Finding`]: one thing a gate has to say, with its place resolved to lines and columns.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::fix::Fix;

/// How bad a finding is. Ordered: `Note < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Likely wrong.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// As written in `sdlc.toml` and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// From which severity on a finding fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Findings of this severity or worse.
    Severity(Severity),
    /// Findings never fail the run; conditions still may.
    Never,
}

impl FailOn {
    /// Whether a finding of this severity fails the run.
    pub fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Severity(least) => severity >= least,
            Self::Never => false,
        }
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "note" => Ok(Self::Severity(Severity::Note)),
            "warning" => Ok(Self::Severity(Severity::Warning)),
            "error" => Ok(Self::Severity(Severity::Error)),
            "never" => Ok(Self::Never),
            other => Err(format!("unknown severity `{other}`; hint: `note`, `warning`, `error` or `never`")),
        }
    }
}

/// How sure the plugin is that a finding is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A guess.
    Low,
    /// More likely right than not.
    Medium,
    /// Right but for rare cases.
    High,
}

/// A point in a text. Both count from 1; a column counts Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl Default for Position {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

/// Half-open range of bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Bytes from the start of the file.
    pub start: u32,
    /// Bytes from the start of the file; not below `start`.
    pub end: u32,
}

/// Part of a file: first point, point behind the last, and the bytes where they are known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// First point.
    #[serde(default)]
    pub start: Position,
    /// The point behind the last.
    #[serde(default)]
    pub end: Position,
    /// The same as bytes.
    pub bytes: Option<Span>,
    /// The first line of the region, for people; none where the file is not text or the text is secret.
    pub excerpt: Option<String>,
}

/// A place in the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Relative to the workspace root, with `/` between its parts.
    pub path: String,
    /// None: the whole file.
    pub region: Option<Region>,
}

impl Location {
    /// First point, or the start of the file.
    pub fn start(&self) -> Position {
        self.region.as_ref().map_or_else(Position::default, |region| region.start)
    }
}

/// Another place that helps to understand a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// One line.
    pub message: String,
}

/// One thing a gate has to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable name of the rule, unique within the plugin.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the plugin is.
    pub confidence: Confidence,
    /// One sentence.
    pub message: String,
    /// None: the workspace as a whole.
    pub location: Option<Location>,
    /// Other places that matter.
    pub related: Vec<Related>,
    /// Ways to mend it.
    pub fixes: Vec<Fix>,
    /// The text at the location is a secret, and is not part of this value.
    pub sensitive: bool,
    /// The same for the same rule on the same line of text, wherever in the file that stands.
    #[serde(default)]
    pub fingerprint: u64,
}

impl Finding {
    /// The order of findings in every report: path, position, rule, message.
    pub fn order(&self) -> (&str, Position, &str, &str) {
        let (path, start) = match &self.location {
            Some(location) => (location.path.as_str(), location.start()),
            None => ("", Position { line: 0, column: 0 }),
        };
        (path, start, &self.rule, &self.message)
    }
}
