//! [`State`]: what the policy knows, from call to call, in at most 64 KiB.

use sdlc_sdk::Sample;
use serde::{Deserialize, Serialize};
use tracking::memory::Memory;

use crate::{
    cycle::cycles,
    history::{History, load, log},
    profile::Profile,
    record::{Guess, Record, WORST},
};

/// Another layout of the state is forgotten.
const VERSION: u8 = 1;
/// Forecasts that wait for their time at once.
const WAITING: u64 = 32;
/// Samples that the load of now is the mean of.
const LATELY: usize = 3;

/// What the policy knows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    version: u8,
    pub(crate) history: History,
    /// When what was learnt last was measured.
    last: u64,
    /// Logarithms of the last loads.
    lately: Vec<f32>,
    pub(crate) records: Vec<Record>,
    waiting: Vec<Waiting>,
    /// Slots that there were when cycles were looked for.
    searched: usize,
    /// Forgetful sums: a metric, and the requests of each replica at it.
    pub(crate) metric: (f64, f64),
    pub(crate) memory: Memory,
}

/// Forecasts that wait for their time.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Waiting {
    due: u64,
    plain: f32,
    guesses: Vec<Option<Guess>>,
}

/// A forecast by one cycle, of any moment.
pub(crate) struct Outlook<'a> {
    profile: Profile<'a>,
    record: &'a Record,
    deviation: f64,
    now: u64,
    horizon: u64,
}

impl Outlook<'_> {
    /// The logarithm of the load at a time. Of a deviation less is left the later it is.
    pub(crate) fn at(&self, at: u64) -> Option<f64> {
        let share = at.saturating_sub(self.now) as f64 / self.horizon.max(1) as f64;
        let left = self.record.persistence().max(0.01).powf(share);
        Some(self.profile.usual(at)? + left * self.deviation)
    }
}

impl State {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let state = postcard::from_bytes::<Self>(bytes).ok().filter(|state| state.version == VERSION);
        state.unwrap_or_else(|| Self { version: VERSION, ..Self::default() })
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Learns of samples that it has not seen yet. `horizon` is how long before forecasts are made.
    pub(crate) fn learn(&mut self, samples: &[Sample], horizon: u64, metric: impl Fn(&Sample) -> Option<f64>) {
        for sample in samples {
            if sample.at <= self.last || !sample.requests_per_second.is_finite() {
                continue;
            }
            let interval = if self.last == 0 { 0 } else { sample.at - self.last };
            self.last = sample.at;
            if interval == 0 {
                continue;
            }
            let log = log(sample.requests_per_second);
            self.judge(sample.at, log);
            if self.lately.len() == LATELY {
                self.lately.remove(0);
            }
            self.lately.push(log as f32);
            let each = sample.requests_per_second / f64::from(sample.replicas.max(1));
            if let Some(value) = metric(sample) {
                self.metric = (self.metric.0 * 0.99 + value, self.metric.1 * 0.99 + each);
            }
            if self.history.add(sample.at, log, interval) && self.history.len() > self.searched + self.searched / 32 + 8
            {
                self.search(horizon);
            }
            self.guess(horizon);
        }
    }

    /// Holds forecasts whose time has come against what came.
    fn judge(&mut self, at: u64, log: f64) {
        let late = |waiting: &Waiting| at > waiting.due + 2 * self.history.width + 60_000;
        let (due, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.waiting).into_iter().partition(|waiting| waiting.due <= at);
        self.waiting = waiting;
        for waiting in due {
            if late(&waiting) {
                continue;
            }
            let spacing = self.waiting.first().map_or(60_000, |next| next.due.saturating_sub(waiting.due)).max(1);
            let plain = log - f64::from(waiting.plain);
            for (record, guess) in self.records.iter_mut().zip(&waiting.guesses) {
                if let Some(guess) = guess {
                    // A cycle ago counts for half: what it is good for may come once in it.
                    let forget = (0.7 * spacing as f64 / record.cycle.max(1) as f64).clamp(0.0002, 0.02);
                    record.came(guess, log, plain, forget);
                }
            }
        }
    }

    fn search(&mut self, horizon: u64) {
        self.searched = self.history.len();
        let cycles = cycles(&self.history, 4 * horizon);
        for cycle in cycles {
            let known = self.records.iter().any(|record| record.cycle.abs_diff(cycle) * 30 < cycle);
            if !known && self.records.len() < 4 {
                self.records.push(Record::new(cycle));
            }
        }
    }

    /// Forecasts the moment that replicas asked for now would serve in.
    fn guess(&mut self, horizon: u64) {
        let due = self.last + horizon;
        let gap = horizon / WAITING;
        if self.records.is_empty() || self.waiting.last().is_some_and(|last| due < last.due + gap) {
            return;
        }
        let guesses = self.records.iter().map(|record| {
            let outlook = self.outlook(record, horizon)?;
            let usual = outlook.profile.usual(due)? as f32;
            Some(Guess { usual, deviation: outlook.deviation as f32 })
        });
        let guesses = guesses.collect();
        self.waiting.push(Waiting { due, plain: self.level() as f32, guesses });
    }

    /// The logarithm of the load of now.
    pub(crate) fn level(&self) -> f64 {
        let sum: f64 = self.lately.iter().map(|log| f64::from(*log)).sum();
        sum / self.lately.len().max(1) as f64
    }

    /// The load of the last sample.
    pub(crate) fn last_load(&self) -> f64 {
        self.lately.last().map_or(0.0, |log| load(f64::from(*log)))
    }

    /// What one cycle says of the time to come.
    pub(crate) fn outlook<'a>(&'a self, record: &'a Record, horizon: u64) -> Option<Outlook<'a>> {
        let now = self.last;
        let profile = Profile::new(&self.history, record.cycle, now, horizon.min(120_000));
        let age = self.history.width * (LATELY as u64 - 1) / 2;
        let deviation = self.level() - profile.usual(now.saturating_sub(age.min(60_000)))?;
        Some(Outlook { profile, record, deviation: deviation.clamp(-WORST, WORST), now, horizon })
    }
}
