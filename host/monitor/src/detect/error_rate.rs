//! Requests that fail: of one replica, or of the service as a whole.

use sdlc_model::{reading::Reading, treatment::IncidentKind};

use super::{Symptom, Thresholds, time, window::Window};

/// Requests of half of the time that say anything.
const LEAST: f64 = 10.0;
/// Requests of a replica that tell it from the others, where too many of all failed.
const FEW: f64 = 5.0;

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
    let service = failing(&readings, &whole, thresholds);
    let names: Vec<_> = last.replicas.iter().map(|replica| replica.name.as_str()).collect();
    let total =
        |name: &str| readings.iter().filter_map(|reading| of(reading, name)).fold(Count::default(), Count::plus);
    let good = |name: &&str| total(name).requests >= FEW && total(name).rate() <= thresholds.error_rate;
    let bad = |name: &&str| {
        let known = total(name);
        let one_of_many = service.is_some() && known.requests >= FEW && known.rate() > thresholds.error_rate;
        one_of_many || failing(&readings, &|reading| of(reading, name), thresholds).is_some()
    };
    // What all of them do is not the fault of one.
    if names.iter().any(good) && names.iter().any(bad) {
        return names.iter().copied().filter(bad).map(|name| symptom(Some(name), total(name), thresholds)).collect();
    }
    service.map(|count| symptom(None, count, thresholds)).into_iter().collect()
}

fn symptom(replica: Option<&str>, count: Count, thresholds: &Thresholds) -> Symptom {
    let evidence = format!(
        "{:.0} of {:.0} requests failed within {}: {:.1} %, and {:.1} % are allowed",
        count.errors,
        count.requests,
        time(thresholds.lasting),
        100.0 * count.rate(),
        100.0 * thresholds.error_rate
    );
    Symptom { kind: IncidentKind::ErrorRate, replica: replica.map(str::to_owned), evidence }
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
