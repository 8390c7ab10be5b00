//! From what a run found to a [`Baseline`].

use std::collections::BTreeMap;

use sdlc_model::{
    baseline::{Baseline, Known, KnownMetric, OVERALL},
    condition::Requirement,
    finding::Finding,
    outcome::{Judgement, RunOutcome},
    suppression::Why,
};

/// All that a run found, but for what comments allow, and the metrics that must not get worse.
pub fn of(run: &RunOutcome) -> Baseline {
    let mut findings: BTreeMap<(&str, &str, &str, u64), Known> = BTreeMap::new();
    for (gate, finding) in found(run) {
        let path = path(finding);
        let known = findings.entry((gate, path, &finding.rule, finding.fingerprint)).or_insert_with(|| Known {
            gate: gate.to_owned(),
            path: path.to_owned(),
            rule: finding.rule.clone(),
            fingerprint: finding.fingerprint,
            count: 0,
            message: finding.message.clone(),
        });
        known.count += 1;
    }
    let gates = run.gates.iter().flat_map(|gate| gate.judgements.iter().map(move |judgement| (&*gate.name, judgement)));
    let overall = run.judgements.iter().map(|judgement| (OVERALL, judgement));
    let metrics = gates.chain(overall).filter_map(|(gate, judgement)| metric(gate, judgement));
    Baseline { findings: findings.into_values().collect(), metrics: metrics.collect() }
}

/// What of a baseline was found again by a run that used it.
pub fn pruned(baseline: Baseline, run: &RunOutcome) -> Baseline {
    let mut again: BTreeMap<(&str, &str, &str, u64), u32> = BTreeMap::new();
    for gate in &run.gates {
        for aside in gate.set_aside.iter().filter(|aside| aside.why == Why::Baseline) {
            let finding = &aside.finding;
            *again.entry((&gate.name, path(finding), &finding.rule, finding.fingerprint)).or_default() += 1;
        }
    }
    let left = baseline.findings.into_iter().filter_map(|known| {
        let count = again.get(&(&*known.gate, &*known.path, &*known.rule, known.fingerprint)).copied();
        count.map(|count| Known { count, ..known })
    });
    Baseline { findings: left.collect(), metrics: baseline.metrics }
}

/// But for what comments allow.
fn found(run: &RunOutcome) -> impl Iterator<Item = (&str, &Finding)> {
    run.gates.iter().flat_map(|gate| {
        let aside = gate.set_aside.iter().filter(|aside| !matches!(aside.why, Why::Allowed { .. }));
        let all = gate.findings.iter().chain(aside.map(|aside| &aside.finding));
        all.map(|finding| (&*gate.name, finding))
    })
}

fn path(finding: &Finding) -> &str {
    finding.location.as_ref().map_or("", |location| location.path.as_str())
}

fn metric(gate: &str, judgement: &Judgement) -> Option<KnownMetric> {
    let relative = !matches!(judgement.requirement, Requirement::Bound(_));
    let known = |value| KnownMetric { gate: gate.to_owned(), metric: judgement.metric.clone(), value };
    judgement.value.filter(|_| relative).map(known)
}
