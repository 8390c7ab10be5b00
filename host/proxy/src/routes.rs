//! [`Routes`]: the table in force, and which target a request goes to.
//!
//! One lock guards both: a request picks its target and counts as in flight under it, so that none goes to a target that a
//! change of the table took out.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    pin,
    sync::Notify,
    time::{sleep_until, timeout_at},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    backend::{Backend, Ticket},
    control::{self, Health, Probe, Retries, SlotStatus, Sticky, Table, TargetStatus},
    probe::probe,
    series::Series,
};

/// How long a request waits for the first probe of a target.
const PATIENCE: Duration = Duration::from_secs(3);

/// The table in force.
#[derive(Default)]
pub(crate) struct Routes {
    inner: Mutex<Inner>,
    /// Told when the table or the health of a target may have changed.
    changed: Arc<Notify>,
}

#[derive(Default)]
struct Inner {
    revision: u64,
    sticky: Option<Sticky>,
    retries: Retries,
    slots: Vec<Slot>,
    draining: Vec<Arc<Backend>>,
}

struct Slot {
    name: Arc<str>,
    version: String,
    share: u32,
    /// Smooth weighted round robin: the slot with the most has its turn.
    credit: i64,
    /// Where to look first among targets that have equally many requests.
    turn: usize,
    members: Vec<Member>,
    total: Arc<Series>,
    window: Arc<Series>,
    window_began: Instant,
}

struct Member {
    backend: Arc<Backend>,
    health: Health,
    _probing: DropGuard,
}

/// Where a request would like to go.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wish<'a> {
    /// Name of a slot, where it has a share and can take requests.
    pub(crate) slot: Option<&'a str>,
    /// Targets that failed it; only where there are no others.
    pub(crate) not: &'a [Arc<Backend>],
}

/// Why a request can go nowhere.
#[derive(Debug, PartialEq, Eq)]
enum Nowhere {
    /// It may be able to in a moment.
    Yet,
    AtAll,
}

impl Routes {
    /// A target for a request, which is in flight until the ticket is dropped. Waits where no target was probed yet.
    pub(crate) async fn ticket(&self, wish: Wish<'_>) -> Option<Ticket> {
        if let Ok(ticket) = self.pick(wish) {
            return Some(ticket);
        }
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let changed = self.changed.notified();
            pin!(changed);
            changed.as_mut().enable();
            match self.pick(wish) {
                Ok(ticket) => return Some(ticket),
                Err(Nowhere::AtAll) => return None,
                Err(Nowhere::Yet) => timeout_at(deadline, changed).await.ok()?,
            }
        }
    }

    fn pick(&self, wish: Wish<'_>) -> Result<Ticket, Nowhere> {
        let inner = &mut *self.lock();
        let wanted = wish.slot.and_then(|name| inner.slots.iter().position(|slot| *slot.name == *name));
        let wanted = wanted.filter(|at| inner.slots.get(*at).is_some_and(|slot| slot.share > 0 && slot.can(wish.not)));
        let chosen = wanted.or_else(|| inner.turn(wish.not)).or_else(|| inner.turn(&[]));
        let slot = chosen.and_then(|at| inner.slots.get_mut(at));
        slot.and_then(|slot| slot.ticket(wish.not).or_else(|| slot.ticket(&[]))).ok_or_else(|| inner.nowhere())
    }

    /// Replaces the table. `restored`: it was in force before a restart, so that targets were healthy once.
    pub(crate) fn apply(&self, table: &Table, restored: bool) {
        let mut inner = self.lock();
        let old = std::mem::take(&mut inner.slots);
        let mut backends: HashMap<_, _> =
            old.iter().flat_map(|slot| &slot.members).map(|member| (member.backend.target.clone(), member)).collect();
        let slots = table.slots.iter().map(|new| {
            let before = old.iter().find(|slot| *slot.name == *new.name && slot.version == new.version);
            let member = |target| {
                let known = backends.remove(target).map(|member| (Arc::clone(&member.backend), member.health.clone()));
                let backend = known.as_ref().map(|(backend, _)| Arc::clone(backend));
                let backend = backend.unwrap_or_else(|| Arc::new(Backend::new(target.clone(), restored)));
                if new.health.probe == Probe::None && !restored && known.is_none_or(|(_, health)| health != new.health)
                {
                    backend.judge(|condition| condition.say_healthy(Instant::now()));
                }
                self.watched(backend, &new.health)
            };
            Slot::new(new, new.targets.iter().map(member).collect(), before)
        });
        let slots = slots.collect();
        for (_, gone) in backends {
            gone.backend.pool.close();
            inner.draining.push(Arc::clone(&gone.backend));
        }
        inner.slots = slots;
        inner.draining.retain(|backend| backend.in_flight() > 0);
        inner.revision = table.revision;
        inner.sticky.clone_from(&table.sticky);
        inner.retries = table.retries.clone().unwrap_or_default();
        drop(inner);
        self.changed.notify_waiters();
    }

    /// Probed until it is dropped.
    fn watched(&self, backend: Arc<Backend>, health: &Health) -> Member {
        let stop = CancellationToken::new();
        let probing = probe(Arc::clone(&backend), health.clone(), Arc::clone(&self.changed));
        tokio::spawn(stop.clone().run_until_cancelled_owned(probing));
        Member { backend, health: health.clone(), _probing: stop.drop_guard() }
    }

    /// Closes connections that are idle for too long, for ever.
    pub(crate) async fn sweep(&self) {
        loop {
            sleep_until(tokio::time::Instant::now() + Duration::from_secs(1)).await;
            let mut inner = self.lock();
            inner.draining.retain(|backend| backend.in_flight() > 0);
            inner.slots.iter().flat_map(|slot| &slot.members).for_each(|member| member.backend.pool.sweep());
        }
    }

    /// The health of a target changed.
    pub(crate) fn tell(&self) {
        self.changed.notify_waiters();
    }

    pub(crate) fn revision(&self) -> u64 {
        self.lock().revision
    }

    /// What holds for all requests.
    pub(crate) fn rules(&self) -> (Option<Sticky>, Retries) {
        let inner = self.lock();
        (inner.sticky.clone(), inner.retries.clone())
    }

    /// The slots of the table, and the targets that drain.
    pub(crate) fn status(&self) -> (Vec<SlotStatus>, Vec<TargetStatus>) {
        let (inner, now) = (self.lock(), Instant::now());
        let slots = inner.slots.iter().map(|slot| slot.status(now)).collect();
        let draining = inner.draining.iter().filter(|backend| backend.in_flight() > 0);
        (slots, draining.map(|backend| backend.status(now)).collect())
    }

    /// Name, version and counters of each slot.
    pub(crate) fn series(&self) -> Vec<(Arc<str>, String, Arc<Series>)> {
        let inner = self.lock();
        inner.slots.iter().map(|slot| (Arc::clone(&slot.name), slot.version.clone(), Arc::clone(&slot.total))).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Whose turn it is: exact over any hundred requests.
    fn turn(&mut self, not: &[Arc<Backend>]) -> Option<usize> {
        let (mut all, mut best) = (0, None::<(usize, i64)>);
        for (at, slot) in self.slots.iter_mut().enumerate().filter(|(_, slot)| slot.share > 0 && slot.can(not)) {
            let share = i64::from(slot.share);
            all += share;
            slot.credit += share;
            if best.is_none_or(|(_, credit)| slot.credit > credit) {
                best = Some((at, slot.credit));
            }
        }
        let (at, _) = best?;
        self.slots.get_mut(at)?.credit -= all;
        Some(at)
    }

    fn nowhere(&self) -> Nowhere {
        let mut members = self.slots.iter().filter(|slot| slot.share > 0).flat_map(|slot| &slot.members);
        if members.any(|member| member.backend.is_pending()) { Nowhere::Yet } else { Nowhere::AtAll }
    }
}

impl Slot {
    fn new(new: &control::Slot, members: Vec<Member>, before: Option<&Self>) -> Self {
        let same_share = before.filter(|slot| slot.share == new.share);
        Self {
            name: new.name.as_str().into(),
            version: new.version.clone(),
            share: new.share,
            credit: same_share.map_or(0, |slot| slot.credit),
            turn: 0,
            members,
            total: before.map(|slot| Arc::clone(&slot.total)).unwrap_or_default(),
            window: same_share.map(|slot| Arc::clone(&slot.window)).unwrap_or_default(),
            window_began: same_share.map_or_else(Instant::now, |slot| slot.window_began),
        }
    }

    fn can(&self, not: &[Arc<Backend>]) -> bool {
        self.members.iter().any(|member| member.can(not))
    }

    /// For the target that has the fewest in flight.
    fn ticket(&mut self, not: &[Arc<Backend>]) -> Option<Ticket> {
        let (count, turn) = (self.members.len(), self.turn);
        let usable = self.members.iter().enumerate().filter(|(_, member)| member.can(not));
        let (at, chosen) = usable.min_by_key(|(at, member)| {
            // The distance from whose turn it is.
            (member.backend.in_flight(), (at + count - turn % count) % count)
        })?;
        let backend = Arc::clone(&chosen.backend);
        self.turn = at + 1;
        Some(Ticket::new(backend, Arc::clone(&self.name), [Arc::clone(&self.total), Arc::clone(&self.window)]))
    }

    fn status(&self, now: Instant) -> SlotStatus {
        SlotStatus {
            name: self.name.to_string(),
            version: self.version.clone(),
            share: self.share,
            targets: self.members.iter().map(|member| member.backend.status(now)).collect(),
            total: self.total.counters(),
            window: self.window.counters(),
            window_ms: u64::try_from(now.duration_since(self.window_began).as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Member {
    fn can(&self, not: &[Arc<Backend>]) -> bool {
        self.backend.is_healthy() && !not.iter().any(|one| Arc::ptr_eq(one, &self.backend))
    }
}
