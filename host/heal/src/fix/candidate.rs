//! [`Candidate`]: a fix of a finding that may be applied, and the order in which fixes are.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sdlc_model::{
    finding::Finding,
    fix::{Edit, Fix, Safety},
    outcome::RunOutcome,
};
use sdlc_workspace::entry::FileSet;

use crate::protected;

/// Tag of rules whose fixes are applied when no other fix of the file is left: what they find depends on all of it.
const LAST: &str = "formatting";

/// What was found in each file at last, by gate: what may be fixed, and all of rules whose fixes come last.
pub(super) type Found = BTreeMap<String, Vec<(String, Finding)>>;

/// A fix that may be applied.
#[derive(Clone)]
pub(super) struct Candidate<'a> {
    pub(super) gate: &'a str,
    pub(super) finding: &'a Finding,
    pub(super) fix: &'a Fix,
    /// By path.
    pub(super) edits: BTreeMap<&'a str, Vec<&'a Edit>>,
    pub(super) last: bool,
}

/// What tells a fix again when the file around it has changed: gate, rule, text of the line, title and replacements.
pub(super) type Mark = (String, String, u64, String, Vec<(String, String)>);

impl Candidate<'_> {
    pub(super) fn mark(&self) -> Mark {
        mark(self.gate, self.finding, self.fix)
    }

    pub(super) fn paths(&self) -> BTreeSet<String> {
        self.edits.keys().map(|path| (*path).to_owned()).collect()
    }
}

fn mark(gate: &str, finding: &Finding, fix: &Fix) -> Mark {
    let edits = fix.edits.iter().map(|edit| (edit.path.clone(), edit.replacement.clone()));
    (gate.to_owned(), finding.rule.clone(), finding.fingerprint, fix.title.clone(), edits.collect())
}

/// Which fixes may be applied.
pub(super) struct Eligible<'a> {
    pub(super) files: &'a FileSet,
    pub(super) unsafe_fixes: bool,
    /// Rules whose fixes come last, by gate.
    pub(super) last: HashSet<(String, String)>,
    /// Fixes that did harm.
    pub(super) excluded: HashSet<Mark>,
}

impl Eligible<'_> {
    /// The fix of a finding that may be applied; none: it has none.
    pub(super) fn fix<'f>(&self, gate: &str, finding: &'f Finding) -> Option<&'f Fix> {
        finding.fixes.iter().find(|fix| {
            let writable = |edit: &Edit| {
                protected::reason(&edit.path).is_none()
                    && self.files.get(&edit.path).is_some_and(|entry| !entry.kind.is_symlink())
            };
            self.asked_for(fix) && fix.edits.iter().all(writable) && !self.excluded.contains(&mark(gate, finding, fix))
        })
    }

    /// Whether it is of a rule whose fixes come last.
    pub(super) fn is_last(&self, gate: &str, finding: &Finding) -> bool {
        self.last.contains(&(gate.to_owned(), finding.rule.clone()))
    }

    /// What counts of a run's findings and matters to what is fixed, by file.
    pub(super) fn found(&self, outcome: &RunOutcome) -> Found {
        let mut found = Found::new();
        for gate in &outcome.gates {
            let matters = |finding: &&Finding| {
                finding.fixes.iter().any(|fix| self.asked_for(fix)) || self.is_last(&gate.name, finding)
            };
            for finding in gate.findings.iter().filter(matters) {
                let path = finding.location.as_ref().map_or("", |location| location.path.as_str());
                found.entry(path.to_owned()).or_default().push((gate.name.clone(), finding.clone()));
            }
        }
        found
    }

    fn asked_for(&self, fix: &Fix) -> bool {
        let safe = fix.safety == Safety::Safe || (fix.safety == Safety::Unsafe && self.unsafe_fixes);
        safe && !fix.edits.is_empty()
    }

    /// Files that would be fixed if they were not protected, and why they are.
    pub(super) fn protected(&self, found: &Found) -> BTreeMap<String, &'static str> {
        let fixes = found.values().flatten().flat_map(|(_, finding)| &finding.fixes);
        let edits = fixes.filter(|fix| self.asked_for(fix)).flat_map(|fix| &fix.edits);
        edits.filter_map(|edit| Some((edit.path.clone(), protected::reason(&edit.path)?))).collect()
    }

    /// In the order in which they are applied: as they stand in the file, of those that begin at one place the smaller first
    /// (an unused import goes before the block that it is in is sorted), and what depends on the whole file at last.
    pub(super) fn candidates<'f>(&self, found: &'f Found) -> Vec<Candidate<'f>> {
        let mut candidates = Vec::new();
        for (gate, finding) in found.values().flatten() {
            let Some(fix) = self.fix(gate, finding) else { continue };
            let mut edits: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
            for edit in &fix.edits {
                edits.entry(&edit.path).or_default().push(edit);
            }
            let last = self.is_last(gate, finding);
            candidates.push(Candidate { gate, finding, fix, edits, last });
        }
        let extent = |candidate: &Candidate<'_>| {
            let (path, edits) = candidate.edits.iter().next()?;
            let start = edits.iter().map(|edit| edit.span.start).min()?;
            let end = edits.iter().map(|edit| edit.span.end).max()?;
            Some(((*path).to_owned(), start, end))
        };
        candidates.sort_by_cached_key(|candidate| (candidate.last, extent(candidate)));
        let busy: HashSet<_> = candidates
            .iter()
            .filter(|candidate| !candidate.last)
            .flat_map(|candidate| candidate.edits.keys().copied())
            .collect();
        candidates.retain(|candidate| !candidate.last || !candidate.edits.keys().any(|path| busy.contains(path)));
        candidates
    }
}

/// Rules whose fixes come last, by gate.
pub(super) fn last_rules(outcome: &RunOutcome) -> HashSet<(String, String)> {
    let rules = outcome.gates.iter().flat_map(|gate| gate.rules.values().map(move |rule| (&gate.name, rule)));
    let last = rules.filter(|(_, rule)| rule.tags.iter().any(|tag| tag == LAST));
    last.map(|(gate, rule)| (gate.clone(), rule.id.clone())).collect()
}

/// Gates, and files in which something was found that does not count.
pub(super) fn aside(outcome: &RunOutcome) -> impl Iterator<Item = (String, String)> {
    outcome.gates.iter().flat_map(|gate| {
        let locations = gate.set_aside.iter().filter_map(|aside| aside.finding.location.as_ref());
        locations.map(|location| (gate.name.clone(), location.path.clone()))
    })
}
