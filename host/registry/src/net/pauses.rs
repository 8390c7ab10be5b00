//! [`Pauses`]: how often something is tried again, and how long to wait before. Does not wait.

use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

/// How many further attempts a whole call has.
const ATTEMPTS: u32 = 4;
/// Longer pauses are no better.
const LONGEST: Duration = Duration::from_secs(8);
/// Who asks for a longer one will not be there in time.
const LONGEST_ASKED: Duration = Duration::from_secs(30);

/// What is left of the attempts of a call.
pub(crate) struct Pauses {
    first: Duration,
    taken: u32,
}

impl Pauses {
    pub(crate) fn new(first: Duration) -> Self {
        Self { first, taken: 0 }
    }

    /// The pause before the next attempt, at least as long as the server asked for; [`None`] if it is not worth it.
    ///
    /// Any length up to the limit is as likely ("full jitter"), so that those that failed together do not come back
    /// together.
    pub(crate) fn next(&mut self, asked: Option<Duration>) -> Option<Duration> {
        if self.taken >= ATTEMPTS || asked.is_some_and(|asked| asked > LONGEST_ASKED) {
            return None;
        }
        let limit = self.first.saturating_mul(1 << self.taken).min(LONGEST);
        self.taken += 1;
        Some(asked.unwrap_or_default() + limit.mul_f64(random()))
    }
}

/// From 0 to 1.
fn random() -> f64 {
    let mut bytes = [0; 4];
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_limit_and_end() {
        let mut pauses = Pauses::new(Duration::from_secs(1));
        for limit in [1, 2, 4, 8] {
            assert!(pauses.next(None).unwrap() <= Duration::from_secs(limit));
        }
        assert_eq!(pauses.next(None), None);
    }

    #[test]
    fn a_server_gets_the_pause_it_asks_for_unless_it_is_too_long() {
        let mut pauses = Pauses::new(Duration::from_millis(1));
        assert!(pauses.next(Some(Duration::from_secs(20))).unwrap() >= Duration::from_secs(20));
        assert_eq!(pauses.next(Some(Duration::from_secs(3600))), None);
    }
}
