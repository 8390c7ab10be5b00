//! The formula: `replicas x metric / target`, rounded up, of each metric; the highest counts.
//! <https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details>

use sdlc_sdk::{Sample, Target};

/// A metric with its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// For people.
    pub name: &'static str,
    /// As measured: a mean over the replicas.
    pub value: f64,
    /// What it should be.
    pub target: f64,
    /// For people.
    pub unit: &'static str,
}

/// What the formula says.
#[derive(Clone, Debug, PartialEq)]
pub struct Desired {
    /// How many replicas keep the metric at its target.
    pub replicas: u32,
    /// Which metric asked for most; none: all are near their targets, or there are none.
    pub metric: Option<Metric>,
}

/// Metrics that have a target. One that was not measured is not a number.
pub fn metrics(sample: &Sample, target: &Target) -> Vec<Metric> {
    let each = sample.requests_per_second / f64::from(sample.replicas.max(1));
    let known = [
        ("cpu", sample.cpu, target.cpu, " %"),
        ("memory", sample.memory, target.memory, " %"),
        ("latency", sample.latency_p95, target.latency, " ms"),
        ("requests per second and replica", each, target.requests_per_second_per_replica, ""),
    ];
    let metrics = known.into_iter().filter_map(|(name, value, target, unit)| {
        let target = target.filter(|target| target.is_finite() && *target > 0.0)?;
        Some(Metric { name, value, target, unit })
    });
    metrics.collect()
}

/// The highest number that a metric asks for. `current` is kept within the tolerance, and where not all metrics were measured
/// and the others ask for less.
pub fn desired(metrics: &[Metric], ready: u32, current: u32, tolerance: f64) -> Desired {
    let mut highest = Desired { replicas: 0, metric: None };
    let mut missing = false;
    for metric in metrics {
        if !metric.value.is_finite() || metric.value < 0.0 {
            missing = true;
            continue;
        }
        let replicas = of(metric, ready, current, tolerance);
        if replicas > highest.replicas || highest.metric.is_none() {
            highest = Desired { replicas, metric: Some(*metric) };
        }
    }
    if highest.metric.is_none() || (missing && highest.replicas < current) {
        highest.replicas = current;
    }
    highest
}

fn of(metric: &Metric, ready: u32, current: u32, tolerance: f64) -> u32 {
    let ratio = metric.value / metric.target;
    // 1.1 / 1 - 1 is a little more than 0.1.
    if (ratio - 1.0).abs() <= tolerance + 1e-9 {
        return current;
    }
    // A hair above a whole number is a rounding error of the division. The cast saturates.
    (f64::from(ready) * ratio - 1e-9).ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric(value: f64, target: f64) -> Metric {
        Metric { name: "cpu", value, target, unit: "" }
    }

    #[track_caller]
    fn check(ready: u32, metrics: &[Metric], expected: u32) {
        assert_eq!(desired(metrics, ready, ready, 0.1).replicas, expected);
    }

    /// "if the current metric value is 200m, and the desired value is 100m, the number of replicas will be doubled, since 200.0 /
    /// 100.0 == 2.0. If the current value is instead 50m, you'll halve the number of replicas, since 50.0 / 100.0 == 0.5."
    #[test]
    fn the_number_doubles_and_halves_as_in_the_documentation() {
        check(3, &[metric(200.0, 100.0)], 6);
        check(4, &[metric(50.0, 100.0)], 2);
    }

    /// The walkthrough's load: CPU is at 305 % where 50 % is wanted, "the Deployment was resized to 7 replicas"; and with the
    /// load gone, at 0 %, back to the fewest.
    #[test]
    fn the_walkthrough_comes_to_seven_replicas() {
        check(1, &[metric(305.0, 50.0)], 7);
        check(7, &[metric(0.0, 50.0)], 0);
    }

    /// "The control plane skips any scaling action if the ratio is sufficiently close to 1.0 (within a configurable tolerance,
    /// 0.1 by default)."
    #[test]
    fn nothing_changes_within_the_tolerance() {
        check(10, &[metric(110.0, 100.0)], 10);
        check(10, &[metric(111.0, 100.0)], 12);
        check(10, &[metric(90.0, 100.0)], 10);
        check(10, &[metric(89.0, 100.0)], 9);
    }

    /// "takes the maximum scale recommended for each metric"; and where one cannot be had, "if a scale down is suggested by the
    /// metrics that can be fetched, scaling is skipped".
    #[test]
    fn the_highest_of_several_counts_and_what_is_missing_removes_nothing() {
        check(4, &[metric(50.0, 100.0), metric(150.0, 100.0)], 6);
        check(4, &[metric(50.0, 100.0), metric(f64::NAN, 100.0)], 4);
        check(4, &[metric(150.0, 100.0), metric(f64::NAN, 100.0)], 6);
        check(4, &[metric(f64::NAN, 100.0)], 4);
        check(4, &[], 4);
    }
}
