//! [`Rounds`]: fixes are applied and checked again and again, and what does harm is found.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    thread,
};

use bytes::Bytes;
use sdlc_model::{outcome::RunOutcome, repair::Refusal};
use sdlc_workspace::overlay::Overlay;

use super::{
    Fixed, Healed, Look, Patient,
    candidate::{Candidate, Eligible, Found, aside, last_rules},
    counts::{ByPath, by_path, counts, totals},
    edited::{self, Edited, Job},
    first::First,
    group::{Group, grouped},
    splice::Splice,
    verdict::{failures, more},
};
use crate::work::{Work, joined};

/// As many as ruff makes.
const MOST_ROUNDS: usize = 100;

/// The work on one set of files.
pub(super) struct Rounds<'a, 'p, E> {
    pub(super) patient: &'p Patient<'p, E>,
    /// What the files are by now.
    pub(super) overlay: Overlay,
    eligible: Eligible<'a>,
    pub(super) first: First,
    /// What is found in them by now.
    found: Found,
    /// Gates, and files in which something was found, once, that does not count: what was fixed is not all that was found.
    aside: BTreeSet<(String, String)>,
    /// Files of which findings about the formatting may be missing.
    deferred: BTreeSet<String>,
    /// Findings by now, of files that were changed.
    now: ByPath,
    /// Most fixes of a file in the next round, where all at once did harm.
    limits: HashMap<String, usize>,
    /// Contents that a file had, so that fixes do not undo each other for ever.
    seen: HashMap<String, Vec<Bytes>>,
    applied: Vec<Fixed>,
    refused: Vec<Refusal>,
    /// What files are without any fix.
    originals: BTreeMap<String, Bytes>,
    /// What all gates said of all files in the last round, and what these were.
    looked: Option<(Overlay, RunOutcome)>,
    /// Whether a round was judged so. Not twice: what judges the workspace may take long.
    looked_once: bool,
}

impl<'a, 'p, E> Rounds<'a, 'p, E> {
    pub(super) fn new(patient: &'p Patient<'p, E>, eligible: Eligible<'a>, first: First) -> Self {
        let found = eligible.found(&first.outcome);
        let refused = eligible.protected(&found).into_iter().map(|(path, reason)| Refusal {
            path,
            title: None,
            reason: format!("{reason}: it is never healed"),
        });
        Self {
            refused: refused.collect(),
            patient,
            overlay: Overlay::default(),
            eligible,
            aside: aside(&first.outcome).collect(),
            deferred: deferred(&first.outcome),
            first,
            found,
            now: ByPath::new(),
            limits: HashMap::new(),
            seen: HashMap::new(),
            applied: Vec::new(),
            originals: BTreeMap::new(),
            looked: None,
            looked_once: false,
        }
    }

    /// Until nothing is left to fix. Gives the outcome if it was interrupted.
    pub(super) fn run(&mut self) -> Result<Option<RunOutcome>, E> {
        for _ in 0..MOST_ROUNDS {
            let (groups, trial, tried) = self.try_out();
            if !tried {
                if self.ask_for_deferred()? {
                    continue;
                }
                break;
            }
            if groups.is_empty() {
                continue;
            }
            let paths: BTreeSet<_> = groups.iter().flat_map(|group| group.paths.iter().cloned()).collect();
            let mut whole = self.overlay.clone();
            whole.lay(&trial);
            let (mut files, look) = (self.patient.files.with(&whole), self.look(&trial));
            if look == Look::Files {
                files = files.only(&paths);
            }
            let outcome = (self.patient.check)(&Arc::new(files), &whole, look)?;
            if outcome.interrupted {
                return Ok(Some(outcome));
            }
            self.settle(groups, &trial, &outcome)?;
            self.looked_once |= look == Look::Whole;
            self.looked = (look == Look::Whole).then_some((whole, outcome));
        }
        Ok(None)
    }

    /// What is only formatted mostly leaves nothing to fix: it is judged at once as what is left at the end is.
    fn look(&self, trial: &Overlay) -> Look {
        let formatted: BTreeSet<_> = trial.formatted().iter().map(|(_, path)| path).collect();
        let nothing_is_left = !self.looked_once
            && self.limits.is_empty()
            && self.deferred.iter().all(|path| formatted.contains(path.as_str()))
            && trial.iter().all(|(path, _)| formatted.contains(path));
        if nothing_is_left { Look::Whole } else { Look::Files }
    }

    /// What all gates say of all files as they are by now.
    pub(super) fn whole(&mut self) -> Result<RunOutcome, E> {
        match self.looked.take().filter(|(overlay, _)| overlay.iter().eq(self.overlay.iter())) {
            Some((_, outcome)) => Ok(outcome),
            None => {
                let files = Arc::new(self.patient.files.with(&self.overlay));
                (self.patient.check)(&files, &self.overlay, Look::Whole)
            }
        }
    }

    /// Of files whose other fixes are done, or were not to be. No: there are none.
    fn ask_for_deferred(&mut self) -> Result<bool, E> {
        let paths = std::mem::take(&mut self.deferred);
        if paths.is_empty() {
            return Ok(false);
        }
        let files = Arc::new(self.patient.files.with(&self.overlay).only(&paths));
        let outcome = (self.patient.check)(&files, &self.overlay, Look::Files)?;
        let counts = by_path(counts(&outcome));
        self.aside.extend(aside(&outcome));
        self.eligible.last.extend(last_rules(&outcome));
        for path in &paths {
            if self.overlay.get(path).is_some() {
                self.count(path, &counts);
            }
            self.found.remove(path);
        }
        self.found.extend(self.eligible.found(&outcome));
        Ok(true)
    }

    /// Takes note of what is found in a file that was changed.
    fn count(&mut self, path: &str, counts: &ByPath) {
        match counts.get(path) {
            Some(counts) => drop(self.now.insert(path.to_owned(), counts.clone())),
            None => drop(self.now.remove(path)),
        }
    }

    /// Fixes that can be applied at once, what the files would be, and whether there were any at all.
    fn try_out(&mut self) -> (Vec<Group>, Overlay, bool) {
        let all = std::mem::take(&mut self.found);
        let (mut splices, mut used): (BTreeMap<&str, Splice<'_>>, HashMap<&str, usize>) = Default::default();
        let mut chosen: Vec<Candidate<'_>> = Vec::new();
        for candidate in self.eligible.candidates(&all) {
            let room = |path: &&str| self.limits.get(*path).is_none_or(|most| used.get(path).unwrap_or(&0) < most);
            let admitted = candidate
                .edits
                .iter()
                .all(|(path, edits)| room(path) && splices.entry(path).or_default().admits(edits));
            if admitted {
                for (path, edits) in &candidate.edits {
                    splices.entry(path).or_default().add(edits);
                    *used.entry(path).or_default() += 1;
                }
                chosen.push(candidate);
            }
        }
        splices.retain(|path, _| used.contains_key(path));
        let contents = self.edited(&splices);
        let (mut groups, mut trial) = (Vec::new(), Overlay::default());
        for group in grouped(&chosen) {
            let problem = group.paths.iter().find_map(|path| contents.get(path)?.as_ref().err());
            match problem {
                Some(problem) => self.objected(&group, problem),
                None => {
                    let paths = group.paths.iter().filter_map(|path| Some((path, contents.get(path)?.as_ref().ok()?)));
                    paths.for_each(|(path, content)| trial.put(path, Some(content.clone())));
                    groups.push(group);
                }
            }
        }
        for (gate, path) in self.formatted(&all, &chosen) {
            if trial.get(path).is_some() {
                trial.note_formatted(gate, path);
            }
        }
        let tried = !chosen.is_empty();
        self.found = all;
        (groups, trial, tried)
    }

    /// Gates and files to which all fixes of the gate's formatting are applied at once, and no others.
    fn formatted<'f>(&self, found: &'f Found, chosen: &[Candidate<'f>]) -> Vec<(&'f str, &'f str)> {
        let mut by_path: BTreeMap<&str, Vec<&Candidate<'f>>> = BTreeMap::new();
        for candidate in chosen {
            candidate.edits.keys().for_each(|path| by_path.entry(path).or_default().push(candidate));
        }
        let formatted = by_path.into_iter().filter_map(|(path, candidates)| {
            let gate = candidates.first()?.gate;
            let here = found
                .get(path)?
                .iter()
                .filter(|(other, finding)| other == gate && self.eligible.is_last(other, finding));
            let all = here.count() == candidates.len();
            let all = all && !self.aside.contains(&(gate.to_owned(), path.to_owned()));
            let alone = candidates.iter().all(|candidate| candidate.last && candidate.gate == gate);
            (all && alone).then_some((gate, path))
        });
        formatted.collect()
    }

    /// What files become, or why they do not.
    fn edited(&mut self, splices: &BTreeMap<&str, Splice<'_>>) -> BTreeMap<String, Result<Bytes, String>> {
        let jobs = splices.iter().map(|(path, splice)| {
            let content = self.overlay.get(path).flatten().or_else(|| self.originals.get(*path)).cloned();
            Job { path, content, splice }
        });
        let jobs: Vec<_> = jobs.collect();
        let edited = edited::all(&jobs, self.patient.files, self.patient.reader);
        let edited = jobs.iter().zip(edited).map(|(job, edited)| {
            if let (Ok(Edited { before, .. }), None) = (&edited, self.overlay.get(job.path).flatten()) {
                self.originals.insert(job.path.to_owned(), before.clone());
            }
            (job.path.to_owned(), edited.and_then(|edited| self.helps(job.path, edited)))
        });
        edited.collect()
    }

    /// What a file becomes, if that is something it never was.
    fn helps(&mut self, path: &str, edited: Edited) -> Result<Bytes, String> {
        let after = edited.after.ok_or("its edits are not of this file")?;
        if after == edited.before {
            return Err("it changes nothing".to_owned());
        }
        let seen = self.seen.entry(path.to_owned()).or_default();
        seen.push(edited.before);
        if seen.contains(&after) {
            return Err("it undoes what another fix did".to_owned());
        }
        Ok(after)
    }

    /// Keeps what did no harm.
    fn settle(&mut self, groups: Vec<Group>, trial: &Overlay, outcome: &RunOutcome) -> Result<(), E> {
        let counts = by_path(counts(outcome));
        self.aside.extend(aside(outcome));
        self.eligible.last.extend(last_rules(outcome));
        let mut found = self.eligible.found(outcome);
        let mut objections = self.objections(&groups, outcome);
        if objections.iter().any(Option::is_some) && self.first.complete(self.patient)? {
            objections = self.objections(&groups, outcome);
        }
        for (group, objection) in groups.into_iter().zip(objections) {
            if let Some(reason) = objection {
                self.objected(&group, &reason);
                continue;
            }
            for path in &group.paths {
                self.overlay.put(path, trial.get(path).flatten().cloned());
                self.limits.remove(path);
                self.found.remove(path);
                self.found.extend(found.remove_entry(path));
                self.deferred.remove(path);
                self.count(path, &counts);
            }
            self.applied.extend(group.fixed.into_iter().map(|(fixed, ..)| fixed));
        }
        Ok(())
    }

    /// What there is to say against each group.
    fn objections(&self, groups: &[Group], outcome: &RunOutcome) -> Vec<Option<String>> {
        let gates = self.first.outcome.gates.iter().zip(&outcome.gates);
        let failed = gates.flat_map(|(before, after)| failures(before, after));
        let failed: BTreeMap<_, _> = failed.map(|objection| (objection.path, objection.reason)).collect();
        let unfixable = self.unfixable(outcome);
        let objection = |path: &String| failed.get(path).cloned().or_else(|| self.stuck(&unfixable, path));
        groups.iter().map(|group| group.paths.iter().find_map(objection)).collect()
    }

    /// Findings without a fix, of each gate and rule, by path.
    fn unfixable<'o>(&self, outcome: &'o RunOutcome) -> Unfixable<'o> {
        let mut left = Unfixable::new();
        for gate in &outcome.gates {
            let aside = gate.set_aside.iter().map(|aside| &aside.finding);
            let here =
                gate.findings.iter().chain(aside).filter(|finding| self.eligible.fix(&gate.name, finding).is_none());
            for (finding, location) in here.filter_map(|finding| Some((finding, finding.location.as_ref()?))) {
                *left.entry(&location.path).or_default().entry((&gate.name, &finding.rule)).or_default() += 1;
            }
        }
        left
    }

    /// What more there is to complain about than at the start, without a fix.
    fn stuck(&self, unfixable: &Unfixable<'_>, path: &str) -> Option<String> {
        unfixable.get(path)?.iter().find_map(|((gate, rule), count)| {
            let key = ((*gate).to_owned(), (*rule).to_owned(), path.to_owned());
            let before = self.first.counts.get(&key).copied().unwrap_or(0);
            (*count > before).then(|| more(rule, count - before))
        })
    }

    /// Half of the fixes are tried next, or the one is left out that it must have been.
    fn objected(&mut self, group: &Group, reason: &str) {
        match group.fixed.as_slice() {
            [(fixed, mark, title)] => {
                self.eligible.excluded.insert(mark.clone());
                let path = fixed.paths.first().cloned().unwrap_or_default();
                let title = Some(format!("{title} ({})", fixed.rule));
                self.refused.push(Refusal { path, title, reason: reason.to_owned() });
                self.limits.retain(|path, _| !group.paths.contains(path));
            }
            several => {
                for path in &group.paths {
                    self.limits.insert(path.clone(), several.len().div_ceil(2));
                }
            }
        }
    }

    /// Files that are not better than before are as they were.
    pub(super) fn drop_what_did_not_help(&mut self) -> Result<(), E> {
        let mut before = totals(&self.first.counts);
        for paths in self.connected() {
            let mut reason = self.no_help(&paths, &before);
            if reason.is_some() && self.first.complete(self.patient)? {
                before = totals(&self.first.counts);
                reason = self.no_help(&paths, &before);
            }
            if let (Some(reason), Some(path)) = (reason, paths.first()) {
                self.drop_with(path, &reason);
            }
        }
        Ok(())
    }

    /// `before`: how many findings each file had.
    fn no_help(&self, paths: &BTreeSet<String>, before: &HashMap<String, usize>) -> Option<String> {
        let now = || paths.iter().filter_map(|path| self.now.get(path)).flatten();
        let more = now().find_map(|(key, count)| {
            let before = self.first.counts.get(key).copied().unwrap_or(0);
            (*count > before).then(|| more(&key.1, count - before))
        });
        let before: usize = paths.iter().filter_map(|path| before.get(path)).sum();
        let fewer = now().map(|(_, count)| count).sum::<usize>() < before;
        more.or_else(|| (!fewer).then(|| "there would not be fewer findings".to_owned()))
    }

    /// Changes of a file, and of all that fixes had to do with it, are taken back.
    pub(super) fn drop_with(&mut self, path: &str, reason: &str) {
        let Some(paths) = self.connected().into_iter().find(|paths| paths.contains(path)) else { return };
        for path in &paths {
            self.overlay.remove(path);
            self.refused.push(Refusal { path: path.clone(), title: None, reason: reason.to_owned() });
        }
        self.applied.retain(|fixed| !fixed.paths.iter().any(|path| paths.contains(path)));
    }

    /// Changed files, those together that one fix changed.
    fn connected(&self) -> Vec<BTreeSet<String>> {
        let changed = self.overlay.iter().map(|(path, _)| BTreeSet::from([path.to_owned()]));
        joined(changed.chain(self.together()))
    }

    fn together(&self) -> impl Iterator<Item = BTreeSet<String>> {
        let fixes = self.applied.iter().filter(|fixed| fixed.paths.len() > 1);
        fixes.map(|fixed| fixed.paths.iter().cloned().collect())
    }

    pub(super) fn healed(mut self, outcome: RunOutcome) -> Healed {
        let together = self.together().collect();
        self.originals.retain(|path, _| self.overlay.get(path).is_some());
        self.refused.sort();
        self.refused.dedup();
        self.applied.sort();
        // To free all that was found takes a while, which nobody has to wait for.
        let (first, found) = (self.first, self.found);
        let _ = thread::Builder::new().spawn(move || drop((first, found)));
        let work = Work { overlay: self.overlay, originals: self.originals, together };
        Healed { outcome, work, fixed: self.applied, refused: self.refused }
    }
}

/// Files of which something may be missing.
fn deferred(outcome: &RunOutcome) -> BTreeSet<String> {
    outcome.gates.iter().flat_map(|gate| gate.deferred.iter().cloned()).collect()
}

/// Findings without a fix, of each gate and rule, by path.
type Unfixable<'o> = HashMap<&'o str, BTreeMap<(&'o str, &'o str), usize>>;
