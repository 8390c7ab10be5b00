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
    let mut verdict = Verdict::NoWorse;
    for (name, quantile) in [("p50", p50 as fn(&Slot) -> Quantile), ("p95", p95)] {
        let (live, candidate) = (quantile(live), quantile(candidate));
        let said = format!("{name} is {:.0} ms, of the live version {:.0} ms", candidate.value, live.value);
        match slower(&live, &candidate, settings.tolerance) {
            Slower::No => {}
            Slower::Certainly => return Verdict::Worse(said),
            Slower::Perhaps => verdict = Verdict::Undecided(format!("{said}, which may still be by chance")),
        }
    }
    verdict
}

/// A quantile of latencies, and its standard error, in milliseconds.
struct Quantile {
    value: f64,
    error: f64,
}

fn p50(slot: &Slot) -> Quantile {
    quantile(slot, 0.50, slot.latency_p50, (slot.latency_p95 - slot.latency_p50) / 0.45)
}

fn p95(slot: &Slot) -> Quantile {
    quantile(slot, 0.95, slot.latency_p95, (slot.latency_p99 - slot.latency_p95) / 0.04)
}

/// The standard error of a sample quantile is sqrt(p (1 - p) / n) / f, where f is the density there (H. A. David and
/// H. N. Nagaraja, Order Statistics, 10.2). `spread` is 1 / f, from the next percentile that is known: latencies thin out
/// upwards, so that it is too large rather than too small.
fn quantile(slot: &Slot, part: f64, value: f64, spread: f64) -> Quantile {
    let error = (part * (1.0 - part) / slot.requests.max(1) as f64).sqrt() * spread.max(0.0);
    Quantile { value, error }
}

enum Slower {
    No,
    Certainly,
    Perhaps,
}

/// Whether the candidate takes longer than the tolerance allows: a z-test of two quantiles, with a floor of practical
/// significance.
fn slower(live: &Quantile, candidate: &Quantile, tolerance: f64) -> Slower {
    let beyond = candidate.value - live.value * tolerance;
    if beyond <= 0.0 || candidate.value <= live.value + LATENCY {
        return Slower::No;
    }
    let deviation = candidate.error.hypot(live.error * tolerance);
    if deviation == 0.0 || beyond / deviation > Z { Slower::Certainly } else { Slower::Perhaps }
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

    #[test]
    fn a_tail_that_may_be_chance_is_undecided_and_with_more_requests_it_is_not() {
        let with = |requests| Slot { latency_p50: 50.0, latency_p99: 600.0, ..slot(requests, 0, 140.0) };
        let live = Slot { latency_p99: 110.0, ..slot(4000, 0, 100.0) };
        let settings = Settings::default();
        assert!(matches!(judge(&live, &with(60), &settings), Verdict::Undecided(said) if said.contains("by chance")));
        assert!(
            matches!(judge(&live, &with(600_000), &settings), Verdict::Worse(said) if said.contains("p95 is 140 ms"))
        );
    }

    /// Latencies of one exponential distribution, drawn twice: at 99 % one in a hundred comparisons may be wrong, and with the
    /// tolerance hardly any is.
    #[test]
    fn two_samples_of_the_same_latencies_are_hardly_ever_told_apart() {
        let mut seed = 1_u64;
        let mut draw = |requests: usize| {
            let mut next = || {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                -100.0 * (((seed >> 11) as f64 + 1.0) / (1_u64 << 53) as f64).ln()
            };
            let mut latencies: Vec<f64> = (0..requests).map(|_| next()).collect();
            latencies.sort_by(f64::total_cmp);
            let at = |part: f64| latencies[((requests as f64 * part) as usize).min(requests - 1)];
            Slot {
                latency_p50: at(0.50),
                latency_p95: at(0.95),
                latency_p99: at(0.99),
                ..slot(requests as u64, 0, 0.0)
            }
        };
        let settings = Settings::default();
        let worse =
            (0..1000).filter(|_| matches!(judge(&draw(2000), &draw(100), &settings), Verdict::Worse(_))).count();
        assert!(worse <= 10, "{worse} of 1000");
    }
}
