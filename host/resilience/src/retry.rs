//! [`Policy`]: how often something is tried again, and how long to wait before.
//!
//! With full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015): the wait is any time between
//! nothing and a bound that doubles, so that those that failed together do not come back together.

use std::time::Duration;

/// How often something is tried again, and how soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Further attempts after the first.
    pub attempts: u32,
    /// Bound of the first wait; it doubles from attempt to attempt.
    pub first: Duration,
    /// No bound is longer.
    pub longest: Duration,
    /// Whoever asks for a longer wait (`Retry-After`) is not waited for.
    pub longest_asked: Duration,
}

impl Policy {
    /// So many further attempts, with waits of at most 8 s, or the 30 s that somebody asked for.
    pub const fn new(attempts: u32, first: Duration) -> Self {
        Self { attempts, first, longest: Duration::from_secs(8), longest_asked: Duration::from_secs(30) }
    }

    /// The wait before a further attempt after `taken` of them, at least as long as was `asked` for; none: it is not worth it.
    pub fn pause(&self, taken: u32, asked: Option<Duration>) -> Option<Duration> {
        if taken >= self.attempts || asked.is_some_and(|asked| asked > self.longest_asked) {
            return None;
        }
        let bound = self.first.saturating_mul(2_u32.saturating_pow(taken)).min(self.longest);
        Some(asked.unwrap_or_default() + bound.mul_f64(fastrand::f64()))
    }
}

/// Further attempts of all calls together, so that many calls that fail do not multiply what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget(u32);

impl Budget {
    /// So many further attempts.
    pub const fn new(attempts: u32) -> Self {
        Self(attempts)
    }

    /// Takes one, if there is one.
    pub fn take(&mut self) -> bool {
        let left = self.0.checked_sub(1);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POLICY: Policy = Policy::new(4, Duration::from_secs(1));

    proptest! {
        #[test]
        fn a_pause_is_within_a_bound_that_doubles_and_not_shorter_than_asked_for(taken in 0_u32..40, asked in 0_u64..40) {
            let pause = POLICY.pause(taken, Some(Duration::from_secs(asked)));
            prop_assert_eq!(pause.is_some(), taken < 4 && asked <= 30);
            if let Some(pause) = pause {
                let bound = (1 << taken).min(8);
                prop_assert!((asked..=asked + bound).contains(&pause.as_secs()));
            }
        }
    }

    #[test]
    fn pauses_are_not_all_alike() {
        let pauses: Vec<_> = (0..100).filter_map(|_| POLICY.pause(1, None)).collect();
        assert!(pauses.iter().any(|pause| *pause != pauses[0]));
    }

    #[test]
    fn all_calls_together_have_an_end() {
        let mut budget = Budget::new(2);
        assert_eq!([budget.take(), budget.take(), budget.take(), budget.take()], [true, true, false, false]);
    }
}
