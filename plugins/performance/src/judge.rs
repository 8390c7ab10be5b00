//! From what was measured to metrics, and to what is wrong with them.

use sdlc_sdk::{Finding, Metric, Rule, Severity, load::Measurement};

use crate::{finding, settings::Settings};

/// Metrics, and findings where they are not to be trusted. Of a service that fails too often there are no latencies: a
/// quick failure would pass for a quick answer.
pub(crate) fn judge(measured: &Measurement, settings: &Settings) -> (Vec<Finding>, Vec<Metric>) {
    let rate = error_rate(measured);
    let mut findings = Vec::new();
    let mut metrics = vec![
        metric("requests", measured.requests as f64, None),
        metric("failed-requests", measured.errors as f64, None),
        metric("error-rate", rate, Some("%")),
    ];
    // First of all: where the generator was the bottleneck, requests may have failed for that.
    if measured.saturated {
        findings.push(saturated(settings));
    }
    if rate > settings.error_rate {
        let Measurement { errors, requests, .. } = measured;
        findings.push(finding(
            "failing-service",
            Severity::Error,
            format!(
                "{errors} of {requests} requests to `{}` failed, {rate:.1} % of them, at most {} % may: no latencies are \
                 given",
                settings.url, settings.error_rate
            ),
        ));
        return (findings, metrics);
    }
    let latencies = [
        ("p50", measured.p50),
        ("p90", measured.p90),
        ("p95", measured.p95),
        ("p99", measured.p99),
        ("p999", measured.p999),
        ("max", measured.max),
    ];
    metrics.extend(latencies.map(|(name, value)| metric(name, value, Some("ms"))));
    metrics.push(metric("throughput", measured.throughput, Some("requests/s")));
    (findings, metrics)
}

fn saturated(settings: &Settings) -> Finding {
    finding(
        "saturated-generator",
        Severity::Warning,
        format!(
            "the load generator did not keep to {} requests a second with {} connections, so the figures of `{}` are its own \
             as much as the service's; hint: a lower `rate`, more `connections`, or a machine with less to do",
            settings.rate, settings.connections, settings.url
        ),
    )
}

/// Percent of the requests that failed; of none at all, all did.
fn error_rate(measured: &Measurement) -> f64 {
    if measured.requests == 0 { 100.0 } else { 100.0 * measured.errors as f64 / measured.requests as f64 }
}

fn metric(name: &str, value: f64, unit: Option<&str>) -> Metric {
    Metric { name: name.to_owned(), value, unit: unit.map(str::to_owned) }
}

pub(crate) fn rules() -> Vec<Rule> {
    vec![
        Rule::new("failing-service", Severity::Error, "too many requests failed for latencies to mean anything").explained(
            "A request fails without an answer in time, or with a status of 500 and above. Where more fail than `error-rate` \
             allows, there are no latencies, so conditions on them do not hold.",
        ),
        Rule::new("saturated-generator", Severity::Warning, "the load generator was the bottleneck").explained(
            "More than 1 % of the requests started 5 ms late or later, or had to wait for one of the connections. Latencies \
             count from when a request was due, so they hold the generator's own delay then.",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(requests: u64, errors: u64, saturated: bool) -> Measurement {
        let (p50, p90, p95, p99, p999, max) = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        Measurement { requests, errors, throughput: 7.0, p50, p90, p95, p99, p999, max, saturated }
    }

    fn judged(measured: &Measurement) -> (Vec<String>, Option<f64>) {
        let (findings, metrics) = judge(measured, &Settings::default());
        let p95 = metrics.iter().find(|metric| metric.name == "p95").map(|metric| metric.value);
        (findings.into_iter().map(|finding| finding.rule).collect(), p95)
    }

    #[test]
    fn a_service_that_fails_has_no_latencies() {
        assert_eq!(judged(&measured(100, 1, false)), (vec![], Some(3.0)));
        assert_eq!(judged(&measured(100, 2, false)), (vec!["failing-service".to_owned()], None));
        assert_eq!(judged(&measured(0, 0, false)), (vec!["failing-service".to_owned()], None));
    }

    #[test]
    fn a_generator_that_was_the_bottleneck_is_told() {
        assert_eq!(judged(&measured(100, 0, true)), (vec!["saturated-generator".to_owned()], Some(3.0)));
        let both = vec!["saturated-generator".to_owned(), "failing-service".to_owned()];
        assert_eq!(judged(&measured(100, 60, true)), (both, None));
    }
}
