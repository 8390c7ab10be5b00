//! [`Series`]: one figure of the readings, on a grid of time.

use sdlc_model::reading::Reading;

use crate::quantile::median;

const MINUTE: u64 = 60_000;
/// A day in milliseconds.
pub const DAY: u64 = 24 * 60 * MINUTE;

/// One figure of the readings, on a grid of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// When the first value begins, in milliseconds since 1970.
    pub start: u64,
    /// From one value to the next, in milliseconds.
    pub step: u64,
    /// Means weighted by time; none: nothing is known of that time.
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// `value` gives the figure, and how much a reading weighs beside its time.
    pub fn of(readings: &[Reading], step: u64, value: impl Fn(&Reading) -> Option<(f64, f64)>) -> Self {
        let step = step.max(1);
        // The end of an interval belongs to it.
        let end = |reading: &Reading| reading.at.saturating_sub(1);
        let start = readings.first().map_or(0, |first| end(first) - end(first) % step);
        let length = readings.last().map_or(0, |last| end(last).saturating_sub(start) / step + 1);
        let mut sums = vec![(0.0, 0.0); usize::try_from(length).unwrap_or_default()];
        for reading in readings {
            let slot = usize::try_from(end(reading).saturating_sub(start) / step).unwrap_or(usize::MAX);
            if let (Some((value, weight)), Some((sum, weights))) = (value(reading), sums.get_mut(slot)) {
                let weight = weight * reading.interval as f64;
                (*sum, *weights) = (*sum + value * weight, *weights + weight);
            }
        }
        let mean = |(sum, weights): (f64, f64)| (weights > 0.0).then(|| sum / weights).filter(|mean| mean.is_finite());
        Self { start, step, values: sums.into_iter().map(mean).collect() }
    }

    /// What is known, with the moments that it ended at.
    pub fn points(&self) -> impl Iterator<Item = (u64, f64)> {
        let at = |index: usize| self.start + (index as u64 + 1) * self.step;
        self.values.iter().enumerate().filter_map(move |(index, value)| Some((at(index), (*value)?)))
    }

    /// What is known.
    pub fn known(&self) -> Vec<f64> {
        self.values.iter().flatten().copied().collect()
    }

    /// With other values at the same moments.
    #[must_use]
    pub fn map(&self, change: impl Fn(u64, f64) -> f64) -> Self {
        let at = |index: usize| self.start + (index as u64 + 1) * self.step;
        let values = self.values.iter().enumerate().map(|(index, value)| Some(change(at(index), (*value)?))).collect();
        Self { values, ..*self }
    }

    /// At most so many points, each the median of its part: what follows each other is alike, and few count for many.
    pub fn blocks(&self, most: usize) -> Vec<(u64, f64)> {
        let points: Vec<_> = self.points().collect();
        let size = points.len().div_ceil(most.max(1)).max(1);
        let block = |block: &[(u64, f64)]| {
            let at = block.get(block.len() / 2)?.0;
            Some((at, median(block.iter().map(|(_, value)| *value).collect())?))
        };
        points.chunks(size).filter_map(block).collect()
    }
}

/// For readings that span so many milliseconds: fine enough for what lasts for minutes, and few enough to be looked at at once.
pub fn step(span: u64) -> u64 {
    match span.div_ceil(DAY) {
        0..=1 => MINUTE,
        2..=14 => 5 * MINUTE,
        _ => 60 * MINUTE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_has_holes_where_nothing_was_seen_and_weighs_by_time() {
        let reading = |at, interval, cpu| Reading { at, interval, cpu, ..Reading::default() };
        let readings = [reading(30_000, 10_000, 10.0), reading(60_000, 30_000, 50.0), reading(200_000, 10_000, 7.0)];
        let series = Series::of(&readings, MINUTE, |reading| Some((reading.cpu, 1.0)));
        assert_eq!(series.values, [Some(40.0), None, None, Some(7.0)]);
        assert_eq!(series.points().collect::<Vec<_>>(), [(60_000, 40.0), (240_000, 7.0)]);
        assert!(Series::of(&[], MINUTE, |_| None).values.is_empty());
    }
}
