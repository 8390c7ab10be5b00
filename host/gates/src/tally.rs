//! [`Tally`]: what the results of one gate come to.

use std::collections::BTreeMap;

use sdlc_model::{
    baseline::Baseline,
    outcome::{Failure, GateOutcome},
    suppression::Allow,
};
use sdlc_workspace::entry::FileSet;

use crate::{
    filter::Filter,
    judge::{Sum, judge},
    plan::GatePlan,
    request::GateRequest,
    work::{Checked, Post},
    workspace::Judged,
};

/// What one gate's results come to.
#[derive(Default)]
pub(crate) struct Tally {
    sum: Sum,
    failures: Vec<Failure>,
    unchecked: Vec<String>,
    confinement: Option<&'static str>,
    allows: BTreeMap<String, Vec<Allow>>,
    deferred: Vec<String>,
}

impl Tally {
    pub(crate) fn add(&mut self, judged: Judged) {
        self.confinement = judged.confinement;
        self.allows.extend(judged.allows);
        match judged.report {
            Some(Ok(report)) => self.sum.add_workspace(report),
            Some(Err(failure)) => self.failures.push(failure),
            None => self.unchecked.push("the workspace".to_owned()),
        }
    }
}

pub(crate) fn sums(posts: &[Post<'_>], files: &FileSet, mut results: Vec<(usize, usize, Checked)>) -> Vec<Tally> {
    // By gate and path, so that nothing depends on which thread was first.
    results.sort_by_key(|(post, file, _)| (*post, *file));
    let mut tallies: Vec<Tally> = posts.iter().map(|_| Tally::default()).collect();
    for (post, file, checked) in results {
        let Some(tally) = tallies.get_mut(post) else { continue };
        match checked {
            Checked::Report { mut report, cached, deferred } => {
                let path = files.entries.get(file).map(|entry| entry.path.clone());
                tally.deferred.extend(path.filter(|_| deferred));
                if let (false, Some(entry)) = (report.allows.is_empty(), files.entries.get(file)) {
                    tally.allows.insert(entry.path.clone(), std::mem::take(&mut report.allows));
                }
                tally.sum.add(report, cached);
            }
            Checked::Failed(failure) => tally.failures.push(failure),
            Checked::Skipped => tally.unchecked.extend(files.entries.get(file).map(|entry| entry.path.clone())),
        }
    }
    tallies
}

impl Tally {
    /// Paths of the files that something was found in.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.sum.findings.iter().filter_map(|finding| Some(finding.location.as_ref()?.path.as_str()))
    }
}

pub(crate) fn outcome(
    request: &GateRequest,
    plan: &GatePlan,
    tally: Tally,
    filter: &mut Filter<'_>,
    baseline: Option<&Baseline>,
) -> GateOutcome {
    let Tally { mut sum, failures, unchecked, confinement, allows, deferred } = tally;
    sum.findings.sort_by(|a, b| a.order().cmp(&b.order()));
    for (path, allows) in allows {
        filter.allow(path, allows);
    }
    let (findings, set_aside) = filter.apply(&request.name, std::mem::take(&mut sum.findings));
    sum.findings = findings;
    sum.count();
    let metrics = sum.metrics(failures.is_empty() && unchecked.is_empty());
    let value = |name: &str| metrics.iter().find(|metric| metric.name == name).map(|metric| metric.value);
    let judgements = judge(&request.require, value, |name| baseline?.metric(&request.name, name));
    GateOutcome {
        name: request.name.clone(),
        plugin: Some(plan.identity.clone()),
        findings: sum.findings,
        set_aside,
        metrics,
        judgements,
        fail_on: request.fail_on,
        failures,
        unchecked,
        deferred,
        counts: sum.counts,
        files: sum.files,
        cached: sum.cached,
        judges_workspace: plan.judges_workspace,
        weight: request.weight,
        confinement,
        rules: BTreeMap::new(),
    }
}

/// Of a gate that failed before its first file, or was interrupted there.
pub(crate) fn not_started(request: &GateRequest, failure: Option<Failure>) -> GateOutcome {
    let unchecked = if failure.is_none() { vec!["the workspace".to_owned()] } else { Vec::new() };
    GateOutcome {
        name: request.name.clone(),
        plugin: None,
        findings: Vec::new(),
        set_aside: Vec::new(),
        metrics: Vec::new(),
        judgements: judge(&request.require, |_| None, |_| None),
        fail_on: request.fail_on,
        failures: failure.into_iter().collect(),
        unchecked,
        deferred: Vec::new(),
        counts: sdlc_model::score::Counts::default(),
        files: 0,
        cached: 0,
        judges_workspace: false,
        weight: request.weight,
        confinement: None,
        rules: BTreeMap::new(),
    }
}
