//! [`Condition`]: whether a target is healthy, from what probes and requests came to. Does not probe; knows no clock but
//! the one it is given.

use std::time::{Duration, Instant};

use crate::control::Health;

/// Connections of requests that fail in a row and make a target unhealthy.
const REFUSALS: u32 = 3;

#[derive(Clone, Debug, PartialEq)]
enum State {
    /// Nobody knows yet.
    Unknown,
    Healthy {
        since: Instant,
    },
    Unhealthy,
}

/// Whether a target is healthy, and what it would take to change that.
#[derive(Debug)]
pub(crate) struct Condition {
    state: State,
    began: Instant,
    /// Why it is not healthy.
    reason: String,
    /// Successes and failures in a row; one of them is 0.
    successes: u32,
    failures: u32,
    /// Successes that are enough, where that is not as configured.
    enough: Option<u32>,
    refusals: u32,
}

impl Condition {
    /// `trusted`: it was healthy before, so that the first success is enough.
    pub(crate) fn new(trusted: bool, now: Instant) -> Self {
        Self {
            state: State::Unknown,
            began: now,
            reason: "not probed yet".to_owned(),
            successes: 0,
            failures: 0,
            enough: trusted.then_some(1),
            refusals: 0,
        }
    }

    /// A probe came to this.
    pub(crate) fn probed(&mut self, result: Result<(), String>, health: &Health, now: Instant) {
        match result {
            Ok(()) => {
                self.failures = 0;
                self.successes = self.successes.saturating_add(1);
                let enough = self.enough.unwrap_or(health.healthy_after);
                if self.successes >= enough {
                    self.say_healthy(now);
                } else if !self.is_healthy() {
                    self.reason = format!("{} of {enough} successes", self.successes);
                }
            }
            Err(reason) => {
                self.successes = 0;
                let starting = now.duration_since(self.began) < Duration::from_millis(health.start_period_ms);
                if self.state == State::Unknown && starting {
                    self.failures = 1;
                    self.reason = format!("starting: {reason}");
                    return;
                }
                self.failures = self.failures.saturating_add(1);
                if self.failures >= health.unhealthy_after {
                    self.enough = None;
                    self.state = State::Unhealthy;
                }
                if !self.is_healthy() {
                    self.reason = reason;
                }
            }
        }
    }

    /// A request could not connect. Says whether that made it unhealthy.
    pub(crate) fn refused(&mut self, reason: &str) -> bool {
        self.refusals = self.refusals.saturating_add(1);
        if self.refusals < REFUSALS || !self.is_healthy() {
            return false;
        }
        self.state = State::Unhealthy;
        self.reason = format!("requests cannot connect: {reason}");
        (self.successes, self.failures, self.enough) = (0, 0, Some(1));
        true
    }

    /// A request could connect.
    pub(crate) fn connected(&mut self) {
        self.refusals = 0;
    }

    /// By who applies the table.
    pub(crate) fn say_healthy(&mut self, now: Instant) {
        if !self.is_healthy() {
            self.state = State::Healthy { since: now };
            self.refusals = 0;
        }
        self.enough = None;
    }

    pub(crate) fn is_healthy(&self) -> bool {
        matches!(self.state, State::Healthy { .. })
    }

    /// It may become healthy in a moment: worth waiting for.
    pub(crate) fn is_pending(&self) -> bool {
        self.state == State::Unknown && self.failures == 0
    }

    /// Why it is not healthy.
    pub(crate) fn reason(&self) -> Option<&str> {
        (!self.is_healthy()).then_some(self.reason.as_str())
    }

    pub(crate) fn healthy_for(&self, now: Instant) -> Option<Duration> {
        match self.state {
            State::Healthy { since } => Some(now.duration_since(since)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Probe;

    fn health() -> Health {
        Health {
            probe: Probe::Tcp,
            interval_ms: 1_000,
            timeout_ms: 1_000,
            healthy_after: 2,
            unhealthy_after: 3,
            start_period_ms: 0,
        }
    }

    fn failed() -> Result<(), String> {
        Err("down".to_owned())
    }

    /// What it comes to after each of these results: `+`, `-`, or `!` for a request that cannot connect.
    #[track_caller]
    fn check(trusted: bool, results: &str, healthy: &str) {
        let now = Instant::now();
        let mut condition = Condition::new(trusted, now);
        let told = results.chars().map(|result| {
            match result {
                '+' => condition.probed(Ok(()), &health(), now),
                '-' => condition.probed(failed(), &health(), now),
                _ => drop(condition.refused("down")),
            }
            if condition.is_healthy() { 'y' } else { 'n' }
        });
        assert_eq!(told.collect::<String>(), healthy, "{results}");
    }

    #[test]
    fn successes_in_a_row_make_it_healthy_and_failures_in_a_row_unhealthy() {
        check(false, "+-++", "nnny");
        check(false, "++--+---", "nyyyyyyn");
        check(false, "++---++", "nyyynny");
    }

    #[test]
    fn after_a_restart_the_first_success_is_enough_but_not_after_it_was_down() {
        check(true, "+", "y");
        check(true, "-+", "ny");
        check(true, "---++", "nnnny");
    }

    #[test]
    fn three_connections_that_fail_make_it_unhealthy_until_a_probe_succeeds() {
        check(false, "++!!!+", "nyyyny");
        check(false, "++!!!---++", "nyyynnnnny");
    }

    #[test]
    fn a_connection_in_between_begins_the_count_again() {
        let mut condition = Condition::new(true, Instant::now());
        condition.say_healthy(Instant::now());
        for _ in 0..5 {
            assert!(!condition.refused("down") && !condition.refused("down"));
            condition.connected();
        }
        assert!(condition.is_healthy());
    }

    #[test]
    fn failures_do_not_count_while_it_starts() {
        let (began, health) = (Instant::now(), Health { start_period_ms: 60_000, ..health() });
        let mut condition = Condition::new(false, began);
        assert!(condition.is_pending());
        for _ in 0..10 {
            condition.probed(failed(), &health, began);
        }
        assert_eq!(condition.reason(), Some("starting: down"));
        // Nobody should wait for one that was seen to fail.
        assert!(!condition.is_pending() && condition.state == State::Unknown);
        let later = began + Duration::from_secs(61);
        for _ in 0..3 {
            condition.probed(failed(), &health, later);
        }
        assert_eq!((condition.reason(), &condition.state), (Some("down"), &State::Unhealthy));
    }
}
