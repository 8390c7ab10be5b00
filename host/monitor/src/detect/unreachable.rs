//! Replicas that give no answer although they had time to start, have ended for good, or are not there.

use sdlc_model::{
    reading::{Reading, ReplicaReading},
    treatment::IncidentKind,
};

use super::{Symptom, Thresholds, time, window::Window};

pub(super) fn find(window: &Window, thresholds: &Thresholds) -> Vec<Symptom> {
    let (Some(last), Some(readings)) = (window.last(), window.lasting(thresholds.lasting)) else { return Vec::new() };
    // Without a proxy nobody asks them.
    if readings.iter().any(|reading| reading.traffic.is_none()) {
        return Vec::new();
    }
    let mut found: Vec<_> =
        last.replicas.iter().filter_map(|replica| silent(window, last.at, replica, thresholds)).collect();
    found.extend(missing(&readings));
    found
}

/// One that was not healthy all the time.
fn silent(window: &Window, now: u64, replica: &ReplicaReading, thresholds: &Thresholds) -> Option<Symptom> {
    let ill = |seen: &ReplicaReading| !seen.healthy;
    let since = window.of(&replica.name).rev().take_while(|(_, seen)| ill(seen)).last()?.0;
    let ended = window.of(&replica.name).filter(|(at, _)| *at >= since).all(|(_, seen)| !seen.running);
    let lasted = now.saturating_sub(since);
    let was_healthy = window.of(&replica.name).any(|(_, seen)| seen.healthy && seen.started == replica.started);
    let had_time = replica.started.is_none_or(|started| now.saturating_sub(started) >= thresholds.start_up);
    if lasted < thresholds.lasting || !(ended || was_healthy || had_time) {
        return None;
    }
    let lasted = time(lasted);
    let evidence = match (ended, replica.exit_code) {
        (true, Some(code)) => format!("it ended with {code} and has not run for {lasted}"),
        (true, None) => format!("it has not run for {lasted}"),
        _ => format!("no good answer for {lasted}: {}", replica.reason.as_deref().unwrap_or("nobody knows why")),
    };
    Some(Symptom { kind: IncidentKind::Unreachable, replica: Some(replica.name.clone()), evidence })
}

fn missing(readings: &[&Reading]) -> Option<Symptom> {
    let missing = |reading: &&Reading| {
        usize::try_from(reading.asked).unwrap_or(usize::MAX).saturating_sub(reading.replicas.len())
    };
    let fewest = readings.iter().map(missing).min().filter(|fewest| *fewest > 0)?;
    let asked = readings.last()?.asked;
    let verb = if fewest == 1 { "is" } else { "are" };
    let evidence = format!("{fewest} of {asked} replicas {verb} not there");
    Some(Symptom { kind: IncidentKind::Unreachable, replica: None, evidence })
}
