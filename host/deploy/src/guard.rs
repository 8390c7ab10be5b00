//! [`Guard`]: what no strategy may do, whatever it says. A pure function of what was observed.
//!
//! 1. No share for a candidate of which a replica is unhealthy, nor a larger one while the live version has fewer healthy
//!    replicas than before the rollout.
//! 2. No promotion before the candidate has all requests and all replicas, and no replica of it is unhealthy.
//! 3. Nothing is taken from the live version until then: no step can, and a candidate that serves is not made smaller.
//! 4. An end: a limit of time, of refusals in a row, and of steps.

use std::time::Duration;

use sdlc_model::rollout::{Rollout, Step};

/// Refusals in a row after which all requests go back.
const REFUSALS: u32 = 3;
/// Steps after which all requests go back: a strategy that only ever looks again does nothing.
const STEPS: u64 = 100_000;

/// Judges the steps of one rollout.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Longest that a rollout may take.
    pub time_limit: Duration,
    /// Healthy replicas of the live version before the rollout.
    pub live_before: u32,
    /// In a row.
    pub refusals: u32,
    /// Since the rollout began.
    pub steps: u64,
    /// Since when nothing could be seen, by the clock of the world.
    pub blind_since: Option<u64>,
}

impl Guard {
    /// For a rollout that begins.
    pub fn new(time_limit: Duration, live_before: u32) -> Self {
        Self { time_limit, live_before, refusals: 0, steps: 0, blind_since: None }
    }

    /// Why all requests have to go back now, whatever the strategy would say.
    pub fn emergency(&self, rollout: &Rollout) -> Option<String> {
        if Duration::from_millis(rollout.elapsed) >= self.time_limit {
            let limit = self.time_limit.as_secs();
            return Some(format!("it took longer than the time limit of {limit} s"));
        }
        if self.refusals >= REFUSALS {
            return Some(format!("the strategy asked {REFUSALS} times in a row for what is not allowed"));
        }
        if self.steps >= STEPS {
            return Some(format!("the strategy came to no end in {STEPS} steps"));
        }
        let candidate = rollout.candidate.as_ref()?;
        let live_can_serve = rollout.live.as_ref().is_some_and(|live| live.healthy > 0);
        (candidate.share > 0 && candidate.healthy == 0 && live_can_serve)
            .then(|| "no replica of it is healthy any more".to_owned())
    }

    /// Whether a step may be done.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, step: &Step, rollout: &Rollout) -> Result<(), String> {
        match step {
            Step::Start(replicas) => start(*replicas, rollout),
            Step::Shift(share) => self.shift(*share, rollout),
            Step::Wait(0) => Err("a wait of no time".to_owned()),
            Step::Wait(_) | Step::RollBack(_) => Ok(()),
            Step::Promote => promote(rollout),
        }
    }

    fn shift(&self, share: u32, rollout: &Rollout) -> Result<(), String> {
        let Some(candidate) = &rollout.candidate else {
            return Err("there is no candidate yet that could get requests".to_owned());
        };
        if share > 100 {
            return Err(format!("a share of {share} per cent"));
        }
        if share <= candidate.share {
            return Ok(());
        }
        all_healthy(rollout)?;
        let live = rollout.live.as_ref().map_or(0, |live| live.healthy);
        if rollout.live.is_some() && live < self.live_before {
            let before = self.live_before;
            return Err(format!("the live version has {live} healthy replicas, and had {before} before the rollout"));
        }
        Ok(())
    }
}

fn start(replicas: u32, rollout: &Rollout) -> Result<(), String> {
    if replicas == 0 || replicas > rollout.replicas {
        return Err(format!("{replicas} replicas, where the environment has {}", rollout.replicas));
    }
    match &rollout.candidate {
        Some(candidate) if candidate.share > 0 && replicas < candidate.replicas => {
            Err("a candidate that serves is not made smaller".to_owned())
        }
        _ => Ok(()),
    }
}

fn promote(rollout: &Rollout) -> Result<(), String> {
    all_healthy(rollout)?;
    let Some(candidate) = &rollout.candidate else { return Ok(()) };
    if candidate.replicas < rollout.replicas {
        return Err(format!("it has {} of {} replicas", candidate.replicas, rollout.replicas));
    }
    if rollout.live.is_some() && candidate.share < 100 {
        return Err(format!("it gets {} % of the requests, and has to do well with all of them", candidate.share));
    }
    Ok(())
}

fn all_healthy(rollout: &Rollout) -> Result<(), String> {
    match &rollout.candidate {
        None => Err("there is no candidate yet".to_owned()),
        Some(candidate) if candidate.healthy < candidate.replicas || candidate.healthy_for.is_none() => {
            Err(format!("{} of {} replicas are healthy", candidate.healthy, candidate.replicas))
        }
        Some(_) => Ok(()),
    }
}
