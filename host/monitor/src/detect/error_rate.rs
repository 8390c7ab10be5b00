//! Requests that fail: of one replica, or of the service as a whole.

use sdlc_model::{reading::Reading, treatment::IncidentKind};

use super::{Symptom, Thresholds, time, window::Window};

/// Requests of half of the time that say anything.
const LEAST: f64 = 10.0;

/// Requests, and those of them that failed.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    requests: f64,
    errors: f64,
}

impl Count {
    fn rate(self) -> f64 {
        if self.requests > 0.0 { self.errors / self.requests } else { 0.0 }
    }

    fn plus(self, other: Self) -> Self {
        Self { requests: self.requests + other.requests, errors: self.errors + other.errors }
    }
}

pub(super) fn find(window: &Window, thresholds: &Thresholds) -> Vec<Symptom> {
    let Some(readings) = window.lasting(thresholds.lasting) else { return Vec::new() };
    let Some(last) = readings.last() else { return Vec::new() };
    let judge = |count: &dyn Fn(&Reading) -> Option<Count>| failing(&readings, count, thresholds);
    let of_replicas: Vec<_> =
        last.replicas.iter().map(|replica| (replica, judge(&|reading| of(reading, &replica.name)))).collect();
    let failing = of_replicas.iter().filter(|(_, count)| count.is_some()).count();
    let symptom = |replica: Option<&str>, count: Count| {
        let evidence = format!(
            "{:.0} of {:.0} requests failed within {}: {:.1} %, and {:.1} % are allowed",
            count.errors,
            count.requests,
            time(thresholds.lasting),
            100.0 * count.rate(),
            100.0 * thresholds.error_rate
        );
        Symptom { kind: IncidentKind::ErrorRate, replica: replica.map(str::to_owned), evidence }
    };
    // What all of them do is not the fault of one.
    if failing > 0 && failing < of_replicas.len() {
        let found = of_replicas.iter().filter_map(|(replica, count)| Some(symptom(Some(&replica.name), (*count)?)));
        return found.collect();
    }
    judge(&whole).map(|count| symptom(None, count)).into_iter().collect()
}

/// What came of the requests, where too many failed in both halves of the time.
fn failing(readings: &[&Reading], count: &dyn Fn(&Reading) -> Option<Count>, thresholds: &Thresholds) -> Option<Count> {
    let (first, second) = readings.split_at(readings.len() / 2);
    let sum = |half: &[&Reading]| half.iter().filter_map(|reading| count(reading)).fold(Count::default(), Count::plus);
    let (first, second) = (sum(first), sum(second));
    let bad = |half: Count| half.requests >= LEAST && half.rate() > thresholds.error_rate;
    (bad(first) && bad(second)).then(|| first.plus(second))
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of an interval")]
fn whole(reading: &Reading) -> Option<Count> {
    let traffic = reading.traffic?;
    let requests = traffic.requests_per_second * reading.interval as f64 / 1000.0;
    Some(Count { requests, errors: requests * traffic.error_rate })
}

#[expect(clippy::cast_precision_loss, reason = "requests of an interval are below 2^53")]
fn of(reading: &Reading, name: &str) -> Option<Count> {
    let replica = reading.replicas.iter().find(|replica| replica.name == name)?;
    Some(Count { requests: replica.requests? as f64, errors: replica.errors? as f64 })
}
