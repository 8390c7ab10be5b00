//! [`Stage`]: one look at a rollout.

use sdlc_sdk::{Rollout, RolloutDecision, Slot, Step};
use serde::{Deserialize, Serialize};

use crate::patience::{Patience, duration};

/// Looks come at least this often, in milliseconds.
const LOOK: u64 = 1_000;
/// A slowdown of less than this, in milliseconds, is nobody's concern.
const FLOOR: f64 = 20.0;

/// What is remembered from call to call: times are in milliseconds since the rollout began.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// When replicas were asked for last.
    pub started: u64,
    /// When requests were shifted last; none: never.
    pub shifted: Option<u64>,
    /// Since when a replica that serves has been unhealthy.
    pub sick: Option<u64>,
    /// The 95th percentile of the live version before the rollout; none: it had too few requests.
    pub usual: Option<f64>,
    /// Share of its requests that failed then.
    pub usual_errors: f64,
    /// Looks in a row at which the candidate was slower than it may be.
    pub slow: u32,
    /// Whether `usual` was asked.
    begun: bool,
}

/// What a look came to.
pub enum Watch<'a> {
    /// This is the step.
    Decided(RolloutDecision),
    /// The candidate is healthy, and was long enough: the strategy says what comes next.
    Well(&'a Slot),
}

/// One look at a rollout.
pub struct Stage<'a> {
    rollout: &'a Rollout,
    patience: &'a Patience,
    /// For the next call.
    pub memory: Memory,
}

impl<'a> Stage<'a> {
    /// Of what the host observed.
    pub fn new(rollout: &'a Rollout, patience: &'a Patience) -> Self {
        let mut memory: Memory = serde_json::from_slice(&rollout.state).unwrap_or_default();
        if !memory.begun {
            memory.begun = true;
            let live = rollout.live.as_ref().filter(|live| live.requests >= patience.min_requests);
            memory.usual = live.map(|live| live.latency_p95);
            memory.usual_errors = live.map_or(0.0, |live| live.errors as f64 / live.requests.max(1) as f64);
        }
        Self { rollout, patience, memory }
    }

    /// Waits until `replicas` of the candidate are healthy, and says when to give up. So many as `serving` have to be while it
    /// has a share.
    pub fn watch(&mut self, replicas: u32, serving: u32) -> Watch<'a> {
        let rollout = self.rollout;
        if let Err(reason) = &rollout.last_step {
            return Watch::Decided(self.back(reason));
        }
        let Some(candidate) = rollout.candidate.as_ref() else {
            return Watch::Decided(self.start(replicas));
        };
        if let Some(reason) = self.bad(candidate) {
            return Watch::Decided(self.back(&reason));
        }
        if candidate.replicas < replicas {
            return Watch::Decided(self.start(replicas));
        }
        if candidate.share > 0
            && let Some(decision) = self.sick(candidate, serving)
        {
            return Watch::Decided(decision);
        }
        let since_shift = self.memory.shifted.is_some_and(|shifted| shifted >= self.memory.started);
        if candidate.share > 0 && since_shift { Watch::Well(candidate) } else { self.starting(candidate) }
    }

    fn starting(&mut self, candidate: &'a Slot) -> Watch<'a> {
        let rest = candidate.healthy_for.map(|healthy| self.time(&self.patience.settle).saturating_sub(healthy));
        if rest == Some(0) {
            return Watch::Well(candidate);
        }
        let limit = self.time(&self.patience.start_timeout);
        if rest.is_none() && self.since(self.memory.started) >= limit {
            let (healthy, replicas, within) = (candidate.healthy, candidate.replicas, &self.patience.start_timeout);
            return Watch::Decided(
                self.back(&format!("{healthy} of {replicas} replicas became healthy within {within}")),
            );
        }
        let reason = match rest {
            None => format!("{} of {} replicas are healthy", candidate.healthy, candidate.replicas),
            Some(_) => "all replicas are healthy, for a moment so far".to_owned(),
        };
        Watch::Decided(self.wait(rest.unwrap_or(LOOK), reason))
    }

    fn sick(&mut self, candidate: &Slot, serving: u32) -> Option<RolloutDecision> {
        if candidate.healthy >= serving {
            self.memory.sick = None;
            return None;
        }
        let since = *self.memory.sick.get_or_insert(self.rollout.elapsed);
        let reason = format!("only {} of {serving} replicas that serve are healthy", candidate.healthy);
        if candidate.healthy == 0 || self.since(since) >= self.time(&self.patience.grace) {
            return Some(self.back(&reason));
        }
        Some(self.wait(LOOK, reason))
    }

    /// What speaks against the answers of the candidate so far.
    fn bad(&mut self, candidate: &Slot) -> Option<String> {
        let Slot { requests, errors, latency_p95, .. } = *candidate;
        if requests < self.patience.min_requests {
            return None;
        }
        // What the live version fails at as well is not the fault of the candidate.
        let most = self.patience.max_error_rate.max(self.memory.usual_errors * 1.5);
        if errors as f64 > requests as f64 * most {
            let per_cent = errors as f64 / requests as f64 * 100.0;
            return Some(format!("{errors} of {requests} requests failed ({per_cent:.1} %)"));
        }
        let usual = self.memory.usual?;
        let slow = latency_p95 > usual * self.patience.max_slowdown && latency_p95 > usual + FLOOR;
        self.memory.slow = if slow { self.memory.slow + 1 } else { 0 };
        // One slow look can be a cold cache.
        (self.memory.slow >= 3).then(|| format!("p95 is {latency_p95:.0} ms, and was {usual:.0} ms before"))
    }

    /// Milliseconds until the share that was given last was watched for so long.
    pub fn rest(&self, hold: u64) -> u64 {
        self.memory.shifted.map_or(0, |shifted| hold.saturating_sub(self.since(shifted)))
    }

    /// Milliseconds since a time of the memory.
    pub fn since(&self, then: u64) -> u64 {
        self.rollout.elapsed.saturating_sub(then)
    }

    /// Asks for so many replicas.
    pub fn start(&mut self, replicas: u32) -> RolloutDecision {
        self.memory.started = self.rollout.elapsed;
        self.decision(Step::Start(replicas), format!("{replicas} replicas of it are asked for"))
    }

    /// Gives the candidate a share.
    pub fn shift(&mut self, share: u32, reason: String) -> RolloutDecision {
        self.memory.shifted = Some(self.rollout.elapsed);
        self.memory.slow = 0;
        self.decision(Step::Shift(share), reason)
    }

    /// Looks again, after a second at the latest.
    pub fn wait(&mut self, milliseconds: u64, reason: String) -> RolloutDecision {
        let milliseconds = u32::try_from(milliseconds.clamp(1, LOOK)).unwrap_or(u32::MAX);
        self.decision(Step::Wait(milliseconds), reason)
    }

    /// The candidate is the live version from now on.
    pub fn promote(&mut self, reason: &str) -> RolloutDecision {
        self.decision(Step::Promote, reason.to_owned())
    }

    /// All requests go back.
    pub fn back(&mut self, reason: &str) -> RolloutDecision {
        self.decision(Step::RollBack(reason.to_owned()), reason.to_owned())
    }

    fn decision(&self, step: Step, reason: String) -> RolloutDecision {
        RolloutDecision::new(step, reason).keep(serde_json::to_vec(&self.memory).unwrap_or_default())
    }

    fn time(&self, text: &str) -> u64 {
        duration("", text).unwrap_or(0)
    }
}
