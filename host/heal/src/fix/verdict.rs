//! What speaks against a result: more findings of a rule than before, a gate that fails, a condition that held.

use std::collections::{BTreeMap, HashMap};

use sdlc_model::outcome::{GateOutcome, RunOutcome};

use super::counts::{Counts, counts};

/// Something that is worse than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Objection {
    /// The file; empty: the workspace as a whole.
    pub(crate) path: String,
    pub(crate) reason: String,
}

/// Of all gates, on all files.
pub(crate) fn objections(before: &RunOutcome, start: &Counts, after: &RunOutcome) -> Vec<Objection> {
    let mut objections: Vec<_> = counts(after)
        .into_iter()
        .filter_map(|((gate, rule, path), count)| {
            let known = start.get(&(gate, rule.clone(), path.clone())).copied().unwrap_or(0);
            (count > known).then(|| Objection { path, reason: more(&rule, count - known) })
        })
        .collect();
    let earlier: HashMap<_, _> = before.gates.iter().map(|gate| (gate.name.as_str(), gate)).collect();
    for gate in &after.gates {
        if let Some(earlier) = earlier.get(gate.name.as_str()) {
            objections.extend(failures(earlier, gate));
            objections.extend(conditions(earlier, gate));
        }
    }
    objections.sort_by(|a, b| (&a.path, &a.reason).cmp(&(&b.path, &b.reason)));
    objections
}

/// Failures that were not there.
pub(super) fn failures(before: &GateOutcome, after: &GateOutcome) -> Vec<Objection> {
    let known: Vec<_> = before.failures.iter().map(|failure| &failure.path).collect();
    let new = after.failures.iter().filter(|failure| !known.contains(&&failure.path));
    let objection = |path: &Option<String>, message: &str| Objection {
        path: path.clone().unwrap_or_default(),
        reason: format!("gate `{}` could not check it any more: {message}", after.name),
    };
    new.map(|failure| objection(&failure.path, &failure.message)).collect()
}

fn conditions(before: &GateOutcome, after: &GateOutcome) -> Vec<Objection> {
    let held: BTreeMap<_, _> = before.judgements.iter().map(|held| (held.metric.as_str(), held.holds())).collect();
    let broken = after.judgements.iter().filter(|now| !now.holds() && held.get(now.metric.as_str()) == Some(&true));
    let objection = |metric: &str| Objection {
        path: String::new(),
        reason: format!("the condition on `{metric}` of gate `{}` would not hold any more", after.name),
    };
    broken.map(|judgement| objection(&judgement.metric)).collect()
}

pub(super) fn more(rule: &str, count: usize) -> String {
    match count {
        1 => format!("it would add a finding of `{rule}`"),
        count => format!("it would add {count} findings of `{rule}`"),
    }
}
