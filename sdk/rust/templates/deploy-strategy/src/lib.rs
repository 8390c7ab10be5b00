//! Gives a new version its share of requests step by step, and takes it back when requests fail.

use sdlc_sdk::{DeployStrategy, Error, Info, Plugin, Problem, Rollout, RolloutDecision, Step};

/// The plugin's own table of `sdlc.toml`.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Settings {
    /// Per cent of requests, one step after the other; the last is 100.
    steps: Vec<u32>,
    /// Milliseconds that each step is watched.
    hold: u64,
    /// Share of requests that may fail, 0 to 1.
    max_error_rate: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            steps: vec![10, 50, 100],
            hold: 30_000,
            max_error_rate: 0.01,
        }
    }
}

struct Canary(Settings);

impl Plugin for Canary {
    type Settings = Settings;

    fn info() -> Info {
        Info::new(
            "{{name}}",
            env!("CARGO_PKG_VERSION"),
            "shifts requests step by step",
        )
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        if settings.steps.last() != Some(&100) || !settings.steps.is_sorted() {
            problems.push(Problem::new("steps", "must rise, and end with 100"));
        }
        if !(0.0..=1.0).contains(&settings.max_error_rate) {
            problems.push(Problem::new("max-error-rate", "must be between 0 and 1"));
        }
        if problems.is_empty() {
            Ok(Self(settings))
        } else {
            Err(problems)
        }
    }
}

impl DeployStrategy for Canary {
    fn next(&self, rollout: Rollout) -> Result<RolloutDecision, Error> {
        let Settings {
            steps,
            hold,
            max_error_rate,
        } = &self.0;
        if let Err(reason) = rollout.last_step {
            return Ok(RolloutDecision::new(Step::RollBack(reason.clone()), reason));
        }
        let Some(candidate) = rollout.candidate else {
            return Ok(RolloutDecision::new(
                Step::Start(rollout.replicas),
                "the candidate is started",
            ));
        };
        if candidate.healthy_for.is_none() {
            return Ok(
                RolloutDecision::new(Step::Wait(1_000), "the candidate is not healthy yet")
                    .keep(rollout.state),
            );
        }
        if rollout.live.is_none() {
            return Ok(RolloutDecision::new(
                Step::Promote,
                "there is no other version",
            ));
        }
        if candidate.errors as f64 > candidate.requests as f64 * max_error_rate {
            let reason = format!(
                "{} of {} requests failed",
                candidate.errors, candidate.requests
            );
            return Ok(RolloutDecision::new(Step::RollBack(reason.clone()), reason));
        }
        // The state is the time of the last shift, in digits.
        let since = std::str::from_utf8(&rollout.state)
            .ok()
            .and_then(|digits| digits.parse::<u64>().ok());
        if let Some(rest) = since
            .and_then(|since| (since + hold).checked_sub(rollout.elapsed))
            .filter(|rest| *rest > 0)
        {
            let rest = u32::try_from(rest).unwrap_or(u32::MAX);
            let reason = format!("{} % is watched", candidate.share);
            return Ok(RolloutDecision::new(Step::Wait(rest), reason).keep(rollout.state));
        }
        match steps.iter().find(|step| **step > candidate.share) {
            Some(share) => Ok(RolloutDecision::new(
                Step::Shift(*share),
                format!("{share} % is next"),
            )
            .keep(rollout.elapsed.to_string().into_bytes())),
            None => Ok(RolloutDecision::new(Step::Promote, "all steps went well")),
        }
    }
}

sdlc_sdk::export!(Canary: deploy_strategy);
