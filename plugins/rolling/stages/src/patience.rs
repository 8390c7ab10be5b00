//! [`Patience`]: settings that every strategy has.

use schemars::JsonSchema;
use sdlc_sdk::Problem;
use serde::Deserialize;

/// How long a strategy waits, and what it puts up with. Times are texts such as `30s`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Patience {
    /// Longest time until all replicas are healthy. Default: 2m.
    pub start_timeout: String,
    /// How long replicas have to be healthy before they get requests. Default: 2s.
    pub settle: String,
    /// How long a replica that serves may be unhealthy. With none healthy, all requests go back at once. Default: 10s.
    pub grace: String,
    /// Share of requests that may fail, 0 to 1. Default: 0.01.
    pub max_error_rate: f64,
    /// The 95th percentile of the latency may be so many times that of the live version before. Default: 2.
    pub max_slowdown: f64,
    /// Below so many requests nothing is said of errors and latency. Default: 50.
    pub min_requests: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            start_timeout: "2m".to_owned(),
            settle: "2s".to_owned(),
            grace: "10s".to_owned(),
            max_error_rate: 0.01,
            max_slowdown: 2.0,
            min_requests: 50,
        }
    }
}

impl Patience {
    /// What is wrong with it, as the table `patience` of a strategy's settings.
    pub fn problems(&self) -> Vec<Problem> {
        let times = [
            ("patience.start-timeout", &self.start_timeout),
            ("patience.settle", &self.settle),
            ("patience.grace", &self.grace),
        ];
        let mut problems: Vec<_> = times.into_iter().filter_map(|(key, text)| duration(key, text).err()).collect();
        if !(0.0..=1.0).contains(&self.max_error_rate) {
            problems.push(Problem::new("patience.max-error-rate", "must be between 0 and 1"));
        }
        if !(self.max_slowdown.is_finite() && self.max_slowdown >= 1.0) {
            problems.push(Problem::new("patience.max-slowdown", "must be 1 or more"));
        }
        problems
    }
}

/// Milliseconds of a text such as `30s`.
///
/// # Errors
/// The text is none: the problem, which names the key.
pub fn duration(key: &str, text: &str) -> Result<u64, Problem> {
    match humantime::parse_duration(text) {
        Ok(duration) => Ok(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)),
        Err(_) => Err(Problem::new(key, format!("`{text}` is no time; hint: such as `30s` or `5m`"))),
    }
}

/// What is wrong with the shares that a candidate gets, one after the other.
pub fn wrong_steps(steps: &[u32]) -> Option<Problem> {
    let right = steps.last() == Some(&100) && steps.is_sorted_by(|a, b| a < b) && !steps.contains(&0);
    (!right).then(|| Problem::new("steps", "must rise, and end with 100"))
}
