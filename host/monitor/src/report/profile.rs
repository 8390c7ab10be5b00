//! [`Profile`]: what is usual at a time of day.

use std::collections::BTreeSet;

use super::series::{DAY, Series};
use crate::quantile::{median, scatter};

/// Times of day that are told apart.
const SLOTS: u64 = 48;
/// Days that a time of day was seen on, before anything is usual there.
const FEWEST_DAYS: usize = 3;
/// Part of the most that belongs to the peak.
const STILL_PEAK: f64 = 0.8;
/// Less than this part of what is usual is no difference.
const LEAST: f64 = 0.05;

/// What is usual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usual {
    /// Median.
    pub value: f64,
    /// As a standard deviation.
    pub scatter: f64,
}

/// What is usual at each half hour of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    slots: Vec<Option<Usual>>,
    offset: i64,
}

impl Profile {
    /// `offset`: of the clocks there, in milliseconds east of Greenwich.
    pub fn of(series: &Series, offset: i64) -> Self {
        let mut slots = vec![(Vec::new(), BTreeSet::new()); SLOTS as usize];
        for (at, value) in series.points() {
            if let Some((values, days)) = slots.get_mut(slot(at, offset)) {
                values.push(value);
                days.insert(local(at, offset) / DAY);
            }
        }
        let usual =
            |(values, days): (Vec<f64>, BTreeSet<u64>)| (days.len() >= FEWEST_DAYS).then(|| usual(&values)).flatten();
        Self { slots: slots.into_iter().map(usual).collect(), offset }
    }

    /// None: it was not seen on enough days.
    pub fn at(&self, at: u64) -> Option<Usual> {
        self.slots.get(slot(at, self.offset)).copied().flatten()
    }

    /// Whether most of a day was seen on enough days.
    pub fn is_known(&self) -> bool {
        self.slots.iter().flatten().count() * 4 >= self.slots.len() * 3
    }

    /// When the time begins at which most is usual, in hours since midnight there, and how much. None: nothing is known.
    pub fn peak(&self) -> Option<(f64, Usual)> {
        let known = self.slots.iter().enumerate().filter_map(|(index, usual)| Some((index, (*usual)?)));
        let (highest, peak) = known.max_by(|(_, a), (_, b)| a.value.total_cmp(&b.value))?;
        let before = |back: &usize| (highest + self.slots.len() - back) % self.slots.len();
        let is_high = |back: &usize| {
            let usual = self.slots.get(before(back)).copied().flatten();
            usual.is_some_and(|usual| usual.value >= STILL_PEAK * peak.value)
        };
        let back = (1..self.slots.len()).take_while(is_high).last().unwrap_or(0);
        Some((before(&back) as f64 / 2.0, peak))
    }

    /// What is usual at each half hour from midnight on; none: not known.
    pub fn values(&self) -> Vec<Option<f64>> {
        self.slots.iter().map(|usual| usual.map(|usual| usual.value)).collect()
    }

    /// The series without what is usual at its time, around the median of all.
    pub fn without(&self, series: &Series) -> Series {
        if !self.is_known() {
            return series.clone();
        }
        let middle = median(self.slots.iter().flatten().map(|usual| usual.value).collect()).unwrap_or_default();
        series.map(|at, value| self.at(at).map_or(value, |usual| value - usual.value + middle))
    }
}

/// Of values at one time of day, or of all. None: there are none.
pub fn usual(values: &[f64]) -> Option<Usual> {
    let value = median(values.to_vec())?;
    Some(Usual { value, scatter: scatter(values, value).max(LEAST * value.abs()) })
}

fn local(at: u64, offset: i64) -> u64 {
    // The end of an interval belongs to it.
    at.saturating_sub(1).saturating_add_signed(offset)
}

fn slot(at: u64, offset: i64) -> usize {
    (local(at, offset) % DAY * SLOTS / DAY) as usize
}

#[cfg(test)]
mod tests {
    use super::{super::series::Series, *};

    const STEP: u64 = 300_000;

    /// 10, and 100 from nine to ten.
    fn days(count: u64) -> Series {
        let value = |index: u64| if index % 288 / 12 == 9 { 100.0 } else { 10.0 };
        Series { start: 1000 * DAY, step: STEP, values: (0..count * 288).map(|index| Some(value(index))).collect() }
    }

    #[test]
    fn a_peak_is_found_at_its_time_of_day_there() {
        let profile = Profile::of(&days(4), 0);
        assert!(profile.is_known());
        assert_eq!(profile.peak().map(|(hour, usual)| (hour, usual.value)), Some((9.0, 100.0)));
        let east = Profile::of(&days(4), 2 * 3_600_000);
        assert_eq!(east.peak().map(|(hour, _)| hour), Some(11.0));
        let flat = profile.without(&days(4)).known();
        assert!(flat.iter().all(|value| (value - 10.0).abs() < 1e-9));
    }

    #[test]
    fn two_days_make_nothing_usual() {
        let profile = Profile::of(&days(2), 0);
        assert!(!profile.is_known() && profile.peak().is_none());
        assert_eq!(profile.without(&days(2)), days(2));
    }
}
