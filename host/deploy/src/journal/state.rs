//! [`State`]: what is live, what is kept, what is under way, and what was, by the journal.

use sdlc_model::{rollout::LastStep, service::Release};

use super::{Purpose, Record, progress::Progress};

/// An environment by its journal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The version that gets the requests when nothing is under way.
    pub live: Option<Release>,
    /// Versions that were live and can be gone back to, the last one first.
    pub kept: Vec<Release>,
    /// A rollout that is not over.
    pub unfinished: Option<Unfinished>,
    /// Whether nobody knows that the live version got the number of replicas that it is to have.
    pub scaling: bool,
    /// All rollouts, the oldest first.
    pub deployments: Vec<Deployment>,
}

/// A rollout that is not over.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfinished {
    /// Its name.
    pub rollout: String,
    /// Why there is one.
    pub purpose: Purpose,
    /// What is deployed.
    pub to: Release,
    /// The live version before.
    pub from: Option<Release>,
    /// Healthy replicas of it then.
    pub live_before: u32,
    /// Where it stands.
    pub phase: Phase,
}

/// Where a rollout stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The strategy is asked.
    Forward(Progress),
    /// All requests go back: why.
    Back(String),
    /// The version before has to be drained and stopped.
    Retiring,
}

/// A rollout, for the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Its name.
    pub rollout: String,
    /// Why there was one.
    pub purpose: Purpose,
    /// Who began it.
    pub by: String,
    /// The version that was live; none: there was none.
    pub from: Option<String>,
    /// Digest of its image.
    pub from_image: Option<String>,
    /// The version that was deployed.
    pub to: String,
    /// Digest of its image.
    pub to_image: String,
    /// The strategy.
    pub strategy: String,
    /// When it began, in milliseconds since 1970.
    pub began: u64,
    /// When it was decided; none: not yet.
    pub ended: Option<u64>,
    /// How it ended.
    pub result: DeploymentResult,
}

/// How a rollout ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeploymentResult {
    /// It is not over.
    UnderWay,
    /// The new version became the live one.
    Promoted,
    /// It did not: why, and how long it took until all requests were back, in milliseconds.
    RolledBack {
        /// Why.
        reason: String,
        /// Since it was decided.
        restored_in: u64,
    },
}

impl State {
    /// From the records, the oldest first. Records that fit nowhere are passed over.
    pub fn of(records: &[Record]) -> Self {
        let mut state = Self::default();
        records.iter().for_each(|record| state.take(record));
        state
    }

    fn take(&mut self, record: &Record) {
        match record {
            Record::Began { .. } => self.begin(record),
            Record::Planned { at, step, state, .. } => self.forward(|progress| {
                progress.pending = Some(step.clone());
                progress.state.clone_from(state);
                progress.last_step_at = *at;
            }),
            Record::Done { at, error } => self.forward(|progress| {
                progress.pending = None;
                progress.last_step_at = *at;
                progress.last_step = error.clone().map_or(LastStep::Ok, LastStep::Err);
            }),
            Record::Promoted { at } => self.promoted(*at),
            Record::GoingBack { at, reason } => {
                self.phase(Phase::Back(reason.clone()));
                self.ended(*at, DeploymentResult::RolledBack { reason: reason.clone(), restored_in: 0 });
            }
            Record::RolledBack { at } => self.rolled_back(*at),
            Record::Retired { removed, .. } => {
                self.unfinished = None;
                self.kept.retain(|release| !removed.contains(&release.id));
            }
            // Never during a rollout, which counts on the replicas that it found.
            Record::Scaling { replicas, .. } if self.unfinished.is_none() => {
                self.scaling = true;
                if let Some(live) = &mut self.live {
                    live.service.replicas = *replicas;
                }
            }
            Record::Scaled { error: None, .. } => self.scaling = false,
            Record::Scaling { .. } | Record::Scaled { .. } => {}
        }
    }

    fn begin(&mut self, record: &Record) {
        let Record::Began { rollout, at, by, purpose, to, strategy, live_before } = record else { return };
        let progress = Progress { began: *at, last_step_at: *at, ..Progress::default() };
        self.unfinished = Some(Unfinished {
            rollout: rollout.clone(),
            purpose: *purpose,
            to: (**to).clone(),
            from: self.live.clone(),
            live_before: *live_before,
            phase: Phase::Forward(progress),
        });
        self.deployments.push(Deployment {
            rollout: rollout.clone(),
            purpose: *purpose,
            by: by.clone(),
            from: self.live.as_ref().map(|live| live.version.clone()),
            from_image: self.live.as_ref().map(|live| live.image.clone()),
            to: to.version.clone(),
            to_image: to.image.clone(),
            strategy: strategy.clone(),
            began: *at,
            ended: None,
            result: DeploymentResult::UnderWay,
        });
    }

    fn promoted(&mut self, at: u64) {
        let Some(unfinished) = &mut self.unfinished else { return };
        unfinished.phase = Phase::Retiring;
        // Its replicas are those that the rollout brought.
        self.scaling = false;
        let to = unfinished.to.clone();
        self.kept.retain(|release| release.id != to.id);
        if let Some(before) = self.live.replace(to) {
            self.kept.insert(0, before);
        }
        self.ended(at, DeploymentResult::Promoted);
    }

    fn rolled_back(&mut self, at: u64) {
        self.unfinished = None;
        if let Some(Deployment {
            ended: Some(ended), result: DeploymentResult::RolledBack { restored_in, .. }, ..
        }) = self.deployments.last_mut()
        {
            *restored_in = at.saturating_sub(*ended);
        }
    }

    fn forward(&mut self, change: impl FnOnce(&mut Progress)) {
        if let Some(Unfinished { phase: Phase::Forward(progress), .. }) = &mut self.unfinished {
            change(progress);
        }
    }

    fn phase(&mut self, phase: Phase) {
        if let Some(unfinished) = &mut self.unfinished {
            unfinished.phase = phase;
        }
    }

    fn ended(&mut self, at: u64, result: DeploymentResult) {
        if let Some(deployment) = self.deployments.last_mut() {
            deployment.ended = Some(at);
            deployment.result = result;
        }
    }
}
