//! On data where the right answer is known: each kind of advice is given where it is to be, and none else.

use super::{made::*, *};

const HOUR: u64 = 60;
const A_DAY: u64 = 24 * HOUR;
const GIB: u64 = 1 << 30;

fn setting() -> Setting {
    Setting { environment: "production".to_owned(), memory: Some(GIB), cpu: Some(500), ..Setting::default() }
}

fn policy(plugin: &str, min: u32, max: u32) -> Setting {
    let target = Target {
        min,
        max,
        cpu: Some(60.0),
        memory: None,
        latency: None,
        requests_per_second_per_replica: None,
        error_rate: None,
        start_up: 0,
    };
    Setting { scale: Some(Policy { plugin: plugin.to_owned(), target }), ..setting() }
}

/// The only advice, which is of that kind.
#[track_caller]
fn only(kind: &str, readings: &[Reading], setting: &Setting) -> Advice {
    let report = examine(readings, setting);
    let [advice] = report.advice.as_slice() else { panic!("not one advice: {:#?}", report.advice) };
    assert_eq!(advice.kind, kind, "{advice:#?}");
    advice.clone()
}

#[track_caller]
fn none(readings: &[Reading], setting: &Setting) {
    assert_eq!(examine(readings, setting).advice, []);
}

fn load(reading: &mut Reading, times: f64) {
    if let Some(traffic) = &mut reading.traffic {
        traffic.requests_per_second *= times;
    }
}

fn latency(reading: &mut Reading, value: f64) {
    if let Some(traffic) = &mut reading.traffic {
        traffic.latency_p95 = Some(value);
    }
}

#[test]
fn what_is_steady_has_no_advice_no_trend_no_change_and_no_anomaly() {
    for days in [1, 3, 7] {
        let report = examine(&minutes(days * A_DAY, |_, _| ()), &setting());
        assert_eq!(report.advice, []);
        for examined in &report.figures {
            assert!(examined.trend.is_none() && examined.changes.is_empty(), "{examined:?}");
            assert!(examined.anomalies.is_empty(), "{examined:?}");
        }
    }
    none(&minutes(3 * A_DAY, |_, _| ()), &policy("builtin:target-tracking", 2, 6));
}

#[test]
fn too_little_says_how_much_is_needed() {
    let report = examine(&minutes(30, |_, _| ()), &setting());
    assert_eq!(report.lacking, ["nothing can be said: 30 minutes were seen, and 60 are needed"]);
    let report = examine(&minutes(A_DAY, |_, _| ()), &setting());
    assert_eq!(report.lacking, ["what is usual at a time of day: it takes 3 days of requests, and 1.0 were seen"]);
    assert_eq!(examine(&[], &setting()).seen, 0);
}

#[test]
fn a_peak_that_the_replicas_hardly_do_needs_more_of_them() {
    let busy = |minute: u64, reading: &mut Reading| {
        if minute % A_DAY >= 22 * HOUR {
            reading.cpu = 90.0;
        }
    };
    let advice = only("too-few-replicas", &minutes(A_DAY, busy), &setting());
    assert_eq!(advice.target, "environments.production.replicas");
    assert_eq!(advice.proposal, "`replicas = 6` instead of 4");
    // As many as the policy may ask for.
    let advice = only("too-few-replicas", &minutes(A_DAY, busy), &policy("builtin:target-tracking", 2, 4));
    assert_eq!(advice.target, "environments.production.scale.max");
    none(&minutes(A_DAY, busy), &policy("builtin:target-tracking", 2, 9));
}

#[test]
fn replicas_that_have_nothing_to_do_are_too_many_but_two_may_stay() {
    let idle = |_: u64, reading: &mut Reading| (reading.cpu, reading.asked, reading.running) = (10.0, 8, 8);
    let advice = only("too-many-replicas", &minutes(A_DAY, idle), &setting());
    assert_eq!(advice.proposal, "`replicas = 2` instead of 8");
    assert!(advice.effect.starts_with("6 replicas less, and at most about 4"), "{advice:?}");
    let advice = only("too-many-replicas", &minutes(A_DAY, idle), &policy("builtin:target-tracking", 8, 12));
    assert_eq!(advice.target, "environments.production.scale.min");
    let two = |_: u64, reading: &mut Reading| (reading.cpu, reading.asked, reading.running) = (20.0, 2, 2);
    none(&minutes(A_DAY, two), &setting());
}

#[test]
fn a_memory_limit_is_neither_near_nor_far() {
    let advice = only("memory-limit-near", &minutes(A_DAY, |_, reading| reading.memory = 93.0), &setting());
    assert_eq!(advice.target, "environments.production.resources.memory");
    let advice = only("memory-limit-far", &minutes(A_DAY, |_, reading| reading.memory = 10.0), &setting());
    assert!(advice.proposal.contains("Mi\"` instead of 1024 MiB"), "{advice:?}");
    // Within half a day, what needs it may not have come.
    none(&minutes(A_DAY / 2, |_, reading| reading.memory = 10.0), &setting());
    none(&minutes(A_DAY, |_, reading| reading.memory = 10.0), &Setting { memory: None, ..setting() });
}

#[test]
fn a_single_replica_that_is_held_by_its_limit_needs_a_larger_one() {
    let one =
        |cpu: f64| move |_: u64, reading: &mut Reading| (reading.cpu, reading.asked, reading.running) = (cpu, 1, 1);
    let advice = only("cpu-limit-near", &minutes(A_DAY, one(99.0)), &setting());
    assert_eq!(advice.proposal, "`cpu = \"750m\"` instead of 500m");
    let advice = only("cpu-limit-far", &minutes(A_DAY, one(5.0)), &setting());
    assert_eq!(advice.proposal, "`cpu = \"50m\"` instead of 500m");
    none(&minutes(A_DAY, one(5.0)), &Setting { cpu: None, ..setting() });
}

#[test]
fn memory_that_only_grows_is_a_leak_but_not_where_the_load_grows() {
    let grows = |minute: u64, reading: &mut Reading| reading.memory = 30.0 + 50.0 * minute as f64 / A_DAY as f64;
    let advice = only("memory-leak", &minutes(A_DAY, grows), &setting());
    assert_eq!(advice.target, "version 1.0");
    assert!(advice.evidence.contains("from 30 to 80 %"), "{advice:?}");
    // 15 per cent more, at 50 a day.
    assert!(advice.effect.contains("in about 7 hours"), "{advice:?}");
    none(
        &minutes(A_DAY, |minute, reading| {
            grows(minute, reading);
            load(reading, 0.3 + 0.6 * minute as f64 / A_DAY as f64);
        }),
        &setting(),
    );
}

#[test]
fn latency_that_grows_with_load_names_the_load_where_it_begins() {
    // 25 requests a second of each replica, and twice that at the end of each hour; from 40 on it queues.
    let readings = minutes(A_DAY, |minute, reading| {
        let times = 0.5 + (minute % HOUR) as f64 / HOUR as f64 * 1.5;
        load(reading, times);
        let each = 25.0 * times;
        latency(reading, if each < 40.0 { 20.0 } else { 20.0 + (each - 40.0) * 15.0 });
    });
    let advice = only("saturation", &readings, &setting());
    let wanted = advice.proposal.trim_start_matches("`requests-per-second-per-replica = ").trim_end_matches('`');
    assert!((33.0..=41.0).contains(&wanted.parse().unwrap()), "{advice:?}");
    let mut set = policy("builtin:target-tracking", 2, 6);
    set.scale.as_mut().unwrap().target.requests_per_second_per_replica = Some(30.0);
    none(&readings, &set);
}

#[test]
fn a_peak_of_every_day_is_foreseen_where_the_policy_cannot() {
    let daily = |minute: u64, reading: &mut Reading| {
        if (9 * HOUR..11 * HOUR).contains(&(minute % A_DAY)) {
            load(reading, 3.0);
        }
    };
    let readings = minutes(5 * A_DAY, daily);
    let advice = only("daily-peak", &readings, &setting());
    assert!(advice.evidence.contains("each day from 09:00 on"), "{advice:?}");
    let advice = only("daily-peak", &readings, &policy("builtin:target-tracking", 2, 6));
    assert!(advice.proposal.contains("instead of `builtin:target-tracking`"), "{advice:?}");
    none(&readings, &policy("builtin:predictive", 2, 6));
    // Each day at another time.
    let wandering = minutes(5 * A_DAY, |minute, reading| {
        let start = (minute / A_DAY * 5 % 24) * HOUR;
        if (start..start + 2 * HOUR).contains(&(minute % A_DAY)) {
            load(reading, 3.0);
        }
    });
    none(&wandering, &setting());
}

#[test]
fn a_version_that_fails_more_or_is_slower_goes_back() {
    let since = |at: u64, change: fn(&mut Reading)| {
        minutes(A_DAY, move |minute, reading| {
            if minute >= at {
                reading.version = "1.1".to_owned();
                change(reading);
            }
        })
    };
    let fails = since(20 * HOUR, |reading| {
        if let Some(traffic) = &mut reading.traffic {
            traffic.error_rate = 0.02;
        }
    });
    let advice = only("more-failures", &fails, &setting());
    assert_eq!((advice.target.as_str(), advice.effect.as_str()), ("version 1.1", "0.02 % again"));
    let advice = only("slower-version", &since(20 * HOUR, |reading| latency(reading, 30.0)), &setting());
    assert!(advice.evidence.contains("30 ms") && advice.evidence.contains("20 ms with 1.0"), "{advice:?}");
    none(&since(20 * HOUR, |_| ()), &setting());
}

#[test]
fn an_anomaly_has_a_reason() {
    let readings = minutes(4 * A_DAY, |minute, reading| {
        if (3 * A_DAY..3 * A_DAY + 20).contains(&minute) {
            latency(reading, 400.0);
        }
        if minute >= 3 * A_DAY {
            reading.version = "1.1".to_owned();
        }
    });
    let report = examine(&readings, &setting());
    let found: Vec<_> = report.figures.iter().flat_map(|examined| &examined.anomalies).collect();
    let [(anomaly, reason)] = found.as_slice() else { panic!("{found:?}") };
    assert!(anomaly.time_of_day && anomaly.to - anomaly.from == 20 * MINUTE, "{anomaly:?}");
    assert!(reason.contains("where 20 ms is usual at that time of day; version 1.1 had just become live"), "{reason}");
    assert!(reason.ends_with("there were as many requests as usual"), "{reason}");
}

#[test]
fn a_level_that_changed_and_a_slope_are_told_apart() {
    let readings = minutes(7 * A_DAY, |minute, reading| {
        load(reading, if minute < 4 * A_DAY { 1.0 } else { 2.0 });
        reading.memory = 30.0 + 6.0 * minute as f64 / A_DAY as f64;
    });
    let report = examine(&readings, &Setting { memory: None, ..setting() });
    let of = |figure| report.figures.iter().find(|examined| examined.figure == figure).unwrap();
    let requests = of(Figure::Requests);
    let [change] = requests.changes.as_slice() else { panic!("{requests:?}") };
    assert!(change.at.abs_diff(START + 4 * DAY) <= 3 * 3_600_000, "{change:?}");
    assert!((change.before - 100.0).abs() < 8.0 && (change.after - 200.0).abs() < 8.0, "{change:?}");
    let memory = of(Figure::Memory);
    let trend = memory.trend.unwrap();
    assert!((trend.slope - 6.0).abs() < 0.6 && memory.changes.is_empty(), "{memory:?}");
}
