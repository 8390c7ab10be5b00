//! [`Retries`]: programs that the system could not start are tried again, for that passes: too many processes, a binary that is
//! just being replaced. What a program itself does is never tried again, and neither is what is not granted.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

/// Further attempts of one start.
const ATTEMPTS: u32 = 2;
/// Of all starts of a plugin together.
const BUDGET: u32 = 4;
const FIRST: Duration = Duration::from_millis(100);

/// What is left of the attempts of a plugin.
pub(crate) struct Retries {
    left: u32,
}

impl Default for Retries {
    fn default() -> Self {
        Self { left: BUDGET }
    }
}

impl Retries {
    /// The pause before a further attempt, after so many; none: it is not worth it. Any length up to a limit that doubles is as
    /// likely ("full jitter"), so that those that failed together do not come back together.
    pub(crate) fn next(&mut self, taken: u32) -> Option<Duration> {
        if taken >= ATTEMPTS || self.left == 0 {
            return None;
        }
        self.left -= 1;
        Some(FIRST.saturating_mul(1 << taken).mul_f64(random()))
    }
}

/// From 0 to 1.
fn random() -> f64 {
    let number = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(number >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_and_all_starts_together_have_an_end() {
        let mut retries = Retries::default();
        let taken = |retries: &mut Retries| (0..10).take_while(|taken| retries.next(*taken).is_some()).count();
        assert_eq!([taken(&mut retries), taken(&mut retries), taken(&mut retries)], [2, 2, 0]);
    }

    #[test]
    fn pauses_are_within_a_limit_that_doubles_and_are_not_all_alike() {
        let pauses: Vec<_> = (0..100).filter_map(|_| Retries::default().next(1)).collect();
        assert!(pauses.iter().all(|pause| *pause <= Duration::from_millis(200)));
        assert!(pauses.iter().any(|pause| *pause != pauses[0]));
    }
}
