//! [`Meter`]: what a service did between two counts.

use std::{collections::HashMap, time::Duration};

use sdlc_model::{
    reading::{Counted, Reading, ReplicaReading, Traffic, Usage, Used},
    traffic::Counters,
};

/// Remembers the last count.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    last: Option<(Duration, Counted)>,
    /// Of replicas by name, as long as the engine counts nothing newer.
    cpu: HashMap<String, f64>,
}

impl Meter {
    /// What the service did since the last count. None: there was none of this release.
    ///
    /// `at`: milliseconds since 1970, for people. `clock`: of a clock that never goes back, for rates.
    pub fn read(&mut self, at: u64, clock: Duration, counted: Counted) -> Option<Reading> {
        let last = self.last.replace((clock, counted.clone()));
        let (then, before) = last.filter(|(_, before)| before.release == counted.release)?;
        let interval = clock.checked_sub(then).filter(|interval| !interval.is_zero())?;
        let reading = reading(at, interval, &before, &counted, &self.cpu);
        let known = reading.replicas.iter().filter_map(|replica| Some((replica.name.clone(), replica.cpu?)));
        self.cpu = known.collect();
        Some(reading)
    }
}

fn reading(at: u64, interval: Duration, before: &Counted, now: &Counted, cpus: &HashMap<String, f64>) -> Reading {
    let replica = |usage: &Usage| {
        let before = before.replicas.iter().find(|before| before.name == usage.name);
        let before = before.filter(|before| before.started == usage.started);
        let same = before.is_some_and(|before| before.used.map(|used| used.at) == usage.used.map(|used| used.at));
        let last = cpus.get(&usage.name).copied().filter(|_| same && usage.used.is_some());
        let replica = replica(before, usage);
        ReplicaReading { cpu: replica.cpu.or(last), ..replica }
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
        memory: mean(running().filter_map(|replica| share(replica.memory, replica.memory_limit))),
        traffic: now.traffic.as_ref().map(|counters| traffic(interval, before.traffic.as_ref(), counters)),
        measured: Vec::new(),
        replicas,
    }
}

fn replica(before: Option<&Usage>, now: &Usage) -> ReplicaReading {
    let used = now.used.unwrap_or_default();
    let since = |count: fn(&Usage) -> Option<u64>| count(now)?.checked_sub(before.and_then(count)?);
    ReplicaReading {
        name: now.name.clone(),
        running: now.running,
        healthy: now.healthy,
        reason: now.reason.clone(),
        restarts: now.restarts,
        exit_code: now.exit_code,
        started: now.started,
        cpu: before.and_then(|before| cpu(&before.used?, &now.used?)),
        memory: used.memory,
        memory_limit: used.memory_limit,
        requests: since(|usage| usage.requests),
        errors: since(|usage| usage.errors),
    }
}

/// Per cent of what it may use, between two counts of the engine, whose clock is not ours.
#[expect(clippy::cast_precision_loss, reason = "nanoseconds of months are below 2^53")]
fn cpu(before: &Used, now: &Used) -> Option<f64> {
    let time = now.at.checked_sub(before.at).filter(|time| *time > 0)? as f64;
    let used = now.processor.checked_sub(before.processor)? as f64;
    (now.processors > 0.0).then(|| 100.0 * used / (time * now.processors))
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
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| 100.0 * part as f64 / whole as f64)
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
            used: Some(used(1, processor)),
            ..Usage::default()
        }
    }

    fn used(at: u64, processor: u64) -> Used {
        Used { at: at * 1_000_000_000, processor, processors: 0.5, memory: 64, memory_limit: 256 }
    }

    fn counted(replicas: Vec<Usage>, requests: u64, errors: u64) -> Counted {
        let traffic = Counters::new(vec![(10_000, requests), (u64::MAX, 0)], 0, errors);
        Counted { release: "1".to_owned(), asked: 2, replicas, traffic: Some(traffic), ..Counted::default() }
    }

    #[test]
    fn rates_are_of_the_interval_and_shares_of_what_a_replica_may_use() {
        let mut meter = Meter::default();
        assert_eq!(meter.read(0, SECOND, counted(vec![usage("a", 0)], 100, 4)), None);
        let a = Usage { used: Some(used(3, 500_000_000)), ..usage("a", 0) };
        let later = counted(vec![a, usage("b", 900)], 300, 6);
        let reading = meter.read(2000, 3 * SECOND, later).unwrap();
        assert_eq!((reading.interval, reading.running, reading.healthy), (2000, 2, 2));
        // Half a second of processor time in two seconds, of half a processor; the new one does not count yet.
        assert!((reading.cpu - 50.0).abs() < 1e-9, "{reading:?}");
        assert!((reading.memory - 25.0).abs() < 1e-9, "{reading:?}");
        let traffic = reading.traffic.unwrap();
        assert!((traffic.requests_per_second - 100.0).abs() < 1e-9 && (traffic.error_rate - 0.01).abs() < 1e-9);
    }

    #[test]
    fn where_the_engine_counted_nothing_newer_the_last_is_still_true() {
        let mut meter = Meter::default();
        let at = |second: u64, processor| {
            counted(vec![Usage { used: Some(used(second, processor)), ..usage("a", 0) }], 0, 0)
        };
        meter.read(0, SECOND, at(1, 0));
        for look in 2..4 {
            let reading = meter.read(0, SECOND * look, at(2, 250_000_000)).unwrap();
            assert!((reading.cpu - 50.0).abs() < 1e-9, "{reading:?}");
        }
    }

    #[test]
    fn another_release_a_restart_or_a_clock_that_stands_still_make_no_rates() {
        let mut meter = Meter::default();
        meter.read(0, SECOND, counted(vec![usage("a", 900)], 100, 0));
        assert_eq!(meter.read(0, SECOND, counted(vec![usage("a", 900)], 100, 0)), None);
        let again = Usage { started: Some(2), used: Some(used(2, 5)), ..usage("a", 5) };
        let reading = meter.read(1, 2 * SECOND, counted(vec![again], 0, 0)).unwrap();
        assert_eq!(reading.replicas.first().unwrap().cpu, None);
        assert_eq!(reading.traffic.unwrap().latency_p95, None);
        let other = Counted { release: "2".to_owned(), ..counted(vec![usage("a", 900)], 100, 0) };
        assert_eq!(meter.read(2, 3 * SECOND, other), None);
    }
}
