//! Cycles of the load: the day and the week, where there is enough of the past, and another one that is found in it.

use crate::history::History;

const DAY: u64 = 86_400_000;
const WEEK: u64 = 7 * DAY;
/// Points that the past is looked at in.
const POINTS: usize = 1024;
/// Shorter cycles than so many points are noise.
const SHORTEST: usize = 6;
/// Correlation with itself, a cycle later, that makes one.
const LEAST: f64 = 0.4;

/// Lengths of cycles that may be in this past, in milliseconds. Whether they help is for the record of their forecasts to say.
/// A cycle shorter than `shortest` is of no use.
pub(crate) fn cycles(history: &History, shortest: u64) -> Vec<u64> {
    let margin = |cycle: u64| cycle + cycle / 50;
    let mut cycles: Vec<_> = [DAY, WEEK].into_iter().filter(|cycle| history.span() >= margin(*cycle)).collect();
    if let Some(found) = strongest(history, shortest) {
        let near = |cycle: u64| found.abs_diff(cycle) * 30 < cycle;
        if !near(DAY) && !near(WEEK) {
            cycles.push(found);
        }
    }
    cycles
}

/// The shift at which the past is most like itself, if it is alike at all.
fn strongest(history: &History, shortest: u64) -> Option<u64> {
    let stride = history.len().div_ceil(POINTS).max(1);
    let shortest = usize::try_from(shortest / (history.width * stride as u64).max(1)).ok()?.max(SHORTEST);
    let points = points(history, stride);
    let correlations: Vec<_> = (0..=points.len() / 3).map(|lag| correlation(&points, lag)).collect();
    // Near itself everything is alike: only after the correlation has been low once.
    let low = correlations.iter().position(|correlation| *correlation < LEAST / 2.0)?;
    let after = correlations.iter().copied().enumerate().skip(low.max(shortest));
    let (lag, correlation) = after.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    if correlation < LEAST {
        return None;
    }
    // Its multiples are as strong: the shortest that is nearly so.
    let peaks = correlations.iter().copied().enumerate().take(lag).skip(low.max(shortest));
    let local = |lag: usize| {
        let at = |lag: usize| correlations.get(lag).copied().unwrap_or(0.0);
        at(lag) >= at(lag - 1) && at(lag) >= at(lag + 1)
    };
    let mut shorter = peaks.filter(|(lag, value)| *value > 0.9 * correlation && local(*lag));
    let lag = shorter.next().map_or(lag, |(lag, _)| lag);
    Some(refined(history, lag * stride, stride) as u64 * history.width)
}

/// Means of so many slots each, around zero. What was not measured is zero.
fn points(history: &History, stride: usize) -> Vec<f64> {
    let count = history.len() / stride;
    let points: Vec<_> = (0..count)
        .map(|point| {
            let slots = (point * stride..(point + 1) * stride).filter_map(|place| history.get(place));
            let (sum, count) = slots.fold((0.0, 0u32), |(sum, count), log| (sum + log, count + 1));
            (count > 0).then(|| sum / f64::from(count))
        })
        .collect();
    let known = points.iter().flatten().count().max(1) as f64;
    let mean = points.iter().flatten().sum::<f64>() / known;
    points.into_iter().map(|point| point.map_or(0.0, |point| point - mean)).collect()
}

fn correlation(points: &[f64], lag: usize) -> f64 {
    let later = points.get(lag..).unwrap_or_default();
    let earlier = points.get(..points.len() - lag).unwrap_or_default();
    let product: f64 = earlier.iter().zip(later).map(|(a, b)| a * b).sum();
    let square = |points: &[f64]| points.iter().map(|point| point * point).sum::<f64>();
    let size = (square(earlier) * square(later)).sqrt();
    if size > 0.0 { product / size } else { 0.0 }
}

/// The best shift in slots around one that was found in points of several.
fn refined(history: &History, around: usize, stride: usize) -> usize {
    if stride == 1 {
        return around;
    }
    let points = points(history, 1);
    let candidates = around.saturating_sub(stride)..=around + stride;
    let scored = candidates.map(|lag| (lag, correlation(&points, lag)));
    scored.max_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(around, |(lag, _)| lag)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::history::log;

    fn past(minutes: u64, load: impl Fn(f64) -> f64) -> Vec<u64> {
        let mut history = History::default();
        for minute in 1..=minutes {
            history.add(minute * 60_000, log(load(minute as f64)), 60_000);
        }
        cycles(&history, 300_000).into_iter().map(|cycle| cycle / 60_000).collect()
    }

    #[test]
    fn a_cycle_of_any_length_is_found() {
        let found = past(600, |minute| 50.0 + 40.0 * (TAU * minute / 90.0).sin());
        assert!(matches!(found.as_slice(), [88..=92]), "{found:?}");
        let found = past(20_000, |minute| 50.0 + 40.0 * (TAU * minute / 700.0).sin());
        assert!(matches!(found.as_slice(), [1440, 10_080, 697..=703]), "{found:?}");
    }

    #[test]
    fn a_day_is_known_after_a_day_and_no_cycle_is_seen_in_noise() {
        assert_eq!(past(1500, |minute| 50.0 + 40.0 * (TAU * minute / 1440.0).sin()), [1440]);
        let mut rng = fastrand::Rng::with_seed(3);
        let noise: Vec<_> = (0..=1400).map(|_| 50.0 + 20.0 * rng.f64()).collect();
        assert!(past(1400, |minute| noise[minute as usize]).is_empty());
    }
}
