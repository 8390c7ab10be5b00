//! The built-in strategy `rolling`: replicas of the new version are started a few at a time beside the live ones, and get
//! the share of the requests that belongs to their number. The live version keeps all of its replicas until the end, so that
//! there is a way back at every moment.
#![forbid(unsafe_code)]

use schemars::JsonSchema;
use sdlc_sdk::{DeployStrategy, Error, Info, Plugin, Problem, Rollout, RolloutDecision};
use serde::Deserialize;
use stages::{Patience, Stage, Watch, duration};

/// Settings of `rolling`. Times are texts such as `30s`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Settings {
    /// Replicas that are started at a time. Default: 1.
    batch: u32,
    /// How long each batch is watched. Default: 10s.
    hold: String,
    /// What is waited for, and put up with.
    patience: Patience,
}

impl Default for Settings {
    fn default() -> Self {
        Self { batch: 1, hold: "10s".to_owned(), patience: Patience::default() }
    }
}

struct Rolling {
    settings: Settings,
    hold: u64,
}

impl Plugin for Rolling {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("rolling", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = settings.patience.problems();
        if settings.batch == 0 {
            problems.push(Problem::new("batch", "must be 1 or more"));
        }
        let hold = duration("hold", &settings.hold).map_err(|problem| problems.push(problem)).unwrap_or(0);
        if problems.is_empty() { Ok(Self { settings, hold }) } else { Err(problems) }
    }
}

impl DeployStrategy for Rolling {
    fn next(&self, rollout: Rollout) -> Result<RolloutDecision, Error> {
        let mut stage = Stage::new(&rollout, &self.settings.patience);
        let (total, batch) = (rollout.replicas.max(1), self.settings.batch);
        let (running, given) = rollout.candidate.as_ref().map_or((0, 0), |slot| (slot.replicas, slot.share));
        let serving = u32::try_from((u64::from(given) * u64::from(total)).div_ceil(100)).unwrap_or(total);
        let candidate = match stage.watch(running.max(batch.min(total)), serving) {
            Watch::Decided(decision) => return Ok(decision),
            Watch::Well(candidate) => candidate,
        };
        let share = share(candidate.replicas, total);
        if candidate.share < share && rollout.live.is_some() {
            return Ok(stage.shift(share, format!("{} of {total} replicas serve", candidate.replicas)));
        }
        let rest = stage.rest(self.hold);
        if rest > 0 {
            return Ok(stage.wait(rest, format!("{share} % is watched for {}", self.settings.hold)));
        }
        if candidate.replicas < total {
            return Ok(stage.start((candidate.replicas + batch).min(total)));
        }
        Ok(stage.promote("all replicas did well"))
    }
}

/// Per cent that belongs to so many of all replicas.
fn share(replicas: u32, total: u32) -> u32 {
    u32::try_from(u64::from(replicas) * 100 / u64::from(total)).unwrap_or(100).clamp(1, 100)
}

sdlc_sdk::export!(Rolling: deploy_strategy);
