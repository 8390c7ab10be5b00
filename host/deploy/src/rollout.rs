//! [`run`]: the loop of a rollout. Observe, ask the strategy, ask the guard, write down, act, write down.

use std::time::Duration;

use sdlc_model::rollout::{LastStep, Rollout, Step};
use tokio_util::sync::CancellationToken;

use crate::{
    event::Event,
    guard::Guard,
    journal::{JournalError, Record, progress::Progress},
    strategy::Strategy,
    world::{Failure, Observed, World},
};

/// Longest time without a look at the replicas, in milliseconds.
const LOOK: u64 = 500;
/// How long nothing may be seen, such as while a daemon is started again, in milliseconds.
const BLIND: u64 = 60_000;

/// What a rollout came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The candidate is the live version.
    Promoted,
    /// The live version is what it was before: why.
    RolledBack(String),
}

/// A rollout that can go on no further by itself. What it did is in the journal.
#[derive(Debug, thiserror::Error)]
pub enum RolloutError {
    /// What has to be written down could not be.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Neither forward nor back.
    #[error(
        "{step} failed: {reason}; hint: when that is mended, `sdlc deploy` goes on from here, and `sdlc rollback` goes back"
    )]
    Stuck {
        /// What was tried.
        step: &'static str,
        /// Why it could not be done.
        reason: String,
    },
}

/// Where steps are written down before and after they are done.
pub type Write<'a> = dyn FnMut(Record) -> Result<(), JournalError> + 'a;

/// A rollout and all that it needs.
pub struct Run<'a, W, S> {
    /// What is acted upon.
    pub world: &'a mut W,
    /// Says the next step.
    pub strategy: &'a mut S,
    /// Refuses steps.
    pub guard: Guard,
    /// Replicas that the environment asks for.
    pub replicas: u32,
    /// How far it is: the beginning, or where another process left it.
    pub progress: Progress,
    /// The journal.
    pub write: &'a mut Write<'a>,
    /// Told what happens.
    pub tell: &'a mut dyn FnMut(&Event),
    /// All requests go back when it is cancelled.
    pub cancelled: CancellationToken,
    /// Why the candidate will not be well, as seen at the last look.
    pub hopeless: Option<String>,
}

impl<W: World, S: Strategy> Run<'_, W, S> {
    /// Until the candidate is the live version, or gone.
    ///
    /// # Errors
    /// Where it can go neither forward nor back.
    pub async fn run(mut self) -> Result<Ending, RolloutError> {
        if let Some(step) = self.progress.pending.take() {
            // It may have been done, or half done, or not at all: each can be done again, if it still may be.
            let refused = match self.look().await {
                Ok(rollout) => self.guard.check(&step, &rollout).err(),
                Err(Failure(reason)) => return self.back(format!("nothing can be seen any more: {reason}")).await,
            };
            if let Some(reason) = refused {
                self.done(step, Some(reason))?;
            } else if let Some(ending) = self.act(step).await? {
                return Ok(ending);
            }
        }
        loop {
            let rollout = match self.look().await {
                Ok(rollout) => rollout,
                Err(Failure(reason)) => return self.back(format!("nothing can be seen any more: {reason}")).await,
            };
            if self.cancelled.is_cancelled() {
                return self.back("it was interrupted".to_owned()).await;
            }
            if let Some(reason) = self.hopeless.take() {
                return self.back(reason).await;
            }
            if let Some(reason) = self.guard.emergency(&rollout) {
                return self.back(reason).await;
            }
            let decision = match self.strategy.next(&rollout).await {
                Ok(decision) => decision,
                Err(reason) => return self.back(format!("the strategy failed: {reason}")).await,
            };
            self.guard.steps += 1;
            self.progress.state = decision.state.clone();
            if let Err(reason) = self.guard.check(&decision.step, &rollout) {
                self.guard.refusals += 1;
                (self.tell)(&Event::Refused { step: decision.step, reason: reason.clone() });
                self.progress.last_step = LastStep::Err(reason);
                continue;
            }
            self.guard.refusals = 0;
            (self.tell)(&Event::Decided { at: rollout.elapsed, decision: decision.clone() });
            if let Step::Wait(time) = decision.step {
                self.wait(u64::from(time)).await;
                self.progress.last_step = LastStep::Ok;
                self.progress.last_step_at = self.world.now();
                continue;
            }
            (self.write)(Record::planned(self.world.now(), &decision))?;
            if let Some(ending) = self.act(decision.step).await? {
                return Ok(ending);
            }
        }
    }

    /// Does a step that is written down. Gives the end, if it was one.
    async fn act(&mut self, step: Step) -> Result<Option<Ending>, RolloutError> {
        let done = match &step {
            Step::Start(replicas) => self.world.start(*replicas).await,
            Step::Shift(share) => self.world.shift(*share).await,
            Step::Wait(_) => Ok(()),
            Step::Promote => return self.promote().await.map(Some),
            Step::RollBack(reason) => return self.back(reason.clone()).await.map(Some),
        };
        self.done(step, done.err().map(|failure| failure.0))?;
        Ok(None)
    }

    /// Writes down that a step was done, or why it was not.
    fn done(&mut self, step: Step, error: Option<String>) -> Result<(), JournalError> {
        (self.write)(Record::Done { at: self.world.now(), error: error.clone() })?;
        if let Some(error) = &error {
            (self.tell)(&Event::Failed { step, reason: error.clone() });
        }
        self.progress.last_step = error.map_or(LastStep::Ok, LastStep::Err);
        self.progress.last_step_at = self.world.now();
        Ok(())
    }

    async fn promote(&mut self) -> Result<Ending, RolloutError> {
        if let Err(Failure(reason)) = self.world.promote().await {
            return self.back(format!("it could not be promoted: {reason}")).await;
        }
        (self.write)(Record::Promoted { at: self.world.now() })?;
        (self.tell)(&Event::Promoted);
        Ok(Ending::Promoted)
    }

    async fn back(&mut self, reason: String) -> Result<Ending, RolloutError> {
        (self.tell)(&Event::GoingBack { reason: reason.clone() });
        (self.write)(Record::GoingBack { at: self.world.now(), reason: reason.clone() })?;
        self.world.roll_back().await.map_err(|Failure(reason)| RolloutError::Stuck { step: "going back", reason })?;
        (self.write)(Record::RolledBack { at: self.world.now() })?;
        (self.tell)(&Event::RolledBack { reason: reason.clone() });
        Ok(Ending::RolledBack(reason))
    }

    /// In slices, so that what ends a rollout is seen in time.
    async fn wait(&mut self, time: u64) {
        let until = self.world.now().saturating_add(time);
        loop {
            let rest = until.saturating_sub(self.world.now());
            if rest == 0 || self.cancelled.is_cancelled() {
                return;
            }
            self.world.wait(Duration::from_millis(rest.min(LOOK))).await;
            let Ok(rollout) = self.look().await else { return };
            if self.hopeless.is_some() || self.guard.emergency(&rollout).is_some() {
                return;
            }
        }
    }

    async fn look(&mut self) -> Result<Rollout, Failure> {
        let Observed { live, candidate, hopeless } = loop {
            let failure = match self.world.observe().await {
                Ok(observed) => break observed,
                Err(failure) => failure,
            };
            let since = *self.guard.blind_since.get_or_insert_with(|| self.world.now());
            if self.cancelled.is_cancelled() || self.world.now().saturating_sub(since) >= BLIND {
                return Err(failure);
            }
            (self.tell)(&Event::Blind { reason: failure.0 });
            self.world.wait(Duration::from_millis(LOOK)).await;
        };
        self.guard.blind_since = None;
        self.hopeless = hopeless;
        let now = self.world.now();
        Ok(Rollout {
            elapsed: now.saturating_sub(self.progress.began),
            since_last_step: now.saturating_sub(self.progress.last_step_at),
            replicas: self.replicas,
            live,
            candidate,
            last_step: self.progress.last_step.clone(),
            state: self.progress.state.clone(),
        })
    }
}
