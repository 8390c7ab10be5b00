//! Latency that grows with the load of a replica.

use super::{Advice, Evidence};
use crate::{quantile::median, report::trend};

/// Parts of the moments, by load.
const PARTS: usize = 10;
const FEWEST: usize = 60;
/// Times the latency at little load.
const SATURATED: f64 = 2.0;
const STILL_GOOD: f64 = 1.4;
/// Rank correlation of latency with load.
const TOGETHER: f64 = 0.25;

pub(crate) fn advice(evidence: &Evidence<'_>) -> Option<Advice> {
    let points = points(evidence);
    if points.len() < FEWEST {
        return None;
    }
    let size = points.len().div_ceil(PARTS);
    let part = |part: &[(f64, f64)]| {
        Some((
            median(part.iter().map(|(load, _)| *load).collect())?,
            median(part.iter().map(|(_, latency)| *latency).collect())?,
        ))
    };
    let parts: Vec<(f64, f64)> = points.chunks(size).filter_map(part).collect();
    let base = median(parts.iter().take(3).map(|(_, latency)| *latency).collect())?;
    let (most, worst) = *parts.last()?;
    if worst < SATURATED * base
        || most < 1.3 * median(parts.iter().map(|(load, _)| *load).collect())?
        || !together(&points)
    {
        return None;
    }
    let (knee, latency) = *parts.iter().take_while(|(_, latency)| *latency <= STILL_GOOD * base).last()?;
    let wanted = if knee >= 10.0 { knee.floor() } else { (knee * 10.0).floor() / 10.0 };
    let now = evidence.setting.scale.as_ref().and_then(|policy| policy.target.requests_per_second_per_replica);
    if now.is_some_and(|now| now <= 1.1 * wanted) || wanted <= 0.0 {
        return None;
    }
    let instead = now.map_or_else(String::new, |now| format!(" instead of {now}"));
    Some(Advice {
        kind: "saturation",
        target: evidence.key("scale.target"),
        proposal: format!("`requests-per-second-per-replica = {wanted}`{instead}"),
        evidence: format!(
            "p95 is {base:.0} ms at little load, and {worst:.0} ms where a replica gets {most:.1} requests/s: it grows with load"
        ),
        effect: format!("p95 stays at about {latency:.0} ms, since more replicas are there before it grows"),
    })
}

/// Requests a second of a replica and p95, by the load.
fn points(evidence: &Evidence<'_>) -> Vec<(f64, f64)> {
    let point = |reading: &sdlc_model::reading::Reading| {
        let traffic = reading.traffic.filter(|_| reading.healthy > 0)?;
        // A failure can be fast.
        let latency = traffic.latency_p95.filter(|_| traffic.error_rate < 0.05)?;
        Some((traffic.requests_per_second / f64::from(reading.healthy), latency))
    };
    let mut points: Vec<_> = evidence.readings.iter().filter_map(point).collect();
    points.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    points
}

fn together(points: &[(f64, f64)]) -> bool {
    let thinned = points.iter().step_by(points.len().div_ceil(trend::MOST).max(1));
    let ranked: Vec<_> = (0_u64..).zip(thinned).map(|(rank, (_, latency))| (rank, *latency)).collect();
    trend::trend(&ranked).is_some_and(|found| found.tau >= TOGETHER)
}
