//! [`compare`]: what became better and worse from one run to another.

use std::collections::BTreeMap;

use sdlc_model::baseline::Known;

use crate::run::{GateRun, Kept, Run};

/// The differences of two runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Gate, metric, value before and after; none: there was no such metric. Only those that differ.
    pub metrics: Vec<(String, String, Option<f64>, Option<f64>)>,
    /// What only the later run found, with how many more.
    pub new: Vec<Known>,
    /// What only the earlier run found, with how many fewer.
    pub gone: Vec<Known>,
    /// Whether the findings of both were still kept.
    pub complete: bool,
    /// Why what is new or gone may only not have been looked at in one of them.
    pub unlike: Vec<Unlike>,
}

/// What was different about the runs themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unlike {
    /// What was checked, before and after.
    Scope(String, String),
    /// A gate that only the earlier one ran.
    OnlyBefore(String),
    /// A gate that only the later one ran.
    OnlyAfter(String),
}

/// A value before and after.
type Ends = (Option<f64>, Option<f64>);

/// Compares two runs.
pub fn compare(before: &Kept, after: &Kept) -> Comparison {
    let mut metrics: BTreeMap<(&str, &str), Ends> = BTreeMap::new();
    for (name, metric, value) in values(before) {
        metrics.entry((name, metric)).or_default().0 = Some(value);
    }
    for (name, metric, value) in values(after) {
        metrics.entry((name, metric)).or_default().1 = Some(value);
    }
    metrics.retain(|_, (before, after)| before != after);
    let metric =
        |((gate, metric), (before, after)): ((&str, &str), _)| (gate.to_owned(), metric.to_owned(), before, after);
    let metrics = metrics.into_iter().map(metric).collect();
    let unlike = unlike(before, after);
    let (Some(earlier), Some(later)) = (&before.findings, &after.findings) else {
        return Comparison { metrics, unlike, ..Comparison::default() };
    };
    Comparison { metrics, new: more(earlier, later), gone: more(later, earlier), complete: true, unlike }
}

fn unlike(before: &Kept, after: &Kept) -> Vec<Unlike> {
    let (earlier, later) = (&before.run, &after.run);
    let mut unlike = Vec::new();
    if earlier.scope != later.scope {
        unlike.push(Unlike::Scope(earlier.scope.clone(), later.scope.clone()));
    }
    let only = |a: &Run, b: &Run| -> Vec<String> {
        let lacks = |gate: &&GateRun| !b.gates.iter().any(|other| other.name == gate.name);
        a.gates.iter().filter(lacks).map(|gate| gate.name.clone()).collect()
    };
    unlike.extend(only(earlier, later).into_iter().map(Unlike::OnlyBefore));
    unlike.extend(only(later, earlier).into_iter().map(Unlike::OnlyAfter));
    unlike
}

fn values(kept: &Kept) -> impl Iterator<Item = (&str, &str, f64)> {
    kept.run
        .gates
        .iter()
        .flat_map(|gate| gate.metrics.iter().map(move |(metric, value)| (&*gate.name, &**metric, *value)))
}

/// What is in `b` and not, or less often, in `a`.
fn more(a: &[Known], b: &[Known]) -> Vec<Known> {
    let key = |known: &Known| (known.gate.clone(), known.path.clone(), known.rule.clone(), known.fingerprint);
    let counts: BTreeMap<_, _> = a.iter().map(|known| (key(known), known.count)).collect();
    let extra = |known: &Known| {
        let count = known.count.saturating_sub(counts.get(&key(known)).copied().unwrap_or(0));
        (count > 0).then(|| Known { count, ..known.clone() })
    };
    b.iter().filter_map(extra).collect()
}
