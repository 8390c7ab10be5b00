//! [`changes`]: moments from which on values are others than before: the test of Pettitt (Applied Statistics 28, 1979), again
//! on both sides of each that is found.

use super::trend::trend;
use crate::quantile::{median, scatter};

/// Points that are looked at at most.
pub const MOST: usize = 240;
/// Points on each side.
const FEWEST: usize = 8;
/// That it is none.
const PROBABILITY: f64 = 0.0005;
/// Part of the value before that a change is at least.
const LEAST: f64 = 0.15;
/// Times the noise that a change is at least.
const NOISE: f64 = 2.0;

/// A moment from which on values are others than before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// In milliseconds since 1970: of the first value that is another.
    pub at: u64,
    /// Median before, since the change before it.
    pub before: f64,
    /// Median afterwards, until the next one.
    pub after: f64,
}

/// In the order of their moments.
pub fn changes(points: &[(u64, f64)]) -> Vec<Change> {
    let mut cuts = Vec::new();
    split(points, 0, noise(points), &mut cuts);
    cuts.sort_unstable();
    let ends: Vec<usize> = std::iter::once(0).chain(cuts.iter().copied()).chain([points.len()]).collect();
    let middle = |from: usize, to: usize| median(values(points.get(from..to)?));
    let change = |window: &[usize]| {
        let [from, cut, to] = *window else { return None };
        Some(Change { at: points.get(cut)?.0, before: middle(from, cut)?, after: middle(cut, to)? })
    };
    ends.windows(3).filter_map(change).collect()
}

/// Of what follows each other, so that levels are none of it.
fn noise(points: &[(u64, f64)]) -> f64 {
    let step = |pair: &[(u64, f64)]| if let [(_, first), (_, second)] = pair { second - first } else { 0.0 };
    let steps: Vec<_> = points.windows(2).map(step).collect();
    scatter(&steps, 0.0) / std::f64::consts::SQRT_2
}

fn split(points: &[(u64, f64)], offset: usize, noise: f64, cuts: &mut Vec<usize>) {
    let Some(cut) = cut(points, noise) else { return };
    cuts.push(offset + cut);
    let (before, after) = points.split_at(cut);
    split(before, offset, noise, cuts);
    split(after, offset + cut, noise, cuts);
}

/// Index of the first point that is another. None: there is no change.
fn cut(points: &[(u64, f64)], noise: f64) -> Option<usize> {
    let n = points.len();
    if n < 2 * FEWEST {
        return None;
    }
    let ranks = ranks(points);
    let (mut sum, mut best, mut at) = (0.0, 0.0_f64, 0);
    for (index, rank) in ranks.iter().enumerate() {
        sum += rank;
        let count = (index + 1) as f64;
        let statistic = (2.0 * sum - count * (n as f64 + 1.0)).abs();
        if statistic > best && (FEWEST..=n - FEWEST).contains(&(index + 1)) {
            (best, at) = (statistic, index + 1);
        }
    }
    let n = n as f64;
    let probability = 2.0 * (-6.0 * best * best / (n * n * n + n * n)).exp();
    let (before, after) = points.split_at_checked(at)?;
    (probability < PROBABILITY && matters(before, after, noise) && !slopes(points, before, after)).then_some(at)
}

fn matters(before: &[(u64, f64)], after: &[(u64, f64)], noise: f64) -> bool {
    let (Some(low), Some(high)) = (median(values(before)), median(values(after))) else { return false };
    let size = (high - low).abs();
    size >= LEAST * low.abs() && size > 0.0 && size >= NOISE * noise
}

/// Whether a line fits better than two levels: then it is a trend, which has no moment.
fn slopes(all: &[(u64, f64)], before: &[(u64, f64)], after: &[(u64, f64)]) -> bool {
    let Some(found) = trend(&thinned(all)) else { return false };
    let first = all.first().map_or(0, |(at, _)| *at);
    let last = all.last().map_or(1, |(at, _)| *at);
    let line = |at: u64| found.from + (found.to - found.from) * (at - first) as f64 / (last - first).max(1) as f64;
    let off_line: f64 = all.iter().map(|(at, value)| (value - line(*at)).abs()).sum();
    let off_level = |points: &[(u64, f64)]| {
        let middle = median(values(points)).unwrap_or_default();
        points.iter().map(|(_, value)| (value - middle).abs()).sum::<f64>()
    };
    off_line < off_level(before) + off_level(after)
}

fn thinned(points: &[(u64, f64)]) -> Vec<(u64, f64)> {
    points.iter().copied().step_by(points.len().div_ceil(super::trend::MOST).max(1)).collect()
}

fn values(points: &[(u64, f64)]) -> Vec<f64> {
    points.iter().map(|(_, value)| *value).collect()
}

/// From 1; of equal values the mean.
fn ranks(points: &[(u64, f64)]) -> Vec<f64> {
    let mut sorted = values(points);
    sorted.sort_by(f64::total_cmp);
    let rank = |(_, value): &(u64, f64)| {
        let below = sorted.partition_point(|other| other.total_cmp(value).is_lt());
        let not_above = sorted.partition_point(|other| other.total_cmp(value).is_le());
        (below + not_above + 1) as f64 / 2.0
    };
    points.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::made::noise, *};

    fn points(level: impl Fn(usize) -> f64, seed: u32) -> Vec<(u64, f64)> {
        (0..200).zip(noise(seed)).map(|(index, noise)| (index as u64 * 60_000, level(index) + noise)).collect()
    }

    #[test]
    fn levels_are_told_apart_where_they_begin() {
        let found = changes(&points(|index| [20.0, 30.0, 12.0][index / 70], 1));
        let [first, second] = found.as_slice() else { panic!("{found:?}") };
        assert!(first.at.abs_diff(70 * 60_000) <= 60_000 && second.at.abs_diff(140 * 60_000) <= 60_000, "{found:?}");
        assert!((first.before - 20.0).abs() < 0.5 && (first.after - 30.0).abs() < 0.5, "{found:?}");
    }

    #[test]
    fn noise_a_slope_and_what_hardly_matters_are_no_changes() {
        for seed in 1..100 {
            assert_eq!(changes(&points(|_| 20.0, seed)), [], "{seed}");
        }
        assert_eq!(changes(&points(|index| 20.0 + index as f64 / 5.0, 1)), []);
        assert_eq!(changes(&points(|index| if index < 100 { 100.0 } else { 104.0 }, 1)), []);
        assert_eq!(changes(&[]), []);
    }
}
