//! [`Breaker`]: what fails again and again is not asked for a while (Nygard, "Release It!", 2007). It can be kept from one
//! process to the next. Times are seconds of any clock that the caller has.

use serde::{Deserialize, Serialize};

/// When a breaker opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Calls that are remembered.
    pub calls: usize,
    /// For how long they are, in seconds.
    pub span: u64,
    /// Fewer say nothing.
    pub least: usize,
    /// Share of failures from which on it opens, in per cent.
    pub failures: usize,
    /// Seconds for which it stays open.
    pub open: u64,
    /// Calls that are let through at once after that; if they succeed it closes, if one fails it opens again.
    pub trials: u32,
}

impl Limits {
    /// Half of the last ten, of three at least, whenever they were: for what is called now and then. Open for ten minutes.
    pub const SELDOM: Self = Self { calls: 10, span: u64::MAX, least: 3, failures: 50, open: 600, trials: 1 };
    /// Half of the last twenty, of five at least, within half a minute: for what is called all the time. Open for two seconds.
    pub const OFTEN: Self = Self { calls: 20, span: 30, least: 5, failures: 50, open: 2, trials: 1 };
}

/// What is remembered of calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Breaker {
    /// When each of the last calls was, and whether it failed; the newest at last.
    calls: Vec<(u64, bool)>,
    /// Since when it is open.
    opened: Option<u64>,
    /// Calls that were let through since it could close again.
    trials: u32,
}

impl Breaker {
    /// Seconds until it may be asked again; none: it may be asked now.
    pub fn closed_for(&self, limits: &Limits, now: u64) -> Option<u64> {
        let opened = self.opened?;
        // A clock that was set back must not keep it open for ever.
        let passed = now.checked_sub(opened).unwrap_or(limits.open);
        limits.open.checked_sub(passed).filter(|left| *left > 0)
    }

    /// Whether a call may be made now. Where it is half open, this is one of its trials.
    pub fn admit(&mut self, limits: &Limits, now: u64) -> bool {
        if self.opened.is_none() {
            return true;
        }
        if self.closed_for(limits, now).is_some() {
            return false;
        }
        // Of a trial that came to no end, such as one that was cancelled, there is another one in the next period.
        let passed = now.saturating_sub(self.opened.unwrap_or(now));
        let periods = passed.checked_div(limits.open).unwrap_or(1).max(1);
        let most = u64::from(limits.trials).saturating_mul(periods);
        let admitted = u64::from(self.trials) < most;
        self.trials += u32::from(admitted);
        admitted
    }

    /// Notes a call.
    pub fn note(&mut self, limits: &Limits, failed: bool, now: u64) {
        let trial = self.opened.is_some();
        if trial && !failed {
            *self = Self::default();
            return;
        }
        self.calls.push((now, failed));
        self.calls.retain(|(at, _)| now.saturating_sub(*at) <= limits.span);
        let surplus = self.calls.len().saturating_sub(limits.calls);
        self.calls.drain(..surplus);
        let failures = self.calls.iter().filter(|(_, failed)| *failed).count();
        let many = self.calls.len() >= limits.least && failures * 100 >= self.calls.len() * limits.failures;
        if failed && (trial || many) {
            self.opened = Some(now);
            self.trials = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SELDOM: Limits = Limits::SELDOM;

    fn after(limits: &Limits, calls: &[bool]) -> Breaker {
        let mut breaker = Breaker::default();
        calls.iter().for_each(|failed| breaker.note(limits, *failed, 1000));
        breaker
    }

    #[test]
    fn it_opens_after_failures_and_not_after_a_few_among_many() {
        assert_eq!(after(&SELDOM, &[true, true]).closed_for(&SELDOM, 1000), None);
        assert_eq!(after(&SELDOM, &[true, true, true]).closed_for(&SELDOM, 1000), Some(600));
        assert_eq!(after(&SELDOM, &[false, false, false, false, true, true]).closed_for(&SELDOM, 1000), None);
        assert_eq!(after(&SELDOM, &[false, true, false, true]).closed_for(&SELDOM, 1000), Some(600));
    }

    #[test]
    fn a_trial_after_a_while_closes_or_opens_it() {
        let mut breaker = after(&SELDOM, &[true, true, true]);
        assert_eq!(breaker.closed_for(&SELDOM, 1599), Some(1));
        assert_eq!(breaker.closed_for(&SELDOM, 1600), None);
        breaker.note(&SELDOM, true, 1700);
        assert_eq!(breaker.closed_for(&SELDOM, 1700), Some(600));
        breaker.note(&SELDOM, false, 2400);
        assert_eq!(breaker, Breaker::default());
    }

    #[test]
    fn as_many_trials_are_let_through_as_there_may_be_at_once() {
        let mut breaker = after(&SELDOM, &[true, true, true]);
        assert!(!breaker.admit(&SELDOM, 1001));
        assert_eq!([breaker.admit(&SELDOM, 1600), breaker.admit(&SELDOM, 1600)], [true, false]);
        assert_eq!([breaker.admit(&SELDOM, 2200), breaker.admit(&SELDOM, 2200)], [true, false]);
        breaker.note(&SELDOM, true, 1601);
        assert_eq!([breaker.admit(&SELDOM, 1602), breaker.admit(&SELDOM, 2201)], [false, true]);
        breaker.note(&SELDOM, false, 2202);
        assert!(breaker.admit(&SELDOM, 2202));
    }

    #[test]
    fn failures_of_long_ago_do_not_count_where_there_is_a_span() {
        let often = Limits::OFTEN;
        let mut breaker = after(&often, &[true, true, true, true]);
        breaker.note(&often, true, 1031);
        assert_eq!(breaker.closed_for(&often, 1031), None);
        assert_eq!(after(&often, &[true; 5]).closed_for(&often, 1000), Some(2));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_keep_it_open() {
        assert_eq!(after(&SELDOM, &[true, true, true]).closed_for(&SELDOM, 10), None);
    }
}
