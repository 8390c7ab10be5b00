//! Replicas that end again and again soon after their start.

use sdlc_model::{reading::ReplicaReading, treatment::IncidentKind};

use super::{CRASHES_WITHIN, Symptom, Thresholds, time, window::Window};

pub(super) fn find(window: &Window, thresholds: &Thresholds) -> Vec<Symptom> {
    let Some(last) = window.last() else { return Vec::new() };
    last.replicas.iter().filter_map(|replica| crashing(window, last.at, replica, thresholds)).collect()
}

fn crashing(window: &Window, now: u64, replica: &ReplicaReading, thresholds: &Thresholds) -> Option<Symptom> {
    let seen: Vec<_> = window.of(&replica.name).filter(|(at, _)| now.saturating_sub(*at) <= CRASHES_WITHIN).collect();
    // The engine counts from 0 again where somebody else started it.
    let ends = seen.windows(2).filter_map(|pair| match pair {
        [(_, before), (at, after)] => {
            Some((*at, after.restarts.checked_sub(before.restarts)?)).filter(|(_, ends)| *ends > 0)
        }
        _ => None,
    });
    let (first, count) = ends.fold((None, 0), |(first, count), (at, ends)| (first.or(Some(at)), count + ends));
    let well = seen.iter().all(|(at, seen)| now.saturating_sub(*at) > thresholds.lasting || seen.healthy);
    if count < thresholds.crashes || well {
        return None;
    }
    let within = time(now.saturating_sub(first?));
    let code = replica.exit_code.map_or_else(String::new, |code| format!(", at last with {code}"));
    let evidence = format!("it ended {count} times within {within}{code}");
    Some(Symptom { kind: IncidentKind::CrashLoop, replica: Some(replica.name.clone()), evidence })
}
