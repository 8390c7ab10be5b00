//! [`Tracker`]: from an observation to a number.

use schemars::JsonSchema;
use sdlc_sdk::{Error, Observation, Problem};
use serde::Deserialize;

use crate::{
    behaviour::{RawRules, Rules},
    memory::Memory,
    metrics::{Desired, desired, metrics},
};

/// Settings of target tracking, with the defaults of a HorizontalPodAutoscaler.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// No change while a metric is this near its target, as a share of it. Default: 0.1.
    pub tolerance: f64,
    /// How fast replicas are added.
    pub scale_up: RawRules,
    /// How fast replicas are removed.
    pub scale_down: RawRules,
}

impl Default for Settings {
    fn default() -> Self {
        Self { tolerance: 0.1, scale_up: RawRules::default(), scale_down: RawRules::default() }
    }
}

/// Tracks the targets of an environment.
#[derive(Clone, Debug)]
pub struct Tracker {
    tolerance: f64,
    up: Rules,
    down: Rules,
}

/// What a tracker comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracked {
    /// Between the fewest and the most.
    pub replicas: u32,
    /// Replicas that there are, those that start included.
    pub current: u32,
    /// One line.
    pub reason: String,
}

impl Tracker {
    /// With settings that make sense.
    ///
    /// # Errors
    /// All that makes none.
    pub fn new(settings: &Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        if !(0.0..1.0).contains(&settings.tolerance) {
            problems.push(Problem::new("tolerance", "must be at least 0 and below 1"));
        }
        let up = Rules::up().read("scale-up", &settings.scale_up, &mut problems);
        let down = Rules::down().read("scale-down", &settings.scale_down, &mut problems);
        if problems.is_empty() { Ok(Self { tolerance: settings.tolerance, up, down }) } else { Err(problems) }
    }

    /// The number for what was observed. What it found goes into the memory, but not yet what is asked for.
    ///
    /// # Errors
    /// No metric has a target.
    pub fn track(&self, observation: &Observation, memory: &mut Memory) -> Result<Tracked, Error> {
        let Observation { now, target, samples, .. } = observation;
        let Some(sample) = samples.last() else {
            let replicas = memory.asked.unwrap_or(target.min).clamp(target.min, target.max.max(target.min));
            return Ok(Tracked { replicas, current: replicas, reason: "nothing was measured yet".to_owned() });
        };
        let metrics = metrics(sample, target);
        if metrics.is_empty() {
            let text = "no metric has a target; hint: such as `target = { cpu = 70 }`";
            return Err(Error::Missing(text.to_owned()));
        }
        let before = samples.iter().rev().nth(1).map_or(sample.at, |before| before.at);
        let interval = sample.at.saturating_sub(before);
        let current = memory.current(sample.replicas, *now, target.start_up, interval);
        let found = desired(&metrics, sample.replicas, current, self.tolerance);
        let bounded = found.replicas.clamp(target.min, target.max.max(target.min));
        let settled = memory.settle(bounded, current, *now, &self.up, &self.down);
        let replicas = settled.clamp(target.min, target.max.max(target.min));
        Ok(Tracked { replicas, current, reason: reason(&found, bounded, replicas, current) })
    }
}

fn reason(found: &Desired, bounded: u32, replicas: u32, current: u32) -> String {
    let Some(metric) = found.metric else { return "nothing was measured".to_owned() };
    let said =
        format!("{} is {:.1}{unit}, wanted {:.1}{unit}", metric.name, metric.value, metric.target, unit = metric.unit);
    match () {
        () if bounded == current && replicas == current => format!("{said}: {current} replicas stay"),
        () if bounded == replicas => format!("{said}: {replicas} replicas"),
        () if bounded < replicas => format!("{said}: {bounded} replicas, {replicas} for now, as it may rise again"),
        () => format!("{said}: {bounded} replicas, {replicas} for now, as more are not added at once"),
    }
}
