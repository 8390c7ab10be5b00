//! [`Breaker`]: a healer that fails again and again is not asked for a while. Does not keep itself: a command ends soon, so
//! whoever runs it keeps the breaker from one to the next.

use serde::{Deserialize, Serialize};

/// Calls that are remembered.
const WINDOW: usize = 10;
/// Fewer say nothing.
const LEAST: usize = 3;
/// Seconds for which it stays open; then one call is a trial.
const OPEN: u64 = 600;

/// What is remembered of the calls of one healer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Breaker {
    /// Whether each of the last calls failed, the newest at last.
    failed: Vec<bool>,
    /// Since when it is open, in seconds since the epoch.
    opened: Option<u64>,
}

impl Breaker {
    /// Seconds until the healer is asked again; none: it may be asked now.
    pub fn closed_for(&self, now: u64) -> Option<u64> {
        let opened = self.opened?;
        // A clock that was set back must not keep it open for ever.
        let passed = now.checked_sub(opened).unwrap_or(OPEN);
        OPEN.checked_sub(passed).filter(|left| *left > 0)
    }

    /// Notes a call. Open where at least half of the last calls failed; a trial that succeeds closes it.
    pub fn note(&mut self, failed: bool, now: u64) {
        let trial = self.opened.is_some();
        if trial && !failed {
            *self = Self::default();
            return;
        }
        self.failed.push(failed);
        let surplus = self.failed.len().saturating_sub(WINDOW);
        self.failed.drain(..surplus);
        let failures = self.failed.iter().filter(|failed| **failed).count();
        if failed && (trial || (self.failed.len() >= LEAST && failures * 2 >= self.failed.len())) {
            self.opened = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(calls: &[bool]) -> Breaker {
        let mut breaker = Breaker::default();
        calls.iter().for_each(|failed| breaker.note(*failed, 1000));
        breaker
    }

    #[test]
    fn it_opens_after_failures_and_not_after_a_few_among_many() {
        assert_eq!(after(&[true, true]).closed_for(1000), None);
        assert_eq!(after(&[true, true, true]).closed_for(1000), Some(600));
        assert_eq!(after(&[false, false, false, false, true, true]).closed_for(1000), None);
        assert_eq!(after(&[false, true, false, true]).closed_for(1000), Some(600));
    }

    #[test]
    fn a_trial_after_a_while_closes_or_opens_it() {
        let mut breaker = after(&[true, true, true]);
        assert_eq!(breaker.closed_for(1599), Some(1));
        assert_eq!(breaker.closed_for(1600), None);
        breaker.note(true, 1700);
        assert_eq!(breaker.closed_for(1700), Some(600));
        breaker.note(false, 2400);
        assert_eq!(breaker, Breaker::default());
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_keep_it_open() {
        assert_eq!(after(&[true, true, true]).closed_for(10), None);
    }
}
