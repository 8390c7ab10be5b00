//! [`judge`]: whether the candidate does worse than the live version at the same time.

use sdlc_sdk::Slot;

use crate::Settings;

/// One-sided, at 99 %.
const Z: f64 = 2.326;
/// A difference of failing requests below this is nobody's concern, however certain it is.
const ERRORS: f64 = 0.002;
/// Nor is one of the latency, in milliseconds.
const LATENCY: f64 = 10.0;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    NoWorse,
    Worse(String),
    /// Too few requests to tell, with the numbers.
    Undecided(String),
}

/// Compares the requests since the share was last changed, for both at the same time.
pub(crate) fn judge(live: &Slot, candidate: &Slot, settings: &Settings) -> Verdict {
    let fewest = settings.patience.min_requests;
    if more_errors(live, candidate) {
        let of = |slot: &Slot| format!("{} of {}", slot.errors, slot.requests);
        return Verdict::Worse(format!("{} requests failed, of the live version {}", of(candidate), of(live)));
    }
    if candidate.requests < fewest {
        return Verdict::Undecided(format!("{} of {fewest} requests so far", candidate.requests));
    }
    // With all requests there is nothing to compare with at the same time.
    if candidate.share >= 100 {
        return Verdict::NoWorse;
    }
    if live.requests < fewest {
        return Verdict::Undecided(format!("{} of {fewest} requests of the live version so far", live.requests));
    }
    let percentiles =
        [("p50", live.latency_p50, candidate.latency_p50), ("p95", live.latency_p95, candidate.latency_p95)];
    for (name, live, candidate) in percentiles {
        if candidate > live * settings.tolerance && candidate > live + LATENCY {
            return Verdict::Worse(format!("{name} is {candidate:.0} ms, of the live version {live:.0} ms"));
        }
    }
    Verdict::NoWorse
}

/// Two proportions, by the pooled z-test (NIST/SEMATECH e-Handbook of Statistical Methods, 7.3.3), with a floor of
/// practical significance. With few requests the normal approximation is off, so at least five failures are asked for.
fn more_errors(live: &Slot, candidate: &Slot) -> bool {
    if live.requests == 0 || candidate.requests == 0 || candidate.errors < 5 {
        return false;
    }
    let (n, m) = (candidate.requests as f64, live.requests as f64);
    let (p, q) = (candidate.errors as f64 / n, live.errors as f64 / m);
    let pooled = (candidate.errors + live.errors) as f64 / (n + m);
    let deviation = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    p - q > ERRORS && (deviation == 0.0 || (p - q) / deviation > Z)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(requests: u64, errors: u64, p95: f64) -> Slot {
        Slot {
            version: "1".to_owned(),
            replicas: 3,
            healthy: 3,
            share: 20,
            healthy_for: Some(10_000),
            requests,
            errors,
            latency_p50: p95 / 2.0,
            latency_p95: p95,
            latency_p99: p95,
        }
    }

    fn of(live: (u64, u64, f64), candidate: (u64, u64, f64)) -> Verdict {
        let slots = (slot(live.0, live.1, live.2), slot(candidate.0, candidate.1, candidate.2));
        judge(&slots.0, &slots.1, &Settings::default())
    }

    #[test]
    fn too_few_requests_are_undecided_and_never_a_success() {
        assert!(matches!(of((1000, 0, 10.0), (0, 0, 0.0)), Verdict::Undecided(_)));
        assert!(matches!(of((1000, 0, 10.0), (49, 0, 10.0)), Verdict::Undecided(_)));
        assert!(matches!(of((3, 0, 10.0), (500, 0, 10.0)), Verdict::Undecided(_)));
    }

    #[test]
    fn five_per_cent_of_errors_are_found_and_a_background_of_them_is_not() {
        assert!(matches!(of((4000, 0, 10.0), (200, 10, 10.0)), Verdict::Worse(_)));
        assert_eq!(of((4000, 200, 10.0), (200, 10, 10.0)), Verdict::NoWorse);
    }

    #[test]
    fn a_slower_candidate_is_worse_from_the_tolerance_on() {
        assert_eq!(of((4000, 0, 100.0), (200, 0, 115.0)), Verdict::NoWorse);
        assert!(matches!(of((4000, 0, 100.0), (200, 0, 130.0)), Verdict::Worse(_)));
        assert_eq!(of((4000, 0, 2.0), (200, 0, 6.0)), Verdict::NoWorse);
    }
}
