//! [`Scale`]: how many replicas an environment needs, and who says so.

use std::time::Duration;

use sdlc_model::scaling::Target;
use serde_json::Value;

use crate::{
    plugin::{PluginRef, plugin},
    raw_scale::{RawPace, RawScale, RawTarget},
    settings::{LimitSettings, Reading},
};

/// As many as an environment may have at all.
const MOST_REPLICAS: u32 = 1000;

/// How many replicas an environment needs, and who says so.
#[derive(Clone, Debug)]
pub struct Scale {
    /// The policy.
    pub plugin: PluginRef,
    /// What is asked for, with the fewest and the most replicas and the start-up time.
    pub target: Target,
    /// Time between two decisions.
    pub interval: Duration,
    /// How fast replicas are added.
    pub up: Pace,
    /// How fast replicas are removed.
    pub down: Pace,
    /// Longest time of one call.
    pub timeout: Option<Duration>,
    /// Limits that were set.
    pub limits: LimitSettings,
    /// The plugin's own settings, a JSON object.
    pub settings: Value,
}

/// How fast the number of replicas may change in one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// Most replicas within any minute; none: as many as are asked for.
    pub per_minute: Option<u32>,
    /// Time that has to pass since the last change.
    pub cooldown: Duration,
}

impl Reading<'_> {
    pub(crate) fn scale(&mut self, path: &str, raw: RawScale) -> Scale {
        let key = |key: &str| format!("{path}.{key}");
        let (min, max) = (raw.min.unwrap_or(1), raw.max);
        if !(1..=MOST_REPLICAS).contains(&max) {
            self.wrong(&key("max"), format!("`max` is {max}, but must be between 1 and {MOST_REPLICAS}"));
        } else if !(1..=max).contains(&min) {
            self.wrong(&key("min"), format!("`min` is {min}, but must be between 1 and `max`, which is {max}"));
        }
        let start_up = self.time(&key("start-up"), raw.start_up, Duration::from_secs(10));
        let target = self.target(&key("target"), &raw.target);
        Scale {
            plugin: plugin(self, &key("plugin"), raw.plugin),
            target: Target { min, max, start_up: milliseconds(start_up), ..target },
            interval: self.duration(&key("interval"), raw.interval).unwrap_or(Duration::from_secs(15)),
            up: self.pace(&key("up"), raw.up),
            down: self.pace(&key("down"), raw.down),
            timeout: self.duration(&key("timeout"), raw.timeout),
            limits: self.limits(&key("limits"), raw.limits),
            settings: Value::Object(raw.settings.into_iter().collect()),
        }
    }

    fn target(&mut self, path: &str, raw: &RawTarget) -> Target {
        let mut checked = |name: &str, value: Option<f64>, most: f64| {
            let value = value?;
            if value > 0.0 && value <= most && value.is_finite() {
                return Some(value);
            }
            let bound = if most.is_finite() { format!(" and at most {most}") } else { String::new() };
            self.wrong(&format!("{path}.{name}"), format!("`{name}` is {value}, but must be above 0{bound}"));
            None
        };
        Target {
            min: 1,
            max: 1,
            cpu: checked("cpu", raw.cpu, 100.0),
            memory: checked("memory", raw.memory, 100.0),
            latency: checked("latency", raw.latency, f64::INFINITY),
            requests_per_second_per_replica: checked(
                "requests-per-second-per-replica",
                raw.requests_per_second_per_replica,
                f64::INFINITY,
            ),
            error_rate: checked("error-rate", raw.error_rate, 1.0),
            start_up: 0,
        }
    }

    fn pace(&mut self, path: &str, raw: RawPace) -> Pace {
        if raw.per_minute == Some(0) {
            let message = "`per-minute` is 0, so nothing would ever change; hint: leave it out, or 1 or more";
            self.wrong(&format!("{path}.per-minute"), message.to_owned());
        }
        let cooldown = self.time(&format!("{path}.cooldown"), raw.cooldown, Duration::ZERO);
        Pace { per_minute: raw.per_minute, cooldown }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A time as it is written in `sdlc.toml`; none: it is no time.
pub fn duration(text: &str) -> Option<Duration> {
    humantime::parse_duration(text).ok()
}
