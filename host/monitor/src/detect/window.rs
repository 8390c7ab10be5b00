//! [`Window`]: the last readings.

use std::collections::VecDeque;

use sdlc_model::reading::{Reading, ReplicaReading};

/// The last readings, the oldest first. Times are in milliseconds.
#[derive(Clone, Debug)]
pub(super) struct Window {
    span: u64,
    readings: VecDeque<Reading>,
}

impl Window {
    pub(super) fn new(span: u64) -> Self {
        Self { span, readings: VecDeque::new() }
    }

    /// Whether nothing in it is about what this reading is about: another version is live, or the clock went back.
    pub(super) fn is_of_another(&self, reading: &Reading) -> bool {
        let Some(last) = self.readings.back() else { return false };
        let known = |replica: &ReplicaReading| last.replicas.iter().any(|other| other.name == replica.name);
        let others = !last.replicas.is_empty() && !reading.replicas.is_empty() && !reading.replicas.iter().any(known);
        last.version != reading.version || reading.at < last.at || others
    }

    pub(super) fn take(&mut self, reading: Reading) {
        let oldest = reading.at.saturating_sub(self.span);
        self.readings.push_back(reading);
        while self.readings.front().is_some_and(|first| first.at < oldest) {
            self.readings.pop_front();
        }
    }

    pub(super) fn forget(&mut self, replica: Option<&str>) {
        match replica {
            None => self.readings.clear(),
            Some(name) => {
                self.readings.iter_mut().for_each(|reading| reading.replicas.retain(|replica| replica.name != name));
            }
        }
    }

    pub(super) fn last(&self) -> Option<&Reading> {
        self.readings.back()
    }

    /// All of them, the oldest first.
    pub(super) fn readings(&self) -> impl DoubleEndedIterator<Item = &Reading> {
        self.readings.iter()
    }

    /// Those of the last milliseconds, and a few of them in any case; none: it does not reach that far back.
    pub(super) fn lasting(&self, time: u64) -> Option<Vec<&Reading>> {
        const LEAST: usize = 3;
        let last = self.last()?.at;
        let recent = |(back, reading): &(usize, &Reading)| *back < LEAST || last.saturating_sub(reading.at) <= time;
        let mut found: Vec<_> =
            self.readings().rev().enumerate().take_while(recent).map(|(_, reading)| reading).collect();
        found.reverse();
        // The first one is about the interval before it.
        let begin = found.first().map(|first| first.at.saturating_sub(first.interval))?;
        (found.len() >= LEAST && last.saturating_sub(begin) >= time).then_some(found)
    }

    /// What is known of a replica, the oldest first.
    pub(super) fn of<'a>(&'a self, name: &'a str) -> impl DoubleEndedIterator<Item = (u64, &'a ReplicaReading)> {
        self.readings().filter_map(move |reading| {
            let replica = reading.replicas.iter().find(|replica| replica.name == name)?;
            Some((reading.at, replica))
        })
    }
}
