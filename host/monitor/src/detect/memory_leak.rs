//! Memory that grows steadily, and will reach its limit soon. A cache that fills up and levels off is none.

use std::collections::VecDeque;

use sdlc_model::treatment::IncidentKind;

use super::{
    Symptom, Thresholds,
    memory::{Memories, Series},
    time,
};
use crate::slope::Slope;

/// Samples that say anything.
const LEAST: usize = 20;
/// How much pairs of samples have to agree that it grows; noise of so many samples comes to a tenth of it.
const AGREEMENT: f64 = 0.6;
/// What the last third has to grow by, of what the first one did: it does not level off.
const STEADY: f64 = 0.6;

pub(super) fn find(memories: &Memories, thresholds: &Thresholds) -> Vec<Symptom> {
    let found = memories.series().filter_map(|(name, series)| {
        let evidence = leak(series, thresholds)?;
        Some(Symptom { kind: IncidentKind::MemoryLeak, replica: Some(name.clone()), evidence })
    });
    found.collect()
}

/// What was seen of a leak.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bytes of a machine and times until they are used up are below 2^53, and above 0"
)]
fn leak(Series { limit, samples, .. }: &Series, thresholds: &Thresholds) -> Option<String> {
    let samples: Vec<_> = VecDeque::iter(samples).copied().collect();
    let ((begin, first), (end, last)) = (*samples.first()?, *samples.last()?);
    let watched = end.saturating_sub(begin);
    if samples.len() < LEAST || watched < thresholds.leak_window / 2 || *limit == 0 {
        return None;
    }
    let points: Vec<_> = samples.iter().map(|(at, bytes)| (*at, *bytes as f64)).collect();
    let third = points.len() / 3;
    let (early, late) = (Slope::of(points.get(..third)?)?, Slope::of(points.get(points.len() - third..)?)?);
    let all = Slope::of(&points)?;
    let growth = all.rate.min(late.rate);
    if growth <= 0.0 || late.rate < STEADY * early.rate || all.tau < AGREEMENT {
        return None;
    }
    let left = (limit.saturating_sub(last) as f64 / growth) as u64;
    let share = |bytes: u64| 100.0 * bytes as f64 / *limit as f64;
    (left <= thresholds.leak_within).then(|| {
        format!(
            "memory grew by {:.1} MiB a minute within {}, from {:.0} % to {:.0} % of its limit, which it reaches in {}",
            growth * 60_000.0 / f64::from(1 << 20),
            time(watched),
            share(first),
            share(last),
            time(left)
        )
    })
}
