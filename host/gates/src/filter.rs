//! [`Filter`]: which findings count. Comments in the files, the baseline and the lines that the run asks about set the
//! others aside.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sdlc_model::{
    baseline::{Baseline, Known},
    finding::Finding,
    suppression::{Allow, AllowScope, Notice, SetAside, Why},
};
use sdlc_workspace::lines::ChangedLines;

/// A place of a comment: path and line.
type Place = (String, u32);

/// What sets findings aside, for all gates of a run.
pub(crate) struct Filter<'a> {
    /// With how many of each are left, by fingerprint.
    baseline: HashMap<u64, Vec<(&'a Known, u32)>>,
    /// The lines that count, by path; none: all.
    changed: Option<HashMap<&'a str, Vec<(u32, u32)>>>,
    allows: BTreeMap<String, Vec<Allow>>,
    used: BTreeSet<Place>,
}

impl<'a> Filter<'a> {
    pub(crate) fn new(baseline: Option<&'a Baseline>, changed: Option<&'a [ChangedLines]>) -> Self {
        let mut left: HashMap<_, Vec<_>> = HashMap::new();
        for known in baseline.into_iter().flat_map(|baseline| &baseline.findings) {
            left.entry(known.fingerprint).or_default().push((known, known.count));
        }
        let mut lines: HashMap<_, Vec<_>> = HashMap::new();
        for run in changed.unwrap_or_default() {
            lines.entry(run.path.as_str()).or_default().push((run.first, run.last));
        }
        Self { baseline: left, changed: changed.map(|_| lines), allows: BTreeMap::new(), used: BTreeSet::new() }
    }

    /// Comments of a file; the same for every gate.
    pub(crate) fn allow(&mut self, path: String, allows: Vec<Allow>) {
        if !allows.is_empty() {
            self.allows.insert(path, allows);
        }
    }

    /// Findings of a gate that count, and those that do not. They have to be sorted.
    pub(crate) fn apply(&mut self, gate: &str, findings: Vec<Finding>) -> (Vec<Finding>, Vec<SetAside>) {
        let (mut counting, mut aside) = (Vec::with_capacity(findings.len()), Vec::new());
        for finding in findings {
            match self.why(gate, &finding) {
                Some(why) => aside.push(SetAside { finding, why }),
                None => counting.push(finding),
            }
        }
        (counting, aside)
    }

    fn why(&mut self, gate: &str, finding: &Finding) -> Option<Why> {
        if let Some(reason) = self.allowed(gate, finding) {
            return Some(Why::Allowed { reason });
        }
        let path = finding.location.as_ref().map_or("", |location| location.path.as_str());
        let alike = self.baseline.get_mut(&finding.fingerprint);
        let known = alike.and_then(|alike| {
            let same = |known: &Known| known.gate == gate && known.path == path && known.rule == finding.rule;
            alike.iter_mut().find(|(known, left)| *left > 0 && same(known))
        });
        if let Some((_, left)) = known {
            *left -= 1;
            return Some(Why::Baseline);
        }
        let changed = self.changed.as_ref()?;
        (!concerns(changed, finding)).then_some(Why::Unchanged)
    }

    fn allowed(&mut self, gate: &str, finding: &Finding) -> Option<String> {
        let location = finding.location.as_ref()?;
        let covers = |scope| match (scope, &location.region) {
            (AllowScope::File, _) => true,
            (AllowScope::Line(line), Some(region)) => line == region.start.line || line == region.end.line,
            (AllowScope::Line(_), None) => false,
        };
        let allows = self.allows.get(&location.path)?;
        let allow = allows
            .iter()
            .find(|allow| allow.is_complete() && covers(allow.scope) && allow.names(gate, &finding.rule))?;
        self.used.insert((location.path.clone(), allow.line));
        Some(allow.reason.clone())
    }

    /// Comments that have no effect. `complete`: every gate of the project has looked, so one that allowed nothing is
    /// of no use.
    pub(crate) fn notices(&self, complete: bool) -> Vec<Notice> {
        let all = self.allows.iter().flat_map(|(path, allows)| allows.iter().map(move |allow| (path, allow)));
        let notices = all.filter_map(|(path, allow)| {
            let message = if !allow.is_complete() {
                "this comment allows nothing; hint: write `sdlc: allow(rule) -- reason`".to_owned()
            } else if complete && !self.used.contains(&(path.clone(), allow.line)) {
                format!("nothing here is found by `{}`; hint: remove the comment", allow.rules.join("`, `"))
            } else {
                return None;
            };
            Some(Notice { path: path.clone(), line: Some(allow.line), message })
        });
        notices.collect()
    }
}

/// Whether a finding is on one of the lines, or on a file or a workspace as a whole that has some.
fn concerns(changed: &HashMap<&str, Vec<(u32, u32)>>, finding: &Finding) -> bool {
    let Some(location) = &finding.location else { return !changed.is_empty() };
    let Some(lines) = changed.get(location.path.as_str()) else { return false };
    let Some(region) = &location.region else { return true };
    // A region that ends before the first column of a line is not on that line.
    let end = if region.end.column <= 1 { region.end.line.saturating_sub(1) } else { region.end.line };
    lines.iter().any(|(first, last)| *first <= end.max(region.start.line) && region.start.line <= *last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sdlc_model::finding::{Confidence, Location, Position, Region, Severity};

    use super::*;

    fn finding(fingerprint: u64, line: u32) -> Finding {
        let start = Position { line, column: 1 };
        let region = Some(Region { start, end: Position { line, column: 5 }, bytes: None, excerpt: None });
        Finding {
            rule: "rule".to_owned(),
            severity: Severity::Warning,
            confidence: Confidence::High,
            message: String::new(),
            location: Some(Location { path: "a.txt".to_owned(), region }),
            related: Vec::new(),
            fixes: Vec::new(),
            sensitive: false,
            fingerprint,
        }
    }

    fn baseline(fingerprints: &[u64]) -> Baseline {
        let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
        fingerprints.iter().for_each(|fingerprint| *counts.entry(*fingerprint).or_default() += 1);
        let known = counts.into_iter().map(|(fingerprint, count)| Known {
            gate: "gate".to_owned(),
            path: "a.txt".to_owned(),
            rule: "rule".to_owned(),
            fingerprint,
            count,
            message: String::new(),
        });
        Baseline { findings: known.collect(), metrics: Vec::new() }
    }

    proptest! {
        #[test]
        fn what_was_known_is_known_wherever_it_moves_and_only_what_is_more_counts(
            before in prop::collection::vec(0_u64..5, 0..20),
            more in prop::collection::vec(0_u64..5, 0..5),
            lines in prop::collection::vec(1_u32..1000, 25),
        ) {
            let baseline = baseline(&before);
            let all = before.iter().chain(&more).zip(lines).map(|(fingerprint, line)| finding(*fingerprint, line));
            let (counting, aside) = Filter::new(Some(&baseline), None).apply("gate", all.collect());
            prop_assert_eq!((counting.len(), aside.len()), (more.len(), before.len()));
        }

        #[test]
        fn only_what_is_on_the_lines_counts(line in 1_u32..50, first in 1_u32..50, length in 0_u32..10) {
            let changed = [ChangedLines { path: "a.txt".to_owned(), first, last: first + length }];
            let (counting, _) = Filter::new(None, Some(&changed)).apply("gate", vec![finding(1, line)]);
            prop_assert_eq!(counting.len(), usize::from((first..=first + length).contains(&line)));
        }
    }

    #[test]
    fn the_baseline_of_another_gate_is_another() {
        let baseline = baseline(&[1]);
        let (counting, _) = Filter::new(Some(&baseline), None).apply("other", vec![finding(1, 1)]);
        assert_eq!(counting.len(), 1);
    }
}
