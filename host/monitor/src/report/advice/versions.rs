//! Whether a version fails more often, or is slower, than the one before it.

use sdlc_model::reading::Reading;
use sdlc_statistics::compare::{Verdict, compare};

use super::{Advice, Evidence};
use crate::report::{
    figure::Figure,
    series::{DAY, Series},
};

/// Requests of each.
const FEWEST: f64 = 500.0;
/// Deviations of the normal distribution.
const Z: f64 = 4.0;
/// Share of requests that fails more.
const LEAST: f64 = 0.002;
/// Part of the latency that it is slower.
const SLOWER: f64 = 0.2;
/// Where one had so much more load than the other, latencies say nothing.
const OTHER_LOAD: f64 = 1.3;
const BLOCKS: usize = 60;

/// Of the live version, against the one before it, and that within the last day that it was live.
pub(crate) fn advice(evidence: &Evidence<'_>) -> Vec<Advice> {
    let Some((before, after)) = ends(evidence.readings) else { return Vec::new() };
    failures(evidence, before, after).into_iter().chain(slowness(evidence, before, after)).collect()
}

fn ends(readings: &[Reading]) -> Option<(&[Reading], &[Reading])> {
    let live = &readings.last()?.version;
    let end = readings.iter().rposition(|reading| reading.version != *live)?;
    let (earlier, after) = readings.split_at_checked(end + 1)?;
    let last = earlier.last()?;
    let first = earlier.iter().rposition(|reading| reading.version != last.version || reading.at + DAY < last.at);
    Some((earlier.get(first.map_or(0, |first| first + 1)..)?, after))
}

/// Requests, and those that failed.
fn counts(readings: &[Reading]) -> (f64, f64) {
    let count = |reading: &Reading| {
        let traffic = reading.traffic?;
        let requests = traffic.requests_per_second * reading.interval as f64 / 1000.0;
        Some((requests, requests * traffic.error_rate))
    };
    readings.iter().filter_map(count).fold((0.0, 0.0), |(all, failed), (a, b)| (all + a, failed + b))
}

/// By the test of two proportions.
fn failures(evidence: &Evidence<'_>, before: &[Reading], after: &[Reading]) -> Option<Advice> {
    let ((n, failed_before), (m, failed_after)) = (counts(before), counts(after));
    if n < FEWEST || m < FEWEST {
        return None;
    }
    let (old, new, both) = (failed_before / n, failed_after / m, (failed_before + failed_after) / (n + m));
    let z = (new - old) / (both * (1.0 - both) * (1.0 / n + 1.0 / m)).sqrt().max(f64::MIN_POSITIVE);
    (z >= Z && new - old >= LEAST && new >= 2.0 * old).then(|| {
        let (old, new) = (Figure::Errors.show(old), Figure::Errors.show(new));
        back("more-failures", evidence, before, after, format!("{new} of its requests fail"), &old)
    })
}

fn slowness(evidence: &Evidence<'_>, before: &[Reading], after: &[Reading]) -> Option<Advice> {
    let blocks = |figure: Figure, readings: &[Reading]| -> Vec<f64> {
        let series = Series::of(readings, evidence.step, |reading| figure.of(reading));
        series.blocks(BLOCKS).into_iter().map(|(_, value)| value).collect()
    };
    let middle = |figure, readings| crate::quantile::median(blocks(figure, readings));
    let (light, heavy) = (middle(Figure::Requests, before)?, middle(Figure::Requests, after)?);
    if heavy > OTHER_LOAD * light {
        return None;
    }
    let compared = compare(&blocks(Figure::Latency, before), &blocks(Figure::Latency, after), SLOWER);
    (compared.verdict == Verdict::Slower).then(|| {
        let show = |readings| Figure::Latency.show(middle(Figure::Latency, readings).unwrap_or_default());
        let (old, new) = (show(before), show(after));
        back("slower-version", evidence, before, after, format!("its p95 is {new} at no more load"), &old)
    })
}

fn back(
    kind: &'static str,
    evidence: &Evidence<'_>,
    before: &[Reading],
    after: &[Reading],
    seen: String,
    old: &str,
) -> Advice {
    let name = |readings: &[Reading]| readings.last().map(|last| last.version.clone()).unwrap_or_default();
    let before = name(before);
    Advice {
        kind,
        target: format!("version {}", name(after)),
        proposal: format!("`sdlc rollback {}`, or a version that mends it", evidence.setting.environment),
        evidence: format!("{seen}, and {old} with {before} before it"),
        effect: format!("{old} again"),
    }
}
