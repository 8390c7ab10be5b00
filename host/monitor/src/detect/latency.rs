//! Answers that take longer than is allowed.

use sdlc_model::treatment::IncidentKind;

use super::{Symptom, Thresholds, time, window::Window};

/// Intervals with requests that say anything.
const LEAST: usize = 3;
/// Per cent of the intervals that have to be too slow.
const MOST_OF: usize = 80;

pub(super) fn find(window: &Window, thresholds: &Thresholds) -> Option<Symptom> {
    let allowed = thresholds.latency?;
    let readings = window.lasting(thresholds.lasting)?;
    let mut seen: Vec<_> = readings.iter().filter_map(|reading| reading.traffic?.latency_p95).collect();
    let slow = seen.iter().filter(|latency| **latency > allowed).count();
    // Whoever is over it by now has to be over it still.
    let still = seen.last().is_some_and(|latency| *latency > allowed);
    if seen.len() < LEAST || slow * 100 < seen.len() * MOST_OF || !still {
        return None;
    }
    seen.sort_by(f64::total_cmp);
    let middle = seen.get(seen.len() / 2)?;
    let evidence = format!(
        "the 95th percentile is {middle:.0} ms for {}, and {allowed:.0} ms are allowed",
        time(thresholds.lasting)
    );
    Some(Symptom { kind: IncidentKind::Latency, replica: None, evidence })
}
