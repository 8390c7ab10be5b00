use proptest::prelude::*;
use sdlc_model::reading::{ReplicaReading, Traffic};

use super::*;

const MIB: u64 = 1 << 20;
/// Of a reading, in milliseconds.
const SECOND: u64 = 1000;

fn thresholds() -> Thresholds {
    Thresholds { lasting: 10 * SECOND, latency: Some(200.0), leak_window: 120 * SECOND, ..Thresholds::default() }
}

fn replica(name: &str) -> ReplicaReading {
    ReplicaReading {
        name: name.to_owned(),
        running: true,
        healthy: true,
        started: Some(1),
        memory: 64 * MIB,
        memory_limit: 256 * MIB,
        requests: Some(50),
        errors: Some(0),
        ..ReplicaReading::default()
    }
}

/// Of two replicas that are well, in this second.
fn reading(second: u64) -> Reading {
    let latency = Some(20.0);
    let traffic = Traffic {
        requests_per_second: 100.0,
        error_rate: 0.0,
        latency_p50: latency,
        latency_p95: latency,
        latency_p99: latency,
    };
    Reading {
        at: 1_000_000 + second * SECOND,
        interval: SECOND,
        version: "1".to_owned(),
        asked: 2,
        running: 2,
        healthy: 2,
        traffic: Some(traffic),
        replicas: vec![replica("a"), replica("b")],
        ..Reading::default()
    }
}

/// What is found in so many seconds, with the second in which it is.
fn watch(seconds: u64, mut change: impl FnMut(u64, &mut Reading)) -> Vec<(u64, Symptom)> {
    let mut detector = Detector::new(thresholds());
    let begun = (0..seconds).flat_map(|second| {
        let mut reading = reading(second);
        change(second, &mut reading);
        detector.observe(&reading).begun.into_iter().map(move |symptom| (second, symptom)).collect::<Vec<_>>()
    });
    begun.collect()
}

/// The only thing that is found: its second, kind, replica and evidence.
#[track_caller]
fn only(found: &[(u64, Symptom)]) -> (u64, IncidentKind, Option<&str>, &str) {
    let [(second, Symptom { kind, replica, evidence })] = found else { panic!("{found:?}") };
    (*second, *kind, replica.as_deref(), evidence)
}

#[test]
fn a_replica_that_gives_no_answer_is_unreachable_once_that_lasted() {
    let found = watch(60, |second, reading| {
        reading.replicas[1].healthy = second < 20;
        reading.replicas[1].reason = Some("connection refused".to_owned());
    });
    let (second, kind, replica, evidence) = only(&found);
    assert_eq!((second, kind, replica), (30, IncidentKind::Unreachable, Some("b")));
    assert_eq!(evidence, "no good answer for 10 s: connection refused");
}

#[test]
fn a_replica_that_starts_has_time_and_one_that_has_ended_has_none() {
    let starts = |second: u64, reading: &mut Reading| {
        reading.replicas[1].healthy = false;
        reading.replicas[1].started = Some(1_000_000);
        reading.replicas[1].running = second < 300;
    };
    assert!(watch(60, starts).is_empty());
    assert_eq!(only(&watch(62, starts)).0, 60);
    let found = watch(40, |second, reading| {
        let ended = second >= 20;
        let replica = &mut reading.replicas[0];
        (replica.running, replica.healthy, replica.exit_code) = (!ended, !ended, Some(137).filter(|_| ended));
    });
    assert_eq!(only(&found).3, "it ended with 137 and has not run for 10 s");
}

#[test]
fn replicas_that_are_not_there_are_missed_and_nobody_is_unreachable_without_a_proxy() {
    let found = watch(40, |_, reading| reading.asked = 3);
    assert_eq!(only(&found).3, "1 of 3 replicas is not there");
    let found = watch(40, |_, reading| {
        reading.traffic = None;
        reading.replicas.iter_mut().for_each(|replica| replica.healthy = false);
    });
    assert_eq!(found, []);
}

#[test]
fn three_ends_within_minutes_are_a_crash_loop_and_two_are_none() {
    let found = watch(120, |second, reading| {
        let replica = &mut reading.replicas[0];
        replica.restarts = second / 15;
        replica.running = second < 15;
        replica.healthy = second < 15;
        replica.exit_code = Some(1);
    });
    let crashes: Vec<_> = found.iter().filter(|(_, symptom)| symptom.kind == IncidentKind::CrashLoop).collect();
    assert_eq!(crashes.len(), 1, "{found:?}");
    assert_eq!((crashes[0].0, crashes[0].1.evidence.as_str()), (45, "it ended 3 times within 30 s, at last with 1"));
    // It came back after two ends, and stays.
    assert_eq!(watch(120, |second, reading| reading.replicas[0].restarts = (second / 15).min(2)), []);
}

#[test]
fn memory_that_grows_is_a_leak_with_the_time_that_is_left() {
    let found = watch(120, |second, reading| reading.replicas[0].memory = 64 * MIB + second * MIB);
    let (second, kind, replica, evidence) = only(&found);
    assert_eq!((second, kind, replica), (60, IncidentKind::MemoryLeak, Some("a")));
    assert!(evidence.starts_with("memory grew by 60.0 MiB a minute within 60 s, from 25 % to 4"), "{evidence}");
    assert!(evidence.ends_with("reaches in 2 min") || evidence.ends_with("reaches in 132 s"), "{evidence}");
}

#[test]
fn a_cache_that_fills_up_a_collector_that_saws_and_slow_growth_are_no_leak() {
    let memory = |bytes: fn(u64) -> f64| {
        watch(240, move |second, reading| reading.replicas[0].memory = (bytes(second) * MIB as f64) as u64)
    };
    assert_eq!(memory(|second| 60.0 + 100.0 * (1.0 - (-(second as f64) / 60.0).exp())), []);
    assert_eq!(memory(|second| 60.0 + (second % 20) as f64 * 5.0), []);
    assert_eq!(memory(|second| 60.0 + second as f64 / 100.0), []);
}

#[test]
fn what_a_restart_freed_does_not_count_any_more() {
    let found = watch(300, |second, reading| {
        reading.replicas[0].memory = 64 * MIB + (second % 50) * 3 * MIB;
        reading.replicas[0].started = Some(second / 50);
    });
    assert_eq!(found, []);
}

#[test]
fn errors_of_one_replica_are_its_own_and_of_all_are_of_the_service() {
    let one = watch(30, |_, reading| reading.replicas[1].errors = Some(10));
    let (_, kind, replica, evidence) = only(&one);
    assert_eq!((kind, replica), (IncidentKind::ErrorRate, Some("b")));
    assert!(evidence.contains("20.0 %, and 5.0 % are allowed"), "{evidence}");
    let all = watch(30, |_, reading| {
        reading.replicas.iter_mut().for_each(|replica| replica.errors = Some(10));
        reading.traffic.as_mut().unwrap().error_rate = 0.2;
    });
    assert_eq!((only(&all).1, only(&all).2), (IncidentKind::ErrorRate, None));
    // A burst within a second, whatever it comes to in the mean.
    let burst = |second: u64, reading: &mut Reading| {
        reading.traffic.as_mut().unwrap().error_rate = if second == 15 { 1.0 } else { 0.0 };
    };
    assert_eq!(watch(40, burst), []);
}

#[test]
fn answers_that_are_slow_most_of_the_time_are_an_incident() {
    let found = watch(40, |second, reading| {
        reading.traffic.as_mut().unwrap().latency_p95 = Some(if second < 20 { 50.0 } else { 400.0 });
    });
    let (second, kind, _, evidence) = only(&found);
    assert!((26..=30).contains(&second), "{second}");
    assert_eq!(kind, IncidentKind::Latency);
    assert_eq!(evidence, "the 95th percentile is 400 ms for 10 s, and 200 ms are allowed");
}

#[test]
fn what_is_over_ends_after_as_long_and_what_was_done_about_is_forgotten() {
    let mut detector = Detector::new(thresholds());
    let mut ended = Vec::new();
    for second in 0..60 {
        let mut reading = reading(second);
        reading.replicas[0].healthy = !(20..35).contains(&second);
        ended.extend(detector.observe(&reading).ended.into_iter().map(|symptom| (second, symptom.kind)));
        assert_eq!(detector.active().len(), usize::from((30..44).contains(&second)), "{second}");
    }
    assert_eq!(ended, [(44, IncidentKind::Unreachable)]);
    for second in 60..90 {
        let mut reading = reading(second);
        reading.replicas[0].healthy = false;
        detector.observe(&reading);
    }
    assert_eq!(detector.active().len(), 1);
    detector.forget(Some("a"));
    assert_eq!(detector.active(), []);
    // Another version has nothing to do with it.
    let mut other = reading(90);
    other.version = "2".to_owned();
    assert_eq!(detector.observe(&other), Changes::default());
}

proptest! {
    /// Whatever a service that is well does from second to second, with a failed look or a burst of errors now and then.
    #[test]
    fn noise_is_nothing(
        noise in proptest::collection::vec((0u64..20, 0.0..0.03, 20.0..190.0, 0u32..40), 300),
    ) {
        let found = watch(300, |second, reading| {
            let (memory, errors, latency, blip) = noise[usize::try_from(second).unwrap()];
            let traffic = reading.traffic.as_mut().unwrap();
            traffic.error_rate = if blip == 1 && second % 20 == 0 { 0.4 } else { errors };
            traffic.latency_p95 = Some(if blip == 2 { 900.0 } else { latency });
            for replica in &mut reading.replicas {
                replica.memory = (60 + memory) * MIB;
                replica.healthy = blip != 3;
            }
        });
        prop_assert_eq!(found, []);
    }
}
