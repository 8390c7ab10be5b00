//! [`Counters`]: what requests came to, since some moment or between two.

use serde::{Deserialize, Serialize};

/// What requests came to. One that is sent again counts each time, but where a connection had just been closed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Counters {
    /// How many had an answer, or failed to get one.
    pub requests: u64,
    /// No answer, one of status 500 or above, or one that broke off.
    pub errors: u64,
    /// Time to the head of the answer that half of them did not exceed, in milliseconds; 0 without any.
    pub latency_p50: f64,
    /// The same of 95 in 100.
    pub latency_p95: f64,
    /// The same of 99 in 100.
    pub latency_p99: f64,
    /// Latencies: upper bound in microseconds, and how many are above the bound before and not above this one. The last
    /// bound is `u64::MAX`. Empty where only the percentiles are known.
    pub histogram: Vec<(u64, u64)>,
}

impl Counters {
    /// Of answers with these latencies, and of requests without an answer.
    pub fn new(histogram: Vec<(u64, u64)>, unanswered: u64, errors: u64) -> Self {
        let answered = histogram.iter().map(|(_, count)| count).sum::<u64>();
        Self {
            requests: answered.saturating_add(unanswered),
            errors,
            latency_p50: percentile(&histogram, answered, 0.50),
            latency_p95: percentile(&histogram, answered, 0.95),
            latency_p99: percentile(&histogram, answered, 0.99),
            histogram,
        }
    }

    /// What came after `before` was counted. Whoever counts began anew where there is less than before: then it is all.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let comparable = self.histogram.len() == before.histogram.len();
        let pairs = || self.histogram.iter().zip(&before.histogram);
        let anew = self.requests < before.requests || pairs().any(|((_, now), (_, then))| now < then);
        if anew || !comparable {
            return self.clone();
        }
        let (requests, errors) = (self.requests - before.requests, self.errors.saturating_sub(before.errors));
        if self.histogram.is_empty() {
            let known = |latency: f64| if requests > 0 { latency } else { 0.0 };
            return Self {
                requests,
                errors,
                latency_p50: known(self.latency_p50),
                latency_p95: known(self.latency_p95),
                latency_p99: known(self.latency_p99),
                histogram: Vec::new(),
            };
        }
        let histogram: Vec<_> = pairs().map(|((bound, now), (_, then))| (*bound, now - then)).collect();
        let answered = histogram.iter().map(|(_, count)| count).sum::<u64>();
        Self::new(histogram, requests.saturating_sub(answered), errors)
    }
}

/// In milliseconds: between the bounds of its bucket, as if latencies lay evenly there.
#[expect(clippy::cast_precision_loss, reason = "counts and microseconds are far below 2^52")]
fn percentile(histogram: &[(u64, u64)], all: u64, part: f64) -> f64 {
    let rank = all as f64 * part;
    let (mut below, mut lower) = (0.0, 0.0);
    for &(bound, count) in histogram {
        let count = count as f64;
        if count > 0.0 && below + count >= rank {
            // What is above all bounds is told as the last of them.
            let width = if bound == u64::MAX { 0.0 } else { bound as f64 - lower };
            return (lower + width * (rank - below) / count) / 1000.0;
        }
        below += count;
        lower = if bound == u64::MAX { lower } else { bound as f64 };
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counters(fast: u64, slow: u64) -> Counters {
        Counters::new(vec![(10_000, fast), (100_000, slow), (u64::MAX, 0)], 1, 2)
    }

    #[test]
    fn what_came_between_has_percentiles_of_its_own() {
        let (before, now) = (counters(100, 0), counters(100, 10));
        assert!(now.latency_p50 < 10.0, "{now:?}");
        let between = now.since(&before);
        assert_eq!((between.requests, between.errors), (10, 0));
        assert!((10.0..=100.0).contains(&between.latency_p50), "{between:?}");
    }

    #[test]
    fn a_proxy_that_counts_from_the_beginning_again_loses_nothing() {
        assert_eq!(counters(3, 0).since(&counters(100, 0)), counters(3, 0));
    }

    #[test]
    fn without_a_histogram_the_percentiles_are_those_of_now() {
        let only = |requests| Counters { requests, latency_p95: 7.0, ..Counters::default() };
        assert_eq!(only(12).since(&only(10)), only(2));
        assert_eq!(only(12).since(&only(12)), Counters::default());
    }
}
