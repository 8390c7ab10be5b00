//! The built-in policy `predictive`: finds the cycles of the load, forecasts it with quantiles, and asks for replicas before they
//! are needed, by the time that they take to start. Where its forecasts are no better than a load that stays as it is, it tracks
//! its target as `target-tracking` does.
#![forbid(unsafe_code)]

mod cycle;
mod history;
mod profile;
mod record;
mod state;

use schemars::JsonSchema;
use sdlc_sdk::{
    Error, ForecastPoint, Info, Observation, Plugin, Problem, Sample, ScalingDecision, ScalingPolicy, Target,
};
use serde::Deserialize;
use tracking::Tracker;

use crate::{
    history::load,
    record::Record,
    state::{Outlook, State},
};

/// A replica is removed only if there is so much of one to spare.
const SPARE: f64 = 0.5;

/// Milliseconds.
const LONGEST_HOLD: u64 = 86_400_000;

/// Settings of `predictive`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Share of moments in which the load should not be above what is provided for. Default: 0.8.
    pub quantile: f64,
    /// Mean error of a forecast that is good enough, beside that of a load that stays as it is. Default: 1.2.
    pub good_enough: f64,
    /// A replica that is needed again within this time stays. Default: 2m.
    pub hold: String,
    /// What is done where there is no good forecast: the settings of `target-tracking`.
    pub tracking: tracking::Settings,
}

impl Default for Settings {
    fn default() -> Self {
        Self { quantile: 0.8, good_enough: 1.2, hold: "2m".to_owned(), tracking: tracking::Settings::default() }
    }
}

/// The policy.
pub struct Predictive {
    settings: Settings,
    hold: u64,
    tracker: Tracker,
}

impl Plugin for Predictive {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("predictive", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        if !(0.5..1.0).contains(&settings.quantile) {
            problems.push(Problem::new("quantile", "must be at least 0.5 and below 1"));
        }
        let hold = humantime::parse_duration(&settings.hold).ok();
        let hold = hold.and_then(|hold| u64::try_from(hold.as_millis()).ok()).filter(|hold| *hold <= LONGEST_HOLD);
        if hold.is_none() {
            let message = format!("`{}` is no time of up to a day; hint: such as `30s` or `5m`", settings.hold);
            problems.push(Problem::new("hold", message));
        }
        if !(settings.good_enough > 0.0 && settings.good_enough.is_finite()) {
            problems.push(Problem::new("good-enough", "must be above 0"));
        }
        let hold = hold.unwrap_or(0);
        let tracker = Tracker::new(&settings.tracking);
        let tracker = tracker.map_err(|of_tracking| {
            problems.extend(
                of_tracking.into_iter().map(|problem| Problem { key: format!("tracking.{}", problem.key), ..problem }),
            );
        });
        match tracker {
            Ok(tracker) if problems.is_empty() => Ok(Self { settings, hold, tracker }),
            _ => Err(problems),
        }
    }
}

impl ScalingPolicy for Predictive {
    fn decide(&self, observation: Observation) -> Result<ScalingDecision, Error> {
        let mut state = State::read(&observation.state);
        let target = &observation.target;
        let interval = interval(&observation.samples);
        let horizon = target.start_up + interval;
        state.learn(&observation.samples, horizon, |sample| metric(sample, target));
        let mut memory = std::mem::take(&mut state.memory);
        let tracked = self.tracker.track(&observation, &mut memory)?;
        let forecast =
            self.best(&state).and_then(|record| self.plan(&state, record, horizon, &observation, tracked.current));
        let (replicas, reason, points) = match forecast {
            Some(plan) => plan,
            None => (
                tracked.replicas,
                format!("no good forecast, so the target is tracked: {}", tracked.reason),
                Vec::new(),
            ),
        };
        memory.ask(tracked.current, replicas, observation.now);
        state.memory = memory;
        let mut decision = ScalingDecision::new(replicas, reason).keep(state.write());
        decision.forecast = points;
        Ok(decision)
    }
}

impl Predictive {
    /// The cycle with the best record, if any is good enough.
    fn best<'a>(&self, state: &'a State) -> Option<&'a Record> {
        let known = state.records.iter().filter(|record| record.weight >= 30.0);
        let best = known.min_by(|a, b| a.beside_plain().total_cmp(&b.beside_plain()))?;
        (best.beside_plain() <= self.settings.good_enough).then_some(best)
    }

    fn plan(
        &self,
        state: &State,
        record: &Record,
        horizon: u64,
        observation: &Observation,
        current: u32,
    ) -> Option<(u32, String, Vec<ForecastPoint>)> {
        let target = &observation.target;
        let outlook = state.outlook(record, horizon)?;
        let upper = record.quantile(self.settings.quantile);
        let now = observation.now;
        let soon = highest(&outlook, now, horizon)? + upper;
        let later = highest(&outlook, now, horizon + self.hold)? + upper;
        let need = |log: f64| needed(load(log), state, target);
        let mut wanted = whole(need(soon)?);
        if wanted < current {
            // Half a replica to spare, or it comes and goes with the noise.
            wanted = whole(need(later)? + SPARE).clamp(wanted, current);
        }
        if state.last_load() > load(outlook.at(now)? + record.quantile(0.99)) {
            // Nobody expected this much.
            wanted = wanted.max(whole(needed(state.last_load(), state, target)?));
        }
        let expected = load(outlook.at(now + horizon)?);
        let wanted = wanted.clamp(target.min, target.max.max(target.min));
        let reason = format!(
            "{expected:.0} requests per second are expected in {} s, at most {:.0}; forecasts were off by {:.1} %: {wanted} replicas",
            horizon / 1000,
            load(soon),
            100.0 * record.mean_error()
        );
        let points = vec![ForecastPoint { at: now + horizon, requests_per_second: expected }];
        Some((wanted, reason, points))
    }
}

/// The highest load expected from now on for so long.
fn highest(outlook: &Outlook<'_>, now: u64, long: u64) -> Option<f64> {
    const LOOKS: u64 = 8;
    let logs = (0..=LOOKS).filter_map(|look| outlook.at(now + long * look / LOOKS));
    logs.max_by(f64::total_cmp)
}

fn interval(samples: &[Sample]) -> u64 {
    match samples {
        [.., before, last] => last.at.saturating_sub(before.at),
        _ => 15_000,
    }
}

/// The metric whose target the load is held to, where it says something: CPU that is used up does not.
fn metric(sample: &Sample, target: &Target) -> Option<f64> {
    target.cpu?;
    (sample.cpu.is_finite() && sample.cpu < 95.0 && sample.requests_per_second > 0.0).then_some(sample.cpu)
}

/// Replicas that keep each at its target under a load.
fn needed(rate: f64, state: &State, target: &Target) -> Option<f64> {
    let by_rate = target.requests_per_second_per_replica.map(|each| rate / each);
    let by_cpu = target.cpu.filter(|_| state.metric.1 > 0.0).map(|cpu| rate * state.metric.0 / state.metric.1 / cpu);
    by_rate.into_iter().chain(by_cpu).max_by(f64::total_cmp)
}

/// The cast saturates.
fn whole(replicas: f64) -> u32 {
    (replicas - 1e-9).ceil().max(0.0) as u32
}

sdlc_sdk::export!(Predictive: scaling_policy);
