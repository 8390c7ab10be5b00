//! [`Baseline`]: what was known when it was written. What is in it fails no run.

/// In the place of a gate's name, for the run as a whole. No gate can have it.
pub const OVERALL: &str = "(overall)";

/// Findings and metrics of an earlier state of the project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    /// Sorted, each gate, rule, path and fingerprint once.
    pub findings: Vec<Known>,
    /// Sorted by gate and metric.
    pub metrics: Vec<KnownMetric>,
}

/// Findings that are alike: the same rule on the same line of text in the same file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Known {
    /// As in `sdlc.toml`.
    pub gate: String,
    /// Relative to the workspace root.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// Of the finding.
    pub fingerprint: u64,
    /// How many there were. At least 1.
    pub count: u32,
    /// Of the first of them, for people.
    pub message: String,
}

/// A metric that must not get worse.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownMetric {
    /// As in `sdlc.toml`.
    pub gate: String,
    /// Its name.
    pub metric: String,
    /// What it was.
    pub value: f64,
}

impl Baseline {
    /// What a metric was.
    pub fn metric(&self, gate: &str, metric: &str) -> Option<f64> {
        let known = self.metrics.iter().find(|known| known.gate == gate && known.metric == metric);
        known.map(|known| known.value)
    }
}
