//! [`Memories`]: how the memory of replicas went since their start, thinned out.

use std::collections::{BTreeMap, VecDeque};

use sdlc_model::reading::Reading;

/// Samples that a window has: slopes of all pairs are computed of them.
const SAMPLES: u64 = 100;

/// Of each replica by its name. Times are in milliseconds.
#[derive(Clone, Debug)]
pub(super) struct Memories {
    window: u64,
    series: BTreeMap<String, Series>,
}

/// Of one replica since its start.
#[derive(Clone, Debug)]
pub(super) struct Series {
    started: Option<u64>,
    /// Bytes that it may use.
    pub(super) limit: u64,
    /// When, and bytes; the oldest first.
    pub(super) samples: VecDeque<(u64, u64)>,
}

impl Memories {
    pub(super) fn new(window: u64) -> Self {
        Self { window, series: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, reading: &Reading) {
        let (pause, oldest) = (self.window / SAMPLES, reading.at.saturating_sub(self.window));
        self.series.retain(|name, _| reading.replicas.iter().any(|replica| replica.name == *name));
        for replica in reading.replicas.iter().filter(|replica| replica.running && replica.memory > 0) {
            let begin = || Series { started: replica.started, limit: replica.memory_limit, samples: VecDeque::new() };
            let series = self.series.entry(replica.name.clone()).or_insert_with(begin);
            if series.started != replica.started {
                *series = begin();
            }
            let due = series.samples.back().is_none_or(|(at, _)| reading.at.saturating_sub(*at) >= pause);
            if due {
                series.samples.push_back((reading.at, replica.memory));
            }
            while series.samples.front().is_some_and(|(at, _)| *at < oldest) {
                series.samples.pop_front();
            }
        }
    }

    pub(super) fn forget(&mut self, replica: Option<&str>) {
        match replica {
            None => self.series.clear(),
            Some(name) => drop(self.series.remove(name)),
        }
    }

    pub(super) fn series(&self) -> impl Iterator<Item = (&String, &Series)> {
        self.series.iter()
    }
}
