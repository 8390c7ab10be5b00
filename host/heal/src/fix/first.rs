//! [`First`]: what the gates said at first, which all that comes later is held against.

use sdlc_model::outcome::RunOutcome;
use sdlc_workspace::overlay::Overlay;

use super::{
    Look, Patient,
    counts::{Counts, counts},
    verdict::{self, Objection},
};

/// What the gates said of the files as they are.
pub(super) struct First {
    pub(super) outcome: RunOutcome,
    pub(super) counts: Counts,
    /// Whether something was left out that fixes make void.
    partial: bool,
}

impl First {
    pub(super) fn new(outcome: RunOutcome) -> Self {
        let partial = outcome.gates.iter().any(|gate| !gate.deferred.is_empty());
        Self { counts: counts(&outcome), outcome, partial }
    }

    /// Asks file gates for what they left out, so that their findings can be compared. No: nothing is missing. Only where it
    /// matters is this worth the time: mostly nobody needs to know how a file was formatted before it was fixed.
    pub(super) fn complete<E>(&mut self, patient: &Patient<'_, E>) -> Result<bool, E> {
        if self.outcome.gates.iter().all(|gate| gate.deferred.is_empty()) {
            return Ok(false);
        }
        let whole = (patient.check)(patient.files, &Overlay::default(), Look::Files)?;
        for gate in &mut self.outcome.gates {
            let complete = whole.gates.iter().find(|complete| complete.name == gate.name);
            if let Some(complete) = complete.filter(|_| !gate.deferred.is_empty()) {
                *gate = complete.clone();
            }
        }
        self.outcome.interrupted |= whole.interrupted;
        self.counts = counts(&self.outcome);
        Ok(true)
    }

    /// What there is to tell where nothing is changed.
    pub(super) fn told<E>(&self, patient: &Patient<'_, E>) -> Result<RunOutcome, E> {
        // What is said of the run as a whole depends on all of it.
        if self.partial {
            (patient.check)(patient.files, &Overlay::default(), Look::Whole)
        } else {
            Ok(self.outcome.clone())
        }
    }

    pub(super) fn objections(&self, after: &RunOutcome) -> Vec<Objection> {
        verdict::objections(&self.outcome, &self.counts, after)
    }
}
