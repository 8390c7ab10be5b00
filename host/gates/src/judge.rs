//! From what was found to what it comes to: metrics, score, conditions.

use std::collections::BTreeMap;

use sdlc_model::{
    baseline::{Baseline, OVERALL},
    condition::Requirement,
    finding::{Finding, Severity},
    outcome::{GateOutcome, Judgement, overall_score},
    report::{Metric, Report},
    score::{Counts, score},
};

/// What one gate's reports add up to.
#[derive(Default)]
pub(crate) struct Sum {
    pub(crate) findings: Vec<Finding>,
    pub(crate) counts: Counts,
    pub(crate) files: u64,
    pub(crate) cached: u64,
    metrics: BTreeMap<String, Metric>,
}

impl Sum {
    pub(crate) fn add(&mut self, report: Report, cached: bool) {
        self.files += 1;
        self.cached += u64::from(cached);
        self.counts.lines += u64::from(report.lines);
        self.findings.extend(report.findings);
        for metric in report.metrics {
            match self.metrics.get_mut(&metric.name) {
                Some(sum) => sum.value += metric.value,
                None => drop(self.metrics.insert(metric.name.clone(), metric)),
            }
        }
    }

    /// A report on the workspace as a whole, which is no file.
    pub(crate) fn add_workspace(&mut self, report: Report) {
        self.add(report, false);
        self.files -= 1;
    }

    /// Counts the findings that are left.
    pub(crate) fn count(&mut self) {
        for finding in &self.findings {
            match finding.severity {
                Severity::Error => self.counts.errors += 1,
                Severity::Warning => self.counts.warnings += 1,
                Severity::Note => self.counts.notes += 1,
            }
        }
    }

    /// The plugin's metrics and the host's own, by name. A plugin cannot override the host's. What was not checked to its end
    /// has no score.
    pub(crate) fn metrics(&self, complete: bool) -> Vec<Metric> {
        let mut metrics = self.metrics.clone();
        metrics.remove("score");
        for (name, value) in host_metrics(self.counts, self.files, complete.then(|| score(self.counts))) {
            metrics.insert(name.to_owned(), Metric { name: name.to_owned(), value, unit: None });
        }
        metrics.into_values().collect()
    }
}

fn host_metrics(counts: Counts, files: u64, score: Option<f64>) -> Vec<(&'static str, f64)> {
    let all = counts.errors + counts.warnings + counts.notes;
    let mut metrics = vec![
        ("errors", counts.errors as f64),
        ("files", files as f64),
        ("findings", all as f64),
        ("lines-checked", counts.lines as f64),
        ("notes", counts.notes as f64),
        ("warnings", counts.warnings as f64),
    ];
    metrics.extend(score.map(|score| ("score", score)));
    metrics
}

/// Holds metrics against what is asked of them. A metric that is not there keeps nothing.
pub(crate) fn judge(
    require: &[(String, Requirement)],
    metric: impl Fn(&str) -> Option<f64>,
    before: impl Fn(&str) -> Option<f64>,
) -> Vec<Judgement> {
    let judgement = |(name, requirement): &(String, Requirement)| Judgement {
        metric: name.clone(),
        requirement: *requirement,
        before: before(name),
        value: metric(name),
    };
    require.iter().map(judgement).collect()
}

/// The overall score, and the conditions on the run as a whole.
pub(crate) fn judge_run(
    gates: &[GateOutcome],
    files: u64,
    require: &[(String, Requirement)],
    baseline: Option<&Baseline>,
) -> (Option<f64>, Vec<Judgement>) {
    let overall = overall_score(gates);
    let mut counts = Counts::default();
    for gate in gates {
        counts.errors += gate.counts.errors;
        counts.warnings += gate.counts.warnings;
        counts.notes += gate.counts.notes;
        counts.lines += gate.counts.lines;
    }
    let metrics = host_metrics(counts, files, overall);
    let value = |name: &str| metrics.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let judgements = judge(require, value, |name| baseline?.metric(OVERALL, name));
    (overall, judgements)
}
