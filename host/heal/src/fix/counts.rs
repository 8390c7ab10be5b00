//! [`Counts`]: how many findings there are, whether they count or not.

use std::collections::{BTreeMap, HashMap};

use sdlc_model::outcome::RunOutcome;

/// By gate, rule and path.
pub(crate) type Counts = HashMap<(String, String, String), usize>;

/// Of a run.
pub(crate) fn counts(outcome: &RunOutcome) -> Counts {
    let mut counts = Counts::new();
    for gate in &outcome.gates {
        let aside = gate.set_aside.iter().map(|aside| &aside.finding);
        for finding in gate.findings.iter().chain(aside) {
            let path = finding.location.as_ref().map_or("", |location| location.path.as_str());
            *counts.entry((gate.name.clone(), finding.rule.clone(), path.to_owned())).or_default() += 1;
        }
    }
    counts
}

/// Of each gate and rule, by path.
pub(super) type ByPath = BTreeMap<String, Vec<((String, String, String), usize)>>;

pub(super) fn by_path(counts: Counts) -> ByPath {
    let mut all = ByPath::new();
    for (key, count) in counts {
        all.entry(key.2.clone()).or_default().push((key, count));
    }
    all.values_mut().for_each(|counts| counts.sort_unstable());
    all
}

/// Of each path.
pub(super) fn totals(counts: &Counts) -> HashMap<String, usize> {
    let mut totals = HashMap::new();
    for ((_, _, path), count) in counts {
        *totals.entry(path.clone()).or_default() += count;
    }
    totals
}
