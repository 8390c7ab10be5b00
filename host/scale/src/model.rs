//! [`Model`]: what a simulated service does under load.
//!
//! `n` replicas that serve have a capacity of `n x capacity` requests a second, and a utilisation of
//! `u = load / (n x capacity)`.
//! - CPU is `100 x min(u, 1)` per cent.
//! - What is above the capacity is affected: it fails. Nothing queues up from one moment to the next.
//! - Latency (p95) is `latency x (1 + u^(sqrt(2 (n + 1)) - 1) / (n (1 - u)))` with `u` at most 0.99: the waiting time of a queue
//!   with `n` servers as Sakasegawa approximates it (1977).
//! - A replica serves `start-up` after it was asked for, and stops at once when it is taken away: those that start first.
//! - It costs from when it is asked for.

use crate::trace::Load;

/// Nearer to one, the formula has no meaning.
const BUSIEST: f64 = 0.99;

/// A simulated service.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Requests a second that one replica can do.
    pub capacity: f64,
    /// Milliseconds until a new replica serves.
    pub start_up: u64,
    /// Of a replica, an hour.
    pub cost: f64,
    /// Milliseconds that a request takes when nobody else is there. A trace may have its own.
    pub latency: f64,
}

/// What a moment is like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moment {
    /// Per cent.
    pub cpu: f64,
    /// Milliseconds.
    pub latency: f64,
    /// Requests a second that fail.
    pub affected: f64,
}

impl Model {
    pub(crate) fn moment(&self, load: &Load, ready: u32) -> Moment {
        let servers = f64::from(ready.max(1));
        let capacity = f64::from(ready) * self.capacity;
        let utilisation = if capacity > 0.0 { load.requests_per_second / capacity } else { 1.0 };
        let busy = utilisation.min(BUSIEST);
        let exponent = (2.0 * (servers + 1.0)).sqrt() - 1.0;
        let waiting = busy.powf(exponent) / (servers * (1.0 - busy));
        let beyond = (load.requests_per_second - capacity).max(0.0);
        let failed = (load.requests_per_second - beyond) * load.error_rate.unwrap_or(0.0);
        Moment {
            cpu: 100.0 * utilisation.min(1.0),
            latency: load.latency.unwrap_or(self.latency) * (1.0 + waiting),
            affected: beyond + failed,
        }
    }

    /// What a service would be started with: enough for this load at 70 per cent.
    pub(crate) fn enough(&self, load: &Load) -> u32 {
        (load.requests_per_second / (0.7 * self.capacity)).ceil().max(1.0) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latency_and_failures_grow_with_utilisation() {
        let model = Model { capacity: 100.0, start_up: 0, cost: 1.0, latency: 20.0 };
        let at = |rate: f64, ready: u32| model.moment(&Load::of(rate), ready);
        assert_eq!(at(0.0, 2), Moment { cpu: 0.0, latency: 20.0, affected: 0.0 });
        // One server at a half: M/M/1 waits as long as it serves.
        assert!((at(50.0, 1).latency - 40.0).abs() < 1e-9);
        assert!(at(100.0, 2).latency < at(50.0, 1).latency, "many servers wait less");
        assert_eq!((at(250.0, 2).affected, at(250.0, 2).cpu), (50.0, 100.0));
        assert_eq!(at(10.0, 0).affected, 10.0);
    }
}
