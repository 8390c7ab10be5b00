//! [`Backend`]: a target of the table while it runs, and [`Ticket`]: one request to it.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

use tokio::sync::Notify;

use crate::{
    condition::Condition,
    control::{Target, TargetStatus},
    pool::Pool,
    series::Series,
};

/// A target in one generation: one that left the table and came back is another one, with connections of its own.
pub(crate) struct Backend {
    pub(crate) target: Target,
    pub(crate) pool: Pool,
    condition: Mutex<Condition>,
    /// As the condition says, so that who routes need not lock it.
    healthy: AtomicBool,
    /// Whether any connection failed since one was made.
    refused: AtomicU32,
    in_flight: AtomicU64,
    requests: AtomicU64,
    errors: AtomicU64,
    /// That it should be probed at once.
    pub(crate) suspected: Notify,
}

impl Backend {
    /// `trusted`: it was healthy before a restart.
    pub(crate) fn new(target: Target, trusted: bool) -> Self {
        Self {
            target,
            pool: Pool::default(),
            condition: Mutex::new(Condition::new(trusted, Instant::now())),
            healthy: AtomicBool::default(),
            refused: AtomicU32::default(),
            in_flight: AtomicU64::default(),
            requests: AtomicU64::default(),
            errors: AtomicU64::default(),
            suspected: Notify::new(),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.target.address
    }

    /// Changes what is known of its health.
    pub(crate) fn judge<T>(&self, change: impl FnOnce(&mut Condition) -> T) -> T {
        let mut condition = self.condition();
        let result = change(&mut condition);
        self.healthy.store(condition.is_healthy(), Relaxed);
        result
    }

    fn condition(&self) -> MutexGuard<'_, Condition> {
        self.condition.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_healthy(&self) -> bool {
        self.healthy.load(Relaxed)
    }

    pub(crate) fn is_pending(&self) -> bool {
        self.condition().is_pending()
    }

    pub(crate) fn in_flight(&self) -> u64 {
        self.in_flight.load(Relaxed)
    }

    /// A request could not connect. Says whether that made it unhealthy.
    pub(crate) fn refused(&self, reason: &str) -> bool {
        self.refused.store(1, Relaxed);
        let changed = self.judge(|condition| condition.refused(reason));
        if changed {
            self.suspected.notify_one();
        }
        changed
    }

    pub(crate) fn connected(&self) {
        if self.refused.swap(0, Relaxed) > 0 {
            self.condition().connected();
        }
    }

    pub(crate) fn status(&self, now: Instant) -> TargetStatus {
        let condition = self.condition();
        TargetStatus {
            id: self.target.id.clone(),
            address: self.target.address,
            healthy: condition.is_healthy(),
            reason: condition.reason().map(str::to_owned),
            healthy_for_ms: condition.healthy_for(now).map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
            in_flight: self.in_flight(),
            requests: self.requests.load(Relaxed),
            errors: self.errors.load(Relaxed),
        }
    }
}

/// A request to a target. In flight until it is dropped.
pub(crate) struct Ticket {
    pub(crate) backend: Arc<Backend>,
    /// Name of its slot.
    pub(crate) slot: Arc<str>,
    series: [Arc<Series>; 2],
    began: Instant,
    status: u16,
}

impl Ticket {
    /// To be called under the lock that guards the table only, so that none is given out for a target that left it.
    /// `series`: what it counts for.
    pub(crate) fn new(backend: Arc<Backend>, slot: Arc<str>, series: [Arc<Series>; 2]) -> Self {
        backend.in_flight.fetch_add(1, Relaxed);
        backend.requests.fetch_add(1, Relaxed);
        Self { backend, slot, series, began: Instant::now(), status: 0 }
    }

    /// The head of its answer is there.
    pub(crate) fn answered(&mut self, status: u16) {
        self.status = status;
        let latency = self.began.elapsed();
        self.series.iter().for_each(|series| series.answered(status, latency));
        if status >= 500 {
            self.backend.errors.fetch_add(1, Relaxed);
        }
    }

    /// There was no answer.
    pub(crate) fn unanswered(&self) {
        self.series.iter().for_each(|series| series.unanswered());
        self.backend.errors.fetch_add(1, Relaxed);
    }

    /// The answer broke off.
    pub(crate) fn broke_off(&self) {
        self.series.iter().for_each(|series| series.broke_off(self.status));
        if self.status < 500 {
            self.backend.errors.fetch_add(1, Relaxed);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.backend.in_flight.fetch_sub(1, Relaxed);
    }
}
