//! [`Figure`]: what is looked at of readings.

use sdlc_model::reading::Reading;

use super::series::Series;

/// What is looked at of readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Requests a second of all replicas.
    Requests,
    /// 95th percentile of latencies.
    Latency,
    /// Share of requests that failed.
    Errors,
    /// Of what a replica may use.
    Cpu,
    /// Of what a replica may use.
    Memory,
}

impl Figure {
    /// In the order in which they are told.
    pub const ALL: [Self; 5] = [Self::Requests, Self::Latency, Self::Errors, Self::Cpu, Self::Memory];

    /// As in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Latency => "p95",
            Self::Errors => "errors",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
        }
    }

    /// A value with its unit, for people.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Requests => format!("{value:.1} requests/s"),
            Self::Latency => format!("{value:.0} ms"),
            Self::Errors => format!("{:.2} %", 100.0 * value),
            Self::Cpu | Self::Memory => format!("{value:.0} %"),
        }
    }

    /// Value, and how much it weighs beside its time.
    pub fn of(self, reading: &Reading) -> Option<(f64, f64)> {
        let traffic = reading.traffic.as_ref();
        match self {
            Self::Requests => traffic.map(|traffic| (traffic.requests_per_second, 1.0)),
            Self::Latency => traffic.and_then(|traffic| Some((traffic.latency_p95?, traffic.requests_per_second))),
            Self::Errors => traffic.map(|traffic| (traffic.error_rate, traffic.requests_per_second)),
            Self::Cpu => (reading.running > 0).then_some((reading.cpu, 1.0)),
            Self::Memory => (reading.running > 0).then_some((reading.memory, 1.0)),
        }
    }

    pub(crate) fn series(self, readings: &[Reading], step: u64) -> Series {
        Series::of(readings, step, |reading| self.of(reading))
    }

    /// A difference below this does not matter.
    pub(crate) fn least(self) -> f64 {
        match self {
            Self::Requests => 1.0,
            Self::Latency | Self::Memory => 5.0,
            Self::Errors => 0.01,
            Self::Cpu => 10.0,
        }
    }
}
