//! Memory that grows steadily, and will reach its limit soon. A cache that fills up and levels off is none.

use std::collections::VecDeque;

use sdlc_model::treatment::IncidentKind;

use super::{
    Symptom, Thresholds,
    memory::{Memories, Series},
    slope::{agreement, slope},
    time,
};

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
    let third = samples.len() / 3;
    let slope_of = |part: Option<&[(u64, u64)]>| part.and_then(slope);
    let early = slope_of(samples.get(..third))?;
    let late = slope_of(samples.get(samples.len() - third..))?;
    let growth = slope(&samples)?.min(late);
    if growth <= 0.0 || late < STEADY * early || agreement(&samples) < AGREEMENT {
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
