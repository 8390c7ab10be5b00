//! The built-in strategy `blue-green`: the whole of the new version is started beside the live one, gets the requests by
//! steps, each watched for a time, and is promoted when it did well with all of them.
#![forbid(unsafe_code)]

use schemars::JsonSchema;
use sdlc_sdk::{DeployStrategy, Error, Info, Plugin, Problem, Rollout, RolloutDecision};
use serde::Deserialize;
use stages::{Patience, Stage, Watch, duration, wrong_steps};

/// Settings of `blue-green`. Times are texts such as `30s`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Settings {
    /// Per cent of requests that the new version gets, one step after the other; the last is 100. Default: [100].
    steps: Vec<u32>,
    /// How long each step is watched. Default: 10s.
    hold: String,
    /// What is waited for, and put up with.
    patience: Patience,
}

impl Default for Settings {
    fn default() -> Self {
        Self { steps: vec![100], hold: "10s".to_owned(), patience: Patience::default() }
    }
}

struct BlueGreen {
    settings: Settings,
    hold: u64,
}

impl Plugin for BlueGreen {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("blue-green", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = settings.patience.problems();
        problems.extend(wrong_steps(&settings.steps));
        let hold = duration("hold", &settings.hold).map_err(|problem| problems.push(problem)).unwrap_or(0);
        if problems.is_empty() { Ok(Self { settings, hold }) } else { Err(problems) }
    }
}

impl DeployStrategy for BlueGreen {
    fn next(&self, rollout: Rollout) -> Result<RolloutDecision, Error> {
        let mut stage = Stage::new(&rollout, &self.settings.patience);
        let candidate = match stage.watch(rollout.replicas, rollout.replicas) {
            Watch::Decided(decision) => return Ok(decision),
            Watch::Well(candidate) => candidate,
        };
        if rollout.live.is_none() {
            return Ok(stage.promote("it is healthy, and there is no other version"));
        }
        let rest = stage.rest(self.hold);
        if rest > 0 {
            let reason = format!("{} % is watched for {}", candidate.share, self.settings.hold);
            return Ok(stage.wait(rest, reason));
        }
        Ok(match self.settings.steps.iter().find(|step| **step > candidate.share) {
            Some(share) => stage.shift(*share, format!("it is healthy, and gets {share} % of the requests")),
            None => stage.promote("it did well with all requests"),
        })
    }
}

sdlc_sdk::export!(BlueGreen: deploy_strategy);
