//! [`Meter`]: what a service did between two counts.

use std::time::Duration;

use sdlc_model::{
    reading::{Counted, Reading, ReplicaReading, Traffic, Usage},
    traffic::Counters,
};

/// Remembers the last count.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    last: Option<(Duration, Counted)>,
}

impl Meter {
    /// What the service did since the last count. None: there was none of this release.
    ///
    /// `at`: milliseconds since 1970, for people. `clock`: of a clock that never goes back, for rates.
    pub fn read(&mut self, at: u64, clock: Duration, counted: Counted) -> Option<Reading> {
        let last = self.last.replace((clock, counted.clone()));
        let (then, before) = last.filter(|(_, before)| before.release == counted.release)?;
        let interval = clock.checked_sub(then).filter(|interval| !interval.is_zero())?;
        Some(reading(at, interval, &before, &counted))
    }
}

fn reading(at: u64, interval: Duration, before: &Counted, now: &Counted) -> Reading {
    let replica = |usage: &Usage| {
        let before = before.replicas.iter().find(|before| before.name == usage.name);
        replica(interval, before.filter(|before| before.started == usage.started), usage)
    };
    let replicas: Vec<_> = now.replicas.iter().map(replica).collect();
    let count = |wanted: fn(&&ReplicaReading) -> bool| {
        u32::try_from(replicas.iter().filter(wanted).count()).unwrap_or(u32::MAX)
    };
    let running = || replicas.iter().filter(|replica| replica.running);
    Reading {
        at,
        interval: u64::try_from(interval.as_millis()).unwrap_or(u64::MAX),
        version: now.version.clone(),
        asked: now.asked,
        running: count(|replica| replica.running),
        healthy: count(|replica| replica.healthy),
        cpu: mean(running().filter_map(|replica| replica.cpu)),
        memory: mean(running().map(|replica| share(replica.memory, replica.memory_limit))),
        traffic: now.traffic.as_ref().map(|counters| traffic(interval, before.traffic.as_ref(), counters)),
        measured: Vec::new(),
        replicas,
    }
}

#[expect(clippy::cast_precision_loss, reason = "nanoseconds of months are below 2^53")]
fn replica(interval: Duration, before: Option<&Usage>, now: &Usage) -> ReplicaReading {
    let used = before.and_then(|before| now.processor.checked_sub(before.processor));
    let may = interval.as_nanos() as f64 * now.processors.max(f64::MIN_POSITIVE);
    ReplicaReading {
        name: now.name.clone(),
        running: now.running,
        healthy: now.healthy,
        reason: now.reason.clone(),
        restarts: now.restarts,
        exit_code: now.exit_code,
        started: now.started,
        cpu: used.filter(|_| now.running).map(|used| 100.0 * used as f64 / may),
        memory: now.memory,
        memory_limit: now.memory_limit,
    }
}

#[expect(clippy::cast_precision_loss, reason = "requests of an interval are below 2^53")]
fn traffic(interval: Duration, before: Option<&Counters>, now: &Counters) -> Traffic {
    // Counters of a slot that was not there begin at nothing.
    let between = now.since(before.unwrap_or(&Counters::default()));
    let requests = between.requests as f64;
    let known = |latency: f64| (between.requests > 0).then_some(latency);
    Traffic {
        requests_per_second: requests / interval.as_secs_f64(),
        error_rate: if between.requests > 0 { (between.errors as f64 / requests).min(1.0) } else { 0.0 },
        latency_p50: known(between.latency_p50),
        latency_p95: known(between.latency_p95),
        latency_p99: known(between.latency_p99),
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

/// Per cent.
#[expect(clippy::cast_precision_loss, reason = "bytes of a machine are below 2^53")]
fn share(part: u64, whole: u64) -> f64 {
    if whole > 0 { 100.0 * part as f64 / whole as f64 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn usage(name: &str, processor: u64) -> Usage {
        Usage {
            name: name.to_owned(),
            running: true,
            healthy: true,
            started: Some(1),
            processor,
            processors: 0.5,
            memory: 64,
            memory_limit: 256,
            ..Usage::default()
        }
    }

    fn counted(replicas: Vec<Usage>, requests: u64, errors: u64) -> Counted {
        let traffic = Counters::new(vec![(10_000, requests), (u64::MAX, 0)], 0, errors);
        Counted { release: "1".to_owned(), asked: 2, replicas, traffic: Some(traffic), ..Counted::default() }
    }

    #[test]
    fn rates_are_of_the_interval_and_shares_of_what_a_replica_may_use() {
        let mut meter = Meter::default();
        assert_eq!(meter.read(0, SECOND, counted(vec![usage("a", 0)], 100, 4)), None);
        let later = counted(vec![usage("a", 500_000_000), usage("b", 900)], 300, 6);
        let reading = meter.read(2000, 3 * SECOND, later).unwrap();
        assert_eq!((reading.interval, reading.running, reading.healthy), (2000, 2, 2));
        // Half a second of processor time in two seconds, of half a processor; the new one does not count yet.
        assert!((reading.cpu - 50.0).abs() < 1e-9, "{reading:?}");
        assert!((reading.memory - 25.0).abs() < 1e-9, "{reading:?}");
        let traffic = reading.traffic.unwrap();
        assert!((traffic.requests_per_second - 100.0).abs() < 1e-9 && (traffic.error_rate - 0.01).abs() < 1e-9);
    }

    #[test]
    fn another_release_a_restart_or_a_clock_that_stands_still_make_no_rates() {
        let mut meter = Meter::default();
        meter.read(0, SECOND, counted(vec![usage("a", 900)], 100, 0));
        assert_eq!(meter.read(0, SECOND, counted(vec![usage("a", 900)], 100, 0)), None);
        let again = Usage { started: Some(2), ..usage("a", 5) };
        let reading = meter.read(1, 2 * SECOND, counted(vec![again], 0, 0)).unwrap();
        assert_eq!(reading.replicas.first().unwrap().cpu, None);
        assert_eq!(reading.traffic.unwrap().latency_p95, None);
        let other = Counted { release: "2".to_owned(), ..counted(vec![usage("a", 900)], 100, 0) };
        assert_eq!(meter.read(2, 3 * SECOND, other), None);
    }
}
