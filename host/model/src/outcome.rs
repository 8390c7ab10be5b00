//! [`RunOutcome`]: what a run came to. The three outcomes of a gate are never mixed up: findings,
//! conditions that do not hold, and failures of the plugin.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    condition::Requirement,
    finding::{FailOn, Finding},
    repair::Repairs,
    report::Metric,
    rule::Rule,
    score::{self, Counts},
    suppression::{Notice, SetAside},
};

/// Which plugin a gate ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginIdentity {
    /// As the plugin calls itself.
    pub name: String,
    /// As the plugin says.
    pub version: String,
    /// Sha256 of the component, in hexadecimal.
    pub digest: String,
}

/// Why a plugin could not do its work. Never a silent pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The file that was being checked; none: before the first one.
    pub path: Option<String>,
    /// Lower-case, names the thing, may span several lines (a guest's backtrace).
    pub message: String,
}

/// A condition of `require`, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Name of the metric.
    pub metric: String,
    /// What was asked of it.
    pub requirement: Requirement,
    /// What it was in the baseline; none: it is not there.
    pub before: Option<f64>,
    /// None: the gate has no such metric.
    pub value: Option<f64>,
}

impl Judgement {
    /// Whether the condition holds.
    pub fn holds(&self) -> bool {
        let condition = self.requirement.condition(self.before);
        self.value.zip(condition).is_some_and(|(value, condition)| condition.holds(value))
    }

    /// The bound, for people.
    pub fn required(&self) -> String {
        match (self.requirement, self.requirement.condition(self.before)) {
            (Requirement::Bound(condition), _) => condition.to_string(),
            (relative, Some(condition)) => format!("{relative} ({condition})"),
            (relative, None) => format!("{relative}, but the baseline does not have it; hint: `sdlc baseline write`"),
        }
    }
}

/// What one gate came to.
#[derive(Clone, Debug)]
pub struct GateOutcome {
    /// As in `sdlc.toml`.
    pub name: String,
    /// None: it could not be loaded.
    pub plugin: Option<PluginIdentity>,
    /// Sorted by [`Finding::order`].
    pub findings: Vec<Finding>,
    /// Findings that do not count, sorted alike.
    pub set_aside: Vec<SetAside>,
    /// Sorted by name; the host's own (`score`, `files`, ...) included.
    pub metrics: Vec<Metric>,
    /// What was asked for, and whether it holds.
    pub judgements: Vec<Judgement>,
    /// From which severity on findings fail the run.
    pub fail_on: FailOn,
    /// What could not be done.
    pub failures: Vec<Failure>,
    /// Paths that were not checked because the run was interrupted.
    pub unchecked: Vec<String>,
    /// Paths of files of which findings about the formatting may be missing, since safe fixes are about to be applied; sorted.
    pub deferred: Vec<String>,
    /// Findings by severity, and lines.
    pub counts: Counts,
    /// Files that were checked.
    pub files: u64,
    /// Of these, those whose result was known already.
    pub cached: u64,
    /// Whether it judges the workspace as a whole, besides files or instead of them.
    pub judges_workspace: bool,
    /// For `overall`.
    pub weight: f64,
    /// How well the programs that it ran were confined; none: it ran none.
    pub confinement: Option<&'static str>,
    /// Descriptions of the rules that found something.
    pub rules: BTreeMap<String, Rule>,
}

impl GateOutcome {
    /// Value of a metric.
    pub fn metric(&self, name: &str) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.name == name).map(|metric| metric.value)
    }

    /// Findings that fail the run by their severity.
    pub fn failing_findings(&self) -> usize {
        self.findings.iter().filter(|finding| self.fail_on.fails(finding.severity)).count()
    }

    /// How it ended.
    pub fn verdict(&self) -> Verdict {
        if !self.failures.is_empty() {
            Verdict::Failed
        } else if !self.unchecked.is_empty() {
            Verdict::Interrupted
        } else if self.failing_findings() > 0 || self.judgements.iter().any(|judgement| !judgement.holds()) {
            Verdict::Rejected
        } else {
            Verdict::Passed
        }
    }
}

/// Weighted mean of the gates' scores. None where one that counts has no score, because it failed or was interrupted: the others
/// alone would look better than what was asked for.
pub fn overall_score(gates: &[GateOutcome]) -> Option<f64> {
    let counts = gates.iter().filter(|gate| gate.weight > 0.0);
    let scores = counts.map(|gate| Some((gate.metric("score")?, gate.weight))).collect::<Option<Vec<_>>>()?;
    score::overall(scores)
}

/// How a gate or a run ended. Ordered by precedence: the worst of all gates is the run's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Everything asked for was checked, and passed.
    Passed,
    /// A finding or a condition says no.
    Rejected,
    /// A plugin could not do its work.
    Failed,
    /// The user stopped it.
    Interrupted,
}

impl Verdict {
    /// As written in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct RunOutcome {
    /// In the order of their names.
    pub gates: Vec<GateOutcome>,
    /// See [`overall_score`].
    pub overall_score: Option<f64>,
    /// Conditions on the run as a whole.
    pub judgements: Vec<Judgement>,
    /// What people should know besides.
    pub notices: Vec<Notice>,
    /// Files in scope.
    pub files: u64,
    /// Wall time. Not part of the machine formats, which are the same for the same input.
    pub duration: Duration,
    /// The user stopped it.
    pub interrupted: bool,
    /// What was fixed; none: that was not asked for.
    pub repairs: Option<Repairs>,
}

impl RunOutcome {
    /// How it ended.
    pub fn verdict(&self) -> Verdict {
        let own = if self.interrupted {
            Verdict::Interrupted
        } else if self.judgements.iter().any(|judgement| !judgement.holds()) {
            Verdict::Rejected
        } else {
            Verdict::Passed
        };
        self.gates.iter().map(GateOutcome::verdict).fold(own, Verdict::max)
    }
}
