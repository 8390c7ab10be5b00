//! [`pooled`]: many readings become few, so that they can be kept for long.

use std::collections::BTreeMap;

use crate::reading::{Measured, Reading, Traffic};

/// Makes one of all readings of a version that ended within the same `width` milliseconds since 1970. What is told of each
/// replica is left out. In the order of their ends.
///
/// Rates, shares and numbers of replicas are means weighted by the lengths of the intervals, so that requests a second times
/// the interval stays the number of requests. The error rate is weighted by requests, and so are latencies: a pooled p95 is
/// the mean of the p95 of the requests' intervals, between the least and the largest of them, and not the p95 of them all.
pub fn pooled<'a>(readings: impl IntoIterator<Item = &'a Reading>, width: u64) -> Vec<Reading> {
    let mut pools: BTreeMap<(u64, &str), Vec<&Reading>> = BTreeMap::new();
    for reading in readings {
        pools.entry((reading.at / width.max(1), &reading.version)).or_default().push(reading);
    }
    let mut pooled: Vec<_> = pools.into_values().filter_map(|pool| one(&pool)).collect();
    pooled.sort_by_key(|reading| reading.at);
    pooled
}

fn one(pool: &[&Reading]) -> Option<Reading> {
    let last = pool.iter().max_by_key(|reading| reading.at)?;
    let by_time = |value: fn(&Reading) -> f64| mean(pool.iter().map(|reading| (value(reading), time(reading))));
    let whole = |value: fn(&Reading) -> f64| by_time(value).unwrap_or_default().round() as u32;
    Some(Reading {
        at: last.at,
        interval: pool.iter().map(|reading| reading.interval).fold(0, u64::saturating_add),
        version: last.version.clone(),
        asked: whole(|reading| reading.asked.into()),
        running: whole(|reading| reading.running.into()),
        healthy: whole(|reading| reading.healthy.into()),
        cpu: by_time(|reading| reading.cpu).unwrap_or_default(),
        memory: by_time(|reading| reading.memory).unwrap_or_default(),
        traffic: traffic(pool),
        measured: measured(pool),
        replicas: Vec::new(),
    })
}

/// None: the proxy did not run in any of them. Where it did not run in some, no request came to it then.
fn traffic(pool: &[&Reading]) -> Option<Traffic> {
    let known = || pool.iter().filter_map(|reading| Some((reading.traffic.as_ref()?, time(reading))));
    known().next()?;
    let time: f64 = pool.iter().map(|reading| time(reading)).sum();
    let requests = |traffic: &Traffic, time: f64| traffic.requests_per_second * time;
    let all: f64 = known().map(|(traffic, time)| requests(traffic, time)).sum();
    let latency = |value: fn(&Traffic) -> Option<f64>| {
        mean(known().filter_map(|(traffic, time)| Some((value(traffic)?, requests(traffic, time)))))
    };
    Some(Traffic {
        requests_per_second: if time > 0.0 { all / time } else { 0.0 },
        error_rate: mean(known().map(|(traffic, time)| (traffic.error_rate, requests(traffic, time)))).unwrap_or(0.0),
        latency_p50: latency(|traffic| traffic.latency_p50),
        latency_p95: latency(|traffic| traffic.latency_p95),
        latency_p99: latency(|traffic| traffic.latency_p99),
    })
}

fn measured(pool: &[&Reading]) -> Vec<Measured> {
    let mut values: BTreeMap<(&str, &str), Vec<(f64, f64)>> = BTreeMap::new();
    for reading in pool {
        for Measured { source, name, value } in &reading.measured {
            values.entry((source, name)).or_default().push((*value, time(reading)));
        }
    }
    let one = |((source, name), values): ((&str, &str), Vec<_>)| {
        Some(Measured { source: source.to_owned(), name: name.to_owned(), value: mean(values.into_iter())? })
    };
    values.into_iter().filter_map(one).collect()
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of months are below 2^53")]
fn time(reading: &Reading) -> f64 {
    reading.interval as f64
}

/// Of values with their weights. None: nothing weighs anything.
fn mean(values: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weights) = values.fold((0.0, 0.0), |(sum, all), (value, weight)| (sum + value * weight, all + weight));
    (weights > 0.0).then(|| sum / weights).filter(|mean| mean.is_finite())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reading(at: u64, interval: u64, requests_per_second: f64, latency: f64) -> Reading {
        let traffic = Traffic { requests_per_second, latency_p95: Some(latency), ..Traffic::default() };
        Reading { at, interval, version: "1".to_owned(), asked: 2, traffic: Some(traffic), ..Reading::default() }
    }

    fn requests(readings: &[Reading]) -> f64 {
        let of = |reading: &Reading| reading.traffic.map_or(0.0, |traffic| traffic.requests_per_second) * time(reading);
        readings.iter().map(of).sum::<f64>() / 1000.0
    }

    #[test]
    fn what_is_pooled_weighs_as_much_as_it_was() {
        let cpu = |cpu, reading| Reading { cpu, ..reading };
        let pooled = pooled(
            &[cpu(10.0, reading(1_000, 1_000, 30.0, 5.0)), cpu(40.0, reading(4_000, 2_000, 0.0, 900.0))],
            10_000,
        );
        let [pooled] = pooled.as_slice() else { panic!("{pooled:?}") };
        assert_eq!((pooled.at, pooled.interval, pooled.asked), (4_000, 3_000, 2));
        assert!((pooled.cpu - 30.0).abs() < 1e-9, "{pooled:?}");
        let traffic = pooled.traffic.unwrap();
        assert!((traffic.requests_per_second - 10.0).abs() < 1e-9, "{traffic:?}");
        // Nothing was asked while it took 900 ms.
        assert_eq!(traffic.latency_p95, Some(5.0));
    }

    #[test]
    fn versions_are_never_mixed() {
        let other = Reading { version: "2".to_owned(), ..reading(3_000, 1_000, 1.0, 1.0) };
        let pooled = pooled(&[reading(1_000, 1_000, 1.0, 1.0), other], 60_000);
        assert_eq!(pooled.iter().map(|reading| reading.version.as_str()).collect::<Vec<_>>(), ["1", "2"]);
    }

    #[test]
    fn where_the_proxy_never_ran_nothing_is_known_of_requests() {
        let without = |at| Reading { traffic: None, ..reading(at, 1_000, 0.0, 0.0) };
        assert_eq!(pooled(&[without(1_000)], 10_000)[0].traffic, None);
        let half = pooled(&[without(1_000), reading(2_000, 1_000, 8.0, 1.0)], 10_000);
        assert!((half[0].traffic.unwrap().requests_per_second - 4.0).abs() < 1e-9, "{half:?}");
    }

    proptest! {
        #[test]
        fn pooling_keeps_the_total_of_requests_and_of_time_however_often(
            steps in prop::collection::vec((1_u64..30_000, 0_u32..5000, prop::option::of(0.1_f64..2000.0)), 1..200),
        ) {
            let mut at = 1_700_000_000_000;
            let readings: Vec<_> = steps.iter().map(|(interval, rate, latency)| {
                at += interval;
                let mut reading = reading(at, *interval, f64::from(*rate), 0.0);
                reading.traffic.as_mut().unwrap().latency_p95 = *latency;
                reading
            }).collect();
            let all = pooled(&pooled(&readings, 10_000), 60_000);
            prop_assert!((requests(&all) - requests(&readings)).abs() <= 1e-9 * requests(&readings).max(1.0));
            let times = |readings: &[Reading]| readings.iter().map(|reading| reading.interval).sum::<u64>();
            prop_assert_eq!(times(&all), times(&readings));
            let latencies = steps.iter().filter_map(|(_, _, latency)| *latency);
            let (least, most) = latencies.fold((f64::MAX, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
            for latency in all.iter().filter_map(|reading| reading.traffic?.latency_p95) {
                prop_assert!((least - 1e-9..=most + 1e-9).contains(&latency), "{} of {}..{}", latency, least, most);
            }
        }
    }
}
