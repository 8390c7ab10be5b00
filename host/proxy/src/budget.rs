//! [`Budget`]: how many requests may be sent again, so that retries cannot multiply the load on what is failing.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// In hundredths of a retry, so that a request can add some per cent of one.
const RESERVE: u64 = 100 * 100;

/// Each request adds a part of a retry; a reserve of 100 is full at the beginning, and never grows beyond.
pub(crate) struct Budget(AtomicU64);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU64::new(RESERVE))
    }
}

impl Budget {
    /// A request: it adds so many per cent of a retry.
    pub(crate) fn add(&self, per_cent: u32) {
        // Nearly always full, where a look is cheaper than a write.
        if self.0.load(Relaxed) < RESERVE {
            let _ = self.0.fetch_update(Relaxed, Relaxed, |left| Some((left + u64::from(per_cent)).min(RESERVE)));
        }
    }

    /// Whether there is a retry left, which is then taken.
    pub(crate) fn take(&self) -> bool {
        self.0.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(100)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_reserve_one_request_in_five_can_be_sent_again() {
        let budget = Budget::default();
        assert_eq!((0..1000).filter(|_| budget.take()).count(), 100);
        let retried = (0..1000).filter(|_| {
            budget.add(20);
            budget.take()
        });
        assert_eq!(retried.count(), 200);
    }
}
