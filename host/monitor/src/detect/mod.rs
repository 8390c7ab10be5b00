//! [`Detector`]: what is wrong with a running service, by its readings. A pure function of them: it asks nobody and does
//! nothing.
//!
//! One file a kind of trouble. What is only there for a moment is none: each looks at a stretch of time, and what was found
//! is over only when it was not found for as long.

mod crash_loop;
mod error_rate;
mod latency;
mod memory;
mod memory_leak;
mod unreachable;
mod window;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use sdlc_model::{reading::Reading, treatment::IncidentKind};

use self::{memory::Memories, window::Window};

/// Something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symptom {
    /// What it is.
    pub kind: IncidentKind,
    /// Of which replica; none: of the service as a whole.
    pub replica: Option<String>,
    /// What was seen, in words, with figures. What the proxy says in it is untrusted.
    pub evidence: String,
}

/// From when on something is wrong. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds {
    /// How long it has to be so.
    pub lasting: u64,
    /// How long a replica may take until it is healthy for the first time.
    pub start_up: u64,
    /// Share of requests that may fail, 0 to 1.
    pub error_rate: f64,
    /// 95th percentile that is put up with; none: any.
    pub latency: Option<f64>,
    /// How often a replica may end within [`CRASHES_WITHIN`], this time not included.
    pub crashes: u64,
    /// How long memory is watched; half of it has to be over.
    pub leak_window: u64,
    /// A replica that reaches its limit within this time leaks.
    pub leak_within: u64,
}

/// Milliseconds in which ends of a replica are counted.
pub const CRASHES_WITHIN: u64 = 300_000;

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            lasting: 30_000,
            start_up: 60_000,
            error_rate: 0.05,
            latency: None,
            crashes: 3,
            leak_window: 1_800_000,
            leak_within: 3_600_000,
        }
    }
}

/// What one reading brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What is wrong since now.
    pub begun: Vec<Symptom>,
    /// What was wrong and is no more.
    pub ended: Vec<Symptom>,
}

type Key = (IncidentKind, Option<String>);

/// Remembers what it needs of the last readings, and what is wrong.
#[derive(Clone, Debug)]
pub struct Detector {
    thresholds: Thresholds,
    window: Window,
    memories: Memories,
    /// With when each was seen last.
    active: BTreeMap<Key, (Symptom, u64)>,
}

impl Detector {
    /// Nothing was seen yet.
    pub fn new(thresholds: Thresholds) -> Self {
        let span = CRASHES_WITHIN.max(thresholds.lasting.saturating_mul(2));
        let memories = Memories::new(thresholds.leak_window);
        Self { thresholds, window: Window::new(span), memories, active: BTreeMap::new() }
    }

    /// Looks at one reading more.
    pub fn observe(&mut self, reading: &Reading) -> Changes {
        if self.window.is_of_another(reading) {
            self.forget(None);
        }
        self.memories.take(reading);
        self.window.take(reading.clone());
        let mut changes = Changes::default();
        for symptom in self.found() {
            let key = (symptom.kind, symptom.replica.clone());
            if self.active.insert(key, (symptom.clone(), reading.at)).is_none() {
                changes.begun.push(symptom);
            }
        }
        let over = |(_, seen): &(Symptom, u64)| reading.at.saturating_sub(*seen) >= self.thresholds.lasting;
        let ended: Vec<_> = self.active.extract_if(.., |_, symptom| over(symptom)).collect();
        changes.ended = ended.into_iter().map(|(_, (symptom, _))| symptom).collect();
        changes
    }

    /// What is wrong now, the worst first.
    pub fn active(&self) -> Vec<Symptom> {
        self.active.values().map(|(symptom, _)| symptom.clone()).collect()
    }

    /// What was seen of a replica, or of all of them, says nothing about the future: something was done about it.
    pub fn forget(&mut self, replica: Option<&str>) {
        self.window.forget(replica);
        self.memories.forget(replica);
        match replica {
            None => self.active.clear(),
            Some(name) => self.active.retain(|(_, replica), _| replica.as_deref() != Some(name)),
        }
    }

    fn found(&self) -> Vec<Symptom> {
        let (window, thresholds) = (&self.window, &self.thresholds);
        let mut found = crash_loop::find(window, thresholds);
        // One that is started again and again does not answer, either.
        let crashing: Vec<_> = found.iter().map(|symptom| symptom.replica.clone()).collect();
        let unreachable = unreachable::find(window, thresholds);
        found.extend(unreachable.into_iter().filter(|symptom| !crashing.contains(&symptom.replica)));
        found.extend(memory_leak::find(&self.memories, thresholds));
        found.extend(error_rate::find(window, thresholds));
        found.extend(latency::find(window, thresholds));
        found
    }
}

/// Such as `40 s` or `12 min`.
fn time(milliseconds: u64) -> String {
    match milliseconds / 1000 {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}
