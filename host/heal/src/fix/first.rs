//! [`First`]: what the gates said at first, which all that comes later is held against.

use sdlc_model::outcome::RunOutcome;
use sdlc_workspace::overlay::Overlay;

use super::{
    Look, Patient,
    candidate::{Counts, counts},
    verdict::{self, Objection},
};

/// What the gates said of the files as they are.
pub(super) struct First {
    pub(super) outcome: RunOutcome,
    pub(super) counts: Counts,
}

impl First {
    pub(super) fn new(outcome: RunOutcome) -> Self {
        Self { counts: counts(&outcome), outcome }
    }

    /// Asks for what was left out. No: nothing was. Only where it matters is this worth the time: mostly nobody needs to know
    /// how a file was formatted before it was fixed.
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

    pub(super) fn objections(&self, after: &RunOutcome) -> Vec<Objection> {
        verdict::objections(&self.outcome, &self.counts, after)
    }
}
