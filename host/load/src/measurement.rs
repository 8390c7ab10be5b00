//! [`Measurement`]: what came of a load.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::plan::{LoadError, Plan};

/// Latencies are kept in microseconds, with three digits that hold.
const DIGITS: u8 = 3;
/// Requests that may start late, or wait for a connection, before the figures are the generator's own: 1 %, or two.
const TOLERATED: f64 = 0.01;
const FEW: f64 = 2.0;
/// How late a request may start. More than what a busy machine takes to wake a process.
const LATE: Duration = Duration::from_millis(5);

/// What came of a load. Latencies are in milliseconds, from when a request was due to its last byte.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Requests that were due in the counted time.
    pub requests: u64,
    /// Those without an answer in time, or with a status of 500 and above.
    pub errors: u64,
    /// Answers a second.
    pub throughput: f64,
    /// Half of the answers came in this time.
    pub p50: f64,
    /// 90 % did.
    pub p90: f64,
    /// 95 % did.
    pub p95: f64,
    /// 99 % did.
    pub p99: f64,
    /// 99.9 % did.
    pub p999: f64,
    /// All did.
    pub max: f64,
    /// The schedule was not kept: more than 1 % of the requests started late, or waited for one of the connections.
    pub saturated: bool,
}

/// Adds up what happens.
pub(crate) struct Record {
    latencies: Histogram<u64>,
    requests: u64,
    errors: u64,
    late: u64,
    waited: u64,
    last: Duration,
}

impl Record {
    pub(crate) fn new() -> Result<Self, LoadError> {
        // Without a highest value it grows as it needs to.
        let latencies = Histogram::new(DIGITS).map_err(|error| LoadError::Machine(error.to_string()))?;
        Ok(Self { latencies, requests: 0, errors: 0, late: 0, waited: 0, last: Duration::ZERO })
    }

    /// A request began so long after it was due. `waited`: because all connections were taken.
    pub(crate) fn began(&mut self, behind: Duration, waited: bool) {
        self.requests += 1;
        self.late += u64::from(!waited && behind > LATE);
        self.waited += u64::from(waited);
    }

    /// A request ended, at a time since the start of the load. One that got no answer in time took all of its time.
    pub(crate) fn ended(&mut self, latency: Duration, at: Duration, end: End) {
        self.last = self.last.max(at);
        self.errors += u64::from(end != End::Answer);
        if end != End::NoAnswer {
            // It grows to hold any latency that there can be within a time-out.
            let _ = self.latencies.record(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
        }
    }

    pub(crate) fn measurement(&self, plan: &Plan) -> Measurement {
        let quantile = |quantile| self.latencies.value_at_quantile(quantile) as f64 / 1000.0;
        let elapsed = self.last.max(plan.warm_up + plan.duration).saturating_sub(plan.warm_up);
        let answers = self.requests.saturating_sub(self.errors);
        let tolerated = (self.requests as f64 * TOLERATED).max(FEW);
        Measurement {
            requests: self.requests,
            errors: self.errors,
            throughput: answers as f64 / elapsed.as_secs_f64(),
            p50: quantile(0.5),
            p90: quantile(0.9),
            p95: quantile(0.95),
            p99: quantile(0.99),
            p999: quantile(0.999),
            max: self.latencies.max() as f64 / 1000.0,
            saturated: self.late as f64 > tolerated || self.waited as f64 > tolerated,
        }
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With an answer below 500.
    Answer,
    /// With an answer of 500 and above.
    ServerError,
    /// Not in time.
    Late,
    /// The connection failed or broke.
    NoAnswer,
}
