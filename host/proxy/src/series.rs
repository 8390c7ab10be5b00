//! [`Series`]: counts what requests came to, without a lock.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use sdlc_model::traffic::Counters;

/// Upper bounds of latencies in microseconds: six a decade, from 100 µs to 100 s.
pub(crate) const BOUNDS: [u64; 38] = [
    100,
    147,
    215,
    316,
    464,
    681,
    1_000,
    1_470,
    2_150,
    3_160,
    4_640,
    6_810,
    10_000,
    14_700,
    21_500,
    31_600,
    46_400,
    68_100,
    100_000,
    147_000,
    215_000,
    316_000,
    464_000,
    681_000,
    1_000_000,
    1_470_000,
    2_150_000,
    3_160_000,
    4_640_000,
    6_810_000,
    10_000_000,
    14_700_000,
    21_500_000,
    31_600_000,
    46_400_000,
    68_100_000,
    100_000_000,
    u64::MAX,
];

/// The statuses that there can be.
const FIRST_STATUS: u16 = 100;

/// What requests came to.
pub(crate) struct Series {
    errors: AtomicU64,
    unanswered: AtomicU64,
    microseconds: AtomicU64,
    buckets: [AtomicU64; BOUNDS.len()],
    statuses: Box<[AtomicU64; 900]>,
}

impl Default for Series {
    fn default() -> Self {
        let zero = || [const { AtomicU64::new(0) }; 900];
        Self {
            errors: AtomicU64::default(),
            unanswered: AtomicU64::default(),
            microseconds: AtomicU64::default(),
            buckets: [const { AtomicU64::new(0) }; BOUNDS.len()],
            statuses: Box::new(zero()),
        }
    }
}

impl Series {
    /// An answer of this status, whose head took so long.
    pub(crate) fn answered(&self, status: u16, latency: Duration) {
        let latency = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|bound| *bound < latency);
        for (counter, more) in [
            (self.buckets.get(bucket), 1),
            (self.statuses.get(usize::from(status.saturating_sub(FIRST_STATUS))), 1),
            (Some(&self.microseconds), latency),
            (Some(&self.errors), u64::from(status >= 500)),
        ] {
            if let Some(counter) = counter.filter(|_| more > 0) {
                counter.fetch_add(more, Relaxed);
            }
        }
    }

    /// A request to which there was no answer.
    pub(crate) fn unanswered(&self) {
        self.unanswered.fetch_add(1, Relaxed);
        self.errors.fetch_add(1, Relaxed);
    }

    /// An answer that was counted broke off. One that was an error already stays one.
    pub(crate) fn broke_off(&self, status: u16) {
        if status < 500 {
            self.errors.fetch_add(1, Relaxed);
        }
    }

    /// Each status and how often it was; nothing for no answer.
    pub(crate) fn by_status(&self) -> Vec<(Option<u16>, u64)> {
        let answered = (FIRST_STATUS..).zip(self.statuses.iter()).map(|(status, count)| (Some(status), count));
        let all = answered.chain([(None, &self.unanswered)]);
        all.map(|(status, count)| (status, count.load(Relaxed))).filter(|(_, count)| *count > 0).collect()
    }

    /// All latencies together.
    pub(crate) fn seconds(&self) -> f64 {
        Duration::from_micros(self.microseconds.load(Relaxed)).as_secs_f64()
    }

    pub(crate) fn counters(&self) -> Counters {
        let histogram = BOUNDS.into_iter().zip(&self.buckets).map(|(bound, count)| (bound, count.load(Relaxed)));
        Counters::new(histogram.collect(), self.unanswered.load(Relaxed), self.errors.load(Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_in_the_bucket_of_their_latency() {
        let series = Series::default();
        for millisecond in 1..=100 {
            series.answered(200, Duration::from_millis(millisecond));
        }
        let counters = series.counters();
        assert_eq!((counters.requests, counters.errors), (100, 0));
        assert!((46.4..=68.1).contains(&counters.latency_p50), "{counters:?}");
        assert!((68.1..=100.0).contains(&counters.latency_p95), "{counters:?}");
        assert!(counters.latency_p95 < counters.latency_p99, "{counters:?}");
    }

    #[test]
    fn without_requests_there_is_no_latency() {
        let counters = Series::default().counters();
        assert_eq!((counters.requests, counters.latency_p50, counters.latency_p99), (0, 0.0, 0.0));
    }

    #[test]
    fn what_takes_longer_than_all_bounds_counts() {
        let series = Series::default();
        series.answered(200, Duration::from_secs(1_000));
        let counters = series.counters();
        assert_eq!((counters.requests, counters.latency_p99), (1, 100_000.0));
        assert_eq!(counters.histogram.last(), Some(&(u64::MAX, 1)));
    }

    #[test]
    fn no_answer_a_failing_one_and_one_that_broke_off_are_errors() {
        let series = Series::default();
        series.answered(404, Duration::ZERO);
        series.answered(503, Duration::ZERO);
        series.broke_off(503);
        series.answered(200, Duration::ZERO);
        series.broke_off(200);
        series.unanswered();
        let counters = series.counters();
        assert_eq!((counters.requests, counters.errors), (4, 3));
        assert_eq!(series.by_status(), [(Some(200), 1), (Some(404), 1), (Some(503), 1), (None, 1)]);
    }
}
