//! [`History`]: the load of the past in little room. A slot stands for a time, and holds the mean of the logarithms of what was
//! measured in it; when there are too many slots, each two become one, until five weeks fit.

use serde::{Deserialize, Serialize};

const MOST: usize = 12_288;
/// Longer than this is not looked back to.
const LONGEST: u64 = 34 * 86_400_000;
const EMPTY: u16 = u16::MAX;
/// Logarithms are kept in steps of a quarter per cent.
const STEP: f64 = 0.0025;
/// So that no load is a logarithm as well: a load below is as good as none.
const NOTHING: f64 = 0.1;

/// The logarithm of a load.
pub(crate) fn log(rate: f64) -> f64 {
    (rate.max(0.0) + NOTHING).ln()
}

/// The load of a logarithm.
pub(crate) fn load(log: f64) -> f64 {
    (log.exp() - NOTHING).max(0.0)
}

/// The load of the past.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct History {
    /// Milliseconds of a slot.
    pub(crate) width: u64,
    /// Slots since the Unix epoch before the first.
    first: u64,
    slots: Vec<u16>,
    /// Sum and count of what was measured in the slot that is not over.
    open: (f64, u32),
}

impl History {
    /// Adds what was measured until `at`, and says whether a slot is over.
    pub(crate) fn add(&mut self, at: u64, log: f64, interval: u64) -> bool {
        if self.width == 0 {
            self.width = interval.max(1000);
            self.first = self.index(at);
        }
        if self.next() + (MOST as u64) < self.index(at) {
            *self = Self { width: self.width, first: self.index(at), ..Self::default() };
        }
        let mut over = false;
        // Slots may become wider meanwhile.
        while self.next() < self.index(at) {
            self.close();
            over = true;
        }
        self.open = (self.open.0 + log, self.open.1 + 1);
        over
    }

    /// A sample is of the time before it.
    fn index(&self, at: u64) -> u64 {
        at.saturating_sub(1) / self.width.max(1)
    }

    /// Number of the slot that is not over.
    fn next(&self) -> u64 {
        self.first + self.slots.len() as u64
    }

    fn close(&mut self) {
        let (sum, count) = std::mem::take(&mut self.open);
        let mean = sum / f64::from(count.max(1));
        let slot = if count == 0 { EMPTY } else { ((mean - NOTHING.ln()) / STEP).round().clamp(0.0, 60_000.0) as u16 };
        self.slots.push(slot);
        if self.slots.len() < MOST {
            return;
        }
        if self.width * (MOST as u64) >= LONGEST {
            self.slots.drain(..MOST / 8);
            self.first += (MOST / 8) as u64;
        } else {
            self.halve();
        }
    }

    /// Each two slots become one.
    fn halve(&mut self) {
        if self.first % 2 == 1 {
            self.slots.insert(0, EMPTY);
            self.first -= 1;
        }
        let pairs = self.slots.chunks(2).map(|pair| match pair {
            [a, b] if *a != EMPTY && *b != EMPTY => u16::midpoint(*a, *b),
            [a, ..] if *a != EMPTY => *a,
            [_, b] => *b,
            _ => EMPTY,
        });
        self.slots = pairs.collect();
        (self.first, self.width) = (self.first / 2, self.width * 2);
    }

    /// How many slots there are.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// How long it reaches back, in milliseconds.
    pub(crate) fn span(&self) -> u64 {
        self.slots.len() as u64 * self.width
    }

    /// The logarithm of a slot by its place.
    pub(crate) fn get(&self, place: usize) -> Option<f64> {
        self.slots.get(place).filter(|slot| **slot != EMPTY).map(|slot| f64::from(*slot) * STEP + NOTHING.ln())
    }

    /// The place of the slot of a time; it may lie outside.
    fn place(&self, at: i64) -> i64 {
        at.div_euclid(i64::try_from(self.width.max(1)).unwrap_or(i64::MAX)) - i64::try_from(self.first).unwrap_or(0)
    }

    /// Mean between two times, of what there is.
    pub(crate) fn mean(&self, from: i64, until: i64) -> Option<f64> {
        let begin = usize::try_from(self.place(from).max(0)).ok()?;
        let end = usize::try_from(self.place(until - 1)).ok()?.min(self.slots.len().checked_sub(1)?);
        let (sum, count) = (begin..=end)
            .filter_map(|place| self.get(place))
            .fold((0.0, 0u32), |(sum, count), log| (sum + log, count + 1));
        (count > 0).then(|| sum / f64::from(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_weeks_fit_and_times_stay_where_they_were() {
        let mut history = History::default();
        let begin = 1_767_225_607_000;
        for number in 1..=240_000_u64 {
            let at = begin + number * 15_000;
            history.add(at, log((at / 3_600_000 % 24) as f64), 15_000);
        }
        assert!(history.len() < MOST && history.span() > 28 * 86_400_000, "{} {}", history.len(), history.span());
        let end = begin + 240_000 * 15_000;
        for hours in [1, 30, 400] {
            let from = i64::try_from((end / 3_600_000 - hours) * 3_600_000).unwrap();
            let expected = (from / 3_600_000 % 24) as f64;
            let mean = load(history.mean(from + 600_000, from + 3_000_000).unwrap());
            assert!((mean - expected).abs() < 0.1 + expected * 0.01, "{hours}: {mean} {expected}");
        }
    }

    #[test]
    fn what_was_not_measured_is_no_load() {
        let mut history = History::default();
        history.add(1000, log(8.0), 1000);
        history.add(5000, log(8.0), 1000);
        history.add(6000, log(8.0), 1000);
        assert_eq!((history.len(), history.get(1)), (5, None));
        assert!((load(history.mean(0, 6000).unwrap()) - 8.0).abs() < 0.05);
        history.add(90_000_000_000, log(3.0), 1000);
        assert_eq!(history.len(), 0, "what is so long ago is forgotten");
    }
}
