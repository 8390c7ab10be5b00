//! [`treat`]: asks healers for treatments, tries each on the side, and keeps those that help.
//!
//! All treatments of a healer are tried together first; only where that is not better than before is each tried alone, so
//! that slow gates run seldom. A healer is asked again as long as something of it was accepted.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use bytes::Bytes;
use sdlc_model::{
    finding::Finding,
    outcome::RunOutcome,
    repair::Tried,
    treatment::{Action, Treatment},
};
use sdlc_workspace::{granted::Granted, overlay::Overlay};

use crate::{
    fix::{Look, Patient, counts::counts, verdict::objections},
    merge::merge,
    patch, protected,
    work::Work,
};

/// How often a healer is asked.
const MOST_ROUNDS: usize = 20;

/// Asks a healer for treatments of findings, on files as they would be.
pub type Ask<'a> = dyn Fn(&Overlay, &[Finding]) -> Result<Vec<Treatment>, Failed> + 'a;

/// A healer, and what it may change.
pub struct Healer<'a> {
    /// As in `sdlc.toml`.
    pub name: &'a str,
    /// Names of the gates whose findings it gets; none: all.
    pub gates: Option<&'a [String]>,
    /// Files that its treatments may change.
    pub write: Granted,
    /// Most files that one treatment may change.
    pub max_files: usize,
    /// Most lines that one treatment may add and remove.
    pub max_lines: usize,
    /// Asks it, on files as they would be.
    pub ask: &'a Ask<'a>,
}

/// Why a healer could not be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// The user stopped it.
    Interrupted,
    /// What it says.
    Because(String),
}

/// What it came to.
#[derive(Clone, Debug)]
pub struct Treated {
    /// What all gates say of the files as they would be.
    pub outcome: RunOutcome,
    /// What has to be written for that.
    pub work: Work,
    /// In the order in which they were tried.
    pub tried: Vec<Tried>,
    /// Healers that could not be asked, and why.
    pub failures: Vec<(String, String)>,
}

/// Asks healers one after the other, starting from files as they would be already.
///
/// # Errors
/// What the check says.
pub fn treat<E>(
    outcome: RunOutcome,
    work: Work,
    patient: &Patient<'_, E>,
    healers: &[Healer<'_>],
) -> Result<Treated, E> {
    let mut ward = Ward { patient, outcome, work, tried: Vec::new(), failures: Vec::new() };
    for healer in healers {
        if ward.outcome.interrupted {
            break;
        }
        ward.treat(healer)?;
    }
    let Ward { outcome, work, tried, failures, .. } = ward;
    Ok(Treated { outcome, work, tried, failures })
}

/// What came of trying.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Attempt {
    Accepted,
    Refused(String),
    Later,
}

struct Ward<'a, E> {
    patient: &'a Patient<'a, E>,
    outcome: RunOutcome,
    work: Work,
    tried: Vec<Tried>,
    failures: Vec<(String, String)>,
}

impl<E> Ward<'_, E> {
    fn treat(&mut self, healer: &Healer<'_>) -> Result<(), E> {
        let mut known = HashSet::new();
        for _ in 0..MOST_ROUNDS {
            let asked = self.work.clone();
            let findings = self.findings(healer);
            if findings.is_empty() {
                break;
            }
            let treatments = match (healer.ask)(&self.work.overlay, &findings) {
                Ok(treatments) => treatments,
                Err(Failed::Interrupted) => {
                    self.outcome.interrupted = true;
                    break;
                }
                Err(Failed::Because(message)) => {
                    self.failures.push((healer.name.to_owned(), message));
                    break;
                }
            };
            let new = treatments.into_iter().filter(|treatment| known.insert(format!("{treatment:?}")));
            let (mut allowed, before) = (Vec::new(), self.accepted());
            for treatment in new {
                match self.objection(healer, &treatment) {
                    None => allowed.push(treatment),
                    Some(reason) => self.note(healer, &treatment, Some(reason)),
                }
            }
            self.try_out(healer, &asked, allowed)?;
            if self.accepted() == before || self.outcome.interrupted {
                break;
            }
        }
        Ok(())
    }

    fn accepted(&self) -> usize {
        self.tried.iter().filter(|tried| tried.refused.is_none()).count()
    }

    fn findings(&self, healer: &Healer<'_>) -> Vec<Finding> {
        let wanted = |name: &String| healer.gates.is_none_or(|gates| gates.contains(name));
        let gates = self.outcome.gates.iter().filter(|gate| wanted(&gate.name));
        // What is secret is nobody's to know.
        gates.flat_map(|gate| &gate.findings).filter(|finding| !finding.sensitive).cloned().collect()
    }

    /// `asked` is what the files were when the healer was asked.
    fn try_out(&mut self, healer: &Healer<'_>, asked: &Work, treatments: Vec<Treatment>) -> Result<(), E> {
        if treatments.len() > 1 {
            let refs: Vec<_> = treatments.iter().collect();
            if self.attempt(asked, &refs)? == Attempt::Accepted {
                treatments.iter().for_each(|treatment| self.note(healer, treatment, None));
                return Ok(());
            }
        }
        for treatment in &treatments {
            if self.outcome.interrupted {
                break;
            }
            match self.attempt(asked, &[treatment])? {
                Attempt::Accepted => self.note(healer, treatment, None),
                Attempt::Refused(reason) => self.note(healer, treatment, Some(reason)),
                // It was made from what the file is no more: the healer is asked again.
                Attempt::Later => {}
            }
        }
        Ok(())
    }

    /// Accepts treatments, if all of them together help.
    fn attempt(&mut self, asked: &Work, treatments: &[&Treatment]) -> Result<Attempt, E> {
        let mut work = self.work.clone();
        for treatment in treatments {
            match self.apply(&mut work, asked, treatment) {
                Attempt::Accepted => {}
                other => return Ok(other),
            }
        }
        let files = Arc::new(self.patient.files.with(&work.overlay));
        let outcome = (self.patient.check)(&files, &work.overlay, Look::Whole)?;
        if outcome.interrupted {
            self.outcome.interrupted = true;
            return Ok(Attempt::Later);
        }
        let before = counts(&self.outcome);
        if let Some(objection) = objections(&self.outcome, &before, &outcome).first() {
            let place = if objection.path.is_empty() { String::new() } else { format!("`{}`: ", objection.path) };
            return Ok(Attempt::Refused(format!("{place}{}", objection.reason)));
        }
        let fewer = before.values().sum::<usize>().saturating_sub(counts(&outcome).values().sum());
        if fewer < treatments.len() {
            return Ok(Attempt::Refused("there would not be fewer findings".to_owned()));
        }
        (self.work, self.outcome) = (work, outcome);
        Ok(Attempt::Accepted)
    }

    fn apply(&self, work: &mut Work, asked: &Work, treatment: &Treatment) -> Attempt {
        for action in &treatment.actions {
            let (path, content) = match action {
                Action::Write(file) => (&file.path, Some(file.content.as_slice())),
                Action::Delete(path) => (path, None),
                _ => return Attempt::Refused("it acts on a service, and findings are not of one".to_owned()),
            };
            if work.overlay.get(path).is_none()
                && let Some(entry) = self.patient.files.get(path)
            {
                match self.patient.read(entry) {
                    Ok(original) => drop(work.originals.insert(path.clone(), original.into())),
                    Err(error) => return Attempt::Refused(format!("`{path}`: {error}")),
                }
            }
            let (before, now) = (content_of(asked, work, path), content_of(work, work, path));
            let content = match (before, now, content) {
                (before, now, content) if before == now => content.map(<[u8]>::to_vec),
                (Some(before), Some(now), Some(content)) => match merge(&before, &now, content) {
                    Some(merged) => Some(merged),
                    None => return Attempt::Later,
                },
                _ => return Attempt::Later,
            };
            work.overlay.put(path, content.map(Bytes::from));
        }
        work.together.push(paths(treatment).into_iter().collect());
        Attempt::Accepted
    }

    /// What speaks against a treatment before it is tried.
    fn objection(&self, healer: &Healer<'_>, treatment: &Treatment) -> Option<String> {
        let paths = paths(treatment);
        if treatment.actions.is_empty() {
            return Some("it does nothing".to_owned());
        }
        for path in &paths {
            if let Some(reason) = protected::reason(path) {
                return Some(format!("`{path}` is never healed: {reason}"));
            }
            if !healer.write.allows(path) {
                let name = healer.name;
                return Some(format!(
                    "it may not write `{path}`; hint: `healers.{name}.grant = {{ write = [\"{path}\"] }}`"
                ));
            }
            if self.patient.files.get(path).is_some_and(|entry| entry.kind.is_symlink()) {
                return Some(format!("`{path}` is a symbolic link"));
            }
        }
        if paths.len() > healer.max_files {
            let (count, name, most) = (paths.len(), healer.name, healer.max_files);
            return Some(format!("it changes {count} files, more than {most}; hint: `healers.{name}.max-files`"));
        }
        let lines: usize = treatment.actions.iter().map(|action| self.lines(action)).sum();
        (lines > healer.max_lines).then(|| {
            let (name, most) = (healer.name, healer.max_lines);
            format!("it changes {lines} lines, more than {most}; hint: `healers.{name}.max-lines`")
        })
    }

    fn lines(&self, action: &Action) -> usize {
        let before = |path: &str| {
            let current = self.work.overlay.get(path).flatten().map(|content| content.to_vec());
            current.or_else(|| self.patient.read(self.patient.files.get(path)?).ok()).unwrap_or_default()
        };
        match action {
            Action::Write(file) => patch::lines(&before(&file.path), &file.content),
            Action::Delete(path) => patch::lines(&before(path), b""),
            _ => 0,
        }
    }

    fn note(&mut self, healer: &Healer<'_>, treatment: &Treatment, refused: Option<String>) {
        self.tried.push(Tried {
            healer: healer.name.to_owned(),
            summary: treatment.summary.clone(),
            paths: paths(treatment),
            refused,
        });
    }
}

/// Files of a treatment, sorted.
fn paths(treatment: &Treatment) -> Vec<String> {
    let paths = treatment.actions.iter().filter_map(|action| match action {
        Action::Write(file) => Some(file.path.clone()),
        Action::Delete(path) => Some(path.clone()),
        _ => None,
    });
    let paths: BTreeSet<_> = paths.collect();
    paths.into_iter().collect()
}

/// Content of a file in some work, whose originals another one may know; none: there is no file.
fn content_of(work: &Work, known: &Work, path: &str) -> Option<Bytes> {
    match work.overlay.get(path) {
        Some(content) => content.cloned(),
        None => known.originals.get(path).cloned(),
    }
}

#[cfg(test)]
mod tests;
