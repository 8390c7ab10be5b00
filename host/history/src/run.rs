//! [`Run`]: what is kept of a run.

use sdlc_model::baseline::Known;

/// What is kept of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Milliseconds since 1970, when it began.
    pub started: i64,
    /// Wall time in milliseconds.
    pub duration: i64,
    /// Commit of `HEAD`, where there is one.
    pub revision: Option<String>,
    /// What was checked, such as `all files` or `staged`.
    pub scope: String,
    /// `passed`, `rejected`, `failed` or `interrupted`.
    pub verdict: String,
    /// 0 to 10; none where no gate has one.
    pub score: Option<f64>,
    /// Files in scope.
    pub files: u64,
    /// The gates that ran.
    pub gates: Vec<GateRun>,
}

/// What is kept of a gate.
#[derive(Clone, Debug, PartialEq)]
pub struct GateRun {
    /// As in `sdlc.toml`.
    pub name: String,
    /// As of a run.
    pub verdict: String,
    /// Name and value, sorted by name; `score`, `errors` and the like are among them.
    pub metrics: Vec<(String, f64)>,
}

/// A run as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Counts up.
    pub id: i64,
    /// What it came to.
    pub run: Run,
    /// What it found; none: that was too long ago, or too many, and is not kept.
    pub findings: Option<Vec<Known>>,
}
