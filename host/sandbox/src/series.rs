//! [`Series`]: calls that a thread makes one after the other, while another waits for all of them.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// What has come of calls, for who waits and who makes them.
pub(crate) struct Series<T>(Mutex<Progress<T>>);

struct Progress<T> {
    ends: Vec<T>,
    /// When the last call was begun.
    since: Instant,
    closed: bool,
}

impl<T> Series<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Progress { ends: Vec::new(), since: Instant::now(), closed: false }))
    }

    /// Notes that a call begins. No: nobody waits any more.
    pub(crate) fn begin(&self) -> bool {
        let mut progress = self.progress();
        progress.since = Instant::now();
        !progress.closed
    }

    pub(crate) fn end(&self, end: T) {
        self.progress().ends.push(end);
    }

    pub(crate) fn since(&self) -> Instant {
        self.progress().since
    }

    /// What came of the calls that have ended. No more are begun.
    pub(crate) fn close(&self) -> Vec<T> {
        let mut progress = self.progress();
        progress.closed = true;
        std::mem::take(&mut progress.ends)
    }

    fn progress(&self) -> MutexGuard<'_, Progress<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_begins_after_the_close() {
        let series = Series::new();
        assert!(series.begin());
        series.end(1);
        assert_eq!(series.close(), [1]);
        assert!(!series.begin());
    }

    #[test]
    fn each_call_has_its_own_time() {
        let series = Series::<()>::new();
        let made = series.since();
        std::thread::sleep(std::time::Duration::from_millis(2));
        series.begin();
        assert!(series.since() > made);
    }
}
