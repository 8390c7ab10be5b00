//! [`Restore`]: the strategy of a rollback. Its version was live before, so all that matters is that it is well again soon.

use sdlc_model::rollout::{LastStep, Rollout, RolloutDecision, Step};

use crate::strategy::Strategy;

/// Milliseconds until replicas that were stopped have to be healthy again.
const PATIENCE: u64 = 120_000;
const LOOK: u32 = 100;

/// Starts a version again, and gives it all requests as soon as it is healthy.
#[derive(Clone, Copy, Debug)]
pub struct Restore;

impl Strategy for Restore {
    async fn next(&mut self, rollout: &Rollout) -> Result<RolloutDecision, String> {
        let (step, reason) = step(rollout);
        Ok(RolloutDecision { step, reason: reason.to_owned(), state: Vec::new() })
    }
}

fn step(rollout: &Rollout) -> (Step, &'static str) {
    if let LastStep::Err(reason) = &rollout.last_step {
        return (Step::RollBack(reason.clone()), "it cannot be started again");
    }
    let healthy = rollout.candidate.as_ref().and_then(|candidate| candidate.healthy_for);
    if healthy.is_none() && rollout.elapsed >= PATIENCE {
        return (Step::RollBack("it did not become healthy again within two minutes".to_owned()), "time is over");
    }
    match &rollout.candidate {
        Some(candidate) if candidate.replicas >= rollout.replicas => match candidate.healthy_for {
            None => (Step::Wait(LOOK), "it is not healthy yet"),
            Some(_) if candidate.share < 100 && rollout.live.is_some() => (Step::Shift(100), "it is healthy"),
            Some(_) => (Step::Promote, "it serves"),
        },
        _ => (Step::Start(rollout.replicas), "it is started again"),
    }
}
