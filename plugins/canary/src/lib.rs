//! The built-in strategy `canary`: a small share of the requests goes to the new version, and what it does with them is
//! compared with what the live version does at the same time. It grows while it does no worse, and is taken back where it
//! does; with too little traffic nothing is decided, and never for the new version.
#![forbid(unsafe_code)]

mod judge;

use schemars::JsonSchema;
use sdlc_sdk::{DeployStrategy, Error, Info, Plugin, Problem, Rollout, RolloutDecision};
use serde::Deserialize;
use stages::{Patience, Stage, Watch, duration, wrong_steps};

use judge::{Verdict, judge};

/// Settings of `canary`. Times are texts such as `30s`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Settings {
    /// Per cent of requests that the new version gets, one step after the other; the last is 100. Default: [5, 20, 50, 100].
    steps: Vec<u32>,
    /// How long each step is watched at least. Default: 30s.
    hold: String,
    /// How long a step may stay undecided, for lack of traffic, until all requests go back. Default: 10m.
    give_up: String,
    /// Latency at p50 and p95 may be so many times that of the live version at the same time. Default: 1.2.
    tolerance: f64,
    /// What is waited for, and put up with.
    patience: Patience,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            steps: vec![5, 20, 50, 100],
            hold: "30s".to_owned(),
            give_up: "10m".to_owned(),
            tolerance: 1.2,
            patience: Patience::default(),
        }
    }
}

struct Canary {
    settings: Settings,
    hold: u64,
    give_up: u64,
}

impl Plugin for Canary {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("canary", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = settings.patience.problems();
        problems.extend(wrong_steps(&settings.steps));
        if !(settings.tolerance.is_finite() && settings.tolerance >= 1.0) {
            problems.push(Problem::new("tolerance", "must be 1 or more"));
        }
        let mut time = |key, text: &str| duration(key, text).map_err(|problem| problems.push(problem)).unwrap_or(0);
        let (hold, give_up) = (time("hold", &settings.hold), time("give-up", &settings.give_up));
        if problems.is_empty() { Ok(Self { settings, hold, give_up }) } else { Err(problems) }
    }
}

impl DeployStrategy for Canary {
    fn next(&self, rollout: Rollout) -> Result<RolloutDecision, Error> {
        let mut stage = Stage::new(&rollout, &self.settings.patience);
        let candidate = match stage.watch(rollout.replicas, rollout.replicas) {
            Watch::Decided(decision) => return Ok(decision),
            Watch::Well(candidate) => candidate,
        };
        let Some(live) = &rollout.live else {
            return Ok(stage.promote("it is healthy, and there is no other version"));
        };
        let next = self.settings.steps.iter().copied().find(|step| *step > candidate.share);
        let Some(shifted) = stage.memory.shifted else {
            let share = next.unwrap_or(100);
            return Ok(stage.shift(share, format!("it is healthy, and gets {share} % of the requests")));
        };
        let verdict = judge(live, candidate, &self.settings);
        if let Verdict::Worse(reason) = &verdict {
            return Ok(stage.back(reason));
        }
        let rest = stage.rest(self.hold);
        if rest > 0 {
            return Ok(stage.wait(rest, format!("{} % is watched for {}", candidate.share, self.settings.hold)));
        }
        if let Verdict::Undecided(reason) = verdict {
            if stage.since(shifted) >= self.give_up {
                return Ok(stage.back(&format!("undecided after {}: {reason}", self.settings.give_up)));
            }
            return Ok(stage.wait(u64::MAX, format!("undecided: {reason}")));
        }
        Ok(match next {
            Some(share) => stage.shift(share, format!("it does no worse, and gets {share} % of the requests")),
            None => stage.promote("it did well with all requests"),
        })
    }
}

sdlc_sdk::export!(Canary: deploy_strategy);
