//! [`Deployment`]: a rollout from its first record to its last, begun or gone on with, in the world of containers.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{
    event::Event,
    guard::Guard,
    journal::{
        Journal, Record,
        progress::Progress,
        state::{Phase, State, Unfinished},
    },
    live::{Live, now},
    rollout::{Ending, RolloutError, Run},
    strategy::Strategy,
    world::{Failure, World},
};

/// What stays after a promotion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// How long the version before goes on to run, without requests.
    pub warm: Duration,
    /// How many versions can be gone back to.
    pub versions: usize,
}

/// A rollout in the world of containers.
pub struct Deployment<'a, S> {
    /// Of the environment, with a record that it began.
    pub journal: &'a mut Journal,
    /// What is acted upon.
    pub live: &'a mut Live,
    /// Says the next step.
    pub strategy: &'a mut S,
    /// Longest that it may take.
    pub time_limit: Duration,
    /// What stays.
    pub keep: Keep,
    /// Told what happens.
    pub tell: &'a mut dyn FnMut(&Event),
    /// All requests go back when it is cancelled.
    pub cancelled: CancellationToken,
}

impl<S: Strategy> Deployment<'_, S> {
    /// From where it stands to its end.
    ///
    /// # Errors
    /// Where it can go neither forward nor back.
    pub async fn run(mut self, unfinished: Unfinished) -> Result<Ending, RolloutError> {
        match unfinished.phase {
            Phase::Forward(progress) => self.forward(progress, unfinished.live_before).await,
            Phase::Back(reason) => self.back(reason).await,
            Phase::Retiring => self.retire().await,
        }
    }

    async fn forward(&mut self, progress: Progress, live_before: u32) -> Result<Ending, RolloutError> {
        let journal = &mut *self.journal;
        let run = Run {
            replicas: self.live.to.service.replicas,
            world: &mut *self.live,
            strategy: &mut *self.strategy,
            guard: Guard::new(self.time_limit, live_before),
            progress,
            write: &mut |record| journal.write(record),
            tell: &mut *self.tell,
            cancelled: self.cancelled.clone(),
            hopeless: None,
        };
        match run.run().await? {
            Ending::Promoted => self.retire().await,
            ending => Ok(ending),
        }
    }

    async fn back(&mut self, reason: String) -> Result<Ending, RolloutError> {
        (self.tell)(&Event::GoingBack { reason: reason.clone() });
        self.live.roll_back().await.map_err(stuck("going back"))?;
        self.journal.write(Record::RolledBack { at: now() })?;
        (self.tell)(&Event::RolledBack { reason: reason.clone() });
        Ok(Ending::RolledBack(reason))
    }

    async fn retire(&mut self) -> Result<Ending, RolloutError> {
        if self.live.from.is_some() && !self.keep.warm.is_zero() {
            (self.tell)(&Event::Warm { time: self.keep.warm });
            tokio::select! {
                () = tokio::time::sleep(self.keep.warm) => {}
                () = self.cancelled.cancelled() => {}
            }
        }
        if self.live.from.is_some() {
            (self.tell)(&Event::Draining);
        }
        self.live.retire().await.map_err(stuck("stopping the version before"))?;
        let kept = State::of(self.journal.records()).kept;
        let mut removed = Vec::new();
        for release in kept.iter().skip(self.keep.versions) {
            self.live.forget(release).await.map_err(stuck("removing an old version"))?;
            removed.push(release.id.clone());
        }
        self.journal.write(Record::Retired { at: now(), removed })?;
        Ok(Ending::Promoted)
    }
}

fn stuck(step: &'static str) -> impl Fn(Failure) -> RolloutError {
    move |Failure(reason)| RolloutError::Stuck { step, reason }
}
