//! [`Decider`]: a policy, what it gets to see, and the limits that its answers are held to.
//!
//! Whoever drives it measures ([`Decider::observe`]), asks ([`Decider::decide`]), carries out what is decided or not, and says
//! so ([`Decider::applied`]). It does not know whether the service is a real one.

use std::collections::VecDeque;

use sdlc_model::scaling::{ForecastPoint, Observation, Sample, ScalingDecision, Target};

use crate::{
    limits::{Changes, Clamp, Limits},
    policy::Policy,
    window::Window,
};

/// Decisions that are kept.
const HISTORY: usize = 1000;
/// After so many failures in a row the state may be what the policy fails at.
const PATIENCE: u32 = 3;

/// A clock that was set back by so many milliseconds was not only corrected.
const SET_BACK: u64 = 10_000;

/// What was decided, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// Milliseconds since the Unix epoch.
    pub at: u64,
    /// Replicas that there were.
    pub before: u32,
    /// What the policy said; none: it failed.
    pub wanted: Option<u32>,
    /// What there should be.
    pub replicas: u32,
    /// Why it is not what the policy said.
    pub clamp: Option<Clamp>,
    /// One line: the policy's, or how it failed. Untrusted.
    pub reason: String,
    /// What the policy expects.
    pub forecast: Vec<ForecastPoint>,
}

/// A policy within its limits.
pub struct Decider<P> {
    policy: P,
    limits: Limits,
    target: Target,
    window: Window,
    state: Vec<u8>,
    changes: Changes,
    failures: u32,
    history: VecDeque<Decided>,
}

impl<P: Policy> Decider<P> {
    /// The limits of the target are those that hold.
    pub fn new(policy: P, limits: Limits, target: Target) -> Self {
        let target = Target { min: limits.min, max: limits.max, ..target };
        Self {
            policy,
            limits,
            target,
            window: Window::default(),
            state: Vec::new(),
            changes: Changes::default(),
            failures: 0,
            history: VecDeque::new(),
        }
    }

    /// Takes what was measured. An interval that nothing was measured in is left out.
    pub fn observe(&mut self, sample: Sample) {
        if self.window.push(sample) > SET_BACK {
            // What a policy remembers of the future would hold it up until then. It gets all that is kept instead.
            self.state.clear();
        }
    }

    /// How many replicas there should be, where `current` are asked for now. Always between the fewest and the most.
    pub async fn decide(&mut self, now: u64, current: u32) -> Decided {
        let observation = Observation {
            now,
            target: self.target.clone(),
            samples: self.window.show(!self.state.is_empty()),
            state: self.state.clone(),
        };
        let decided = match self.policy.decide(&observation).await {
            Ok(decision) => self.accept(now, current, decision),
            Err(error) => self.keep(now, current, &error),
        };
        if self.history.len() == HISTORY {
            self.history.pop_front();
        }
        self.history.push_back(decided.clone());
        decided
    }

    /// What was decided was carried out.
    pub fn applied(&mut self, decided: &Decided) {
        self.changes.add(decided.at, decided.before, decided.replicas);
    }

    /// The last decisions, oldest first.
    pub fn history(&self) -> impl Iterator<Item = &Decided> {
        self.history.iter()
    }

    fn accept(&mut self, at: u64, before: u32, decision: ScalingDecision) -> Decided {
        let ScalingDecision { replicas: wanted, reason, forecast, state } = decision;
        (self.state, self.failures) = (state, 0);
        let (replicas, clamp) = self.limits.clamp(wanted, before, &self.changes, at);
        Decided { at, before, wanted: Some(wanted), replicas, clamp, reason, forecast }
    }

    fn keep(&mut self, at: u64, before: u32, error: &str) -> Decided {
        self.failures += 1;
        if self.failures >= PATIENCE {
            self.state.clear();
        }
        let replicas = before.clamp(self.limits.min, self.limits.max);
        let reason = format!("the policy failed, so the number is kept: {error}");
        Decided { at, before, wanted: None, replicas, clamp: None, reason, forecast: Vec::new() }
    }
}
