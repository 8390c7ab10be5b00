//! The built-in policy `schedule`: a number of replicas for each time of the week, ahead of it by the time that they take to
//! start. It looks at the clock only.
#![forbid(unsafe_code)]

mod week;

use schemars::JsonSchema;
use sdlc_sdk::{Error, Info, Observation, Plugin, Problem, ScalingDecision, ScalingPolicy};
use serde::Deserialize;

use crate::week::{DAY, Minute, days, offset, time};

/// Settings of `schedule`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// When how many replicas are wanted. Where several hold, the most.
    times: Vec<RawTime>,
    /// How many at any other time. Default: the fewest that there may be.
    otherwise: Option<u32>,
    /// The time zone, as an offset from UTC, such as `+02:00`. Default: Z.
    offset: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { times: Vec::new(), otherwise: None, offset: "Z".to_owned() }
    }
}

/// When how many replicas are wanted.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawTime {
    /// Days on which it begins, such as `["mon-fri", "sun"]`. Default: all.
    #[serde(default)]
    days: Vec<String>,
    /// From when on, such as `08:00`.
    from: String,
    /// Until when, such as `18:30`; where it is not after `from`, of the next day.
    to: String,
    /// How many.
    replicas: u32,
}

struct Time {
    days: [bool; 7],
    from: u32,
    /// May be on the next day.
    to: u32,
    replicas: u32,
    text: String,
}

struct Schedule {
    times: Vec<Time>,
    otherwise: Option<u32>,
    offset: i32,
}

impl Plugin for Schedule {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("schedule", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let offset =
            offset(&settings.offset).map_err(|error| problems.push(Problem::new("offset", error))).unwrap_or(0);
        if settings.times.is_empty() && settings.otherwise.is_none() {
            let hint = "hint: `times = [{ days = [\"mon-fri\"], from = \"08:00\", to = \"18:00\", replicas = 5 }]`";
            problems.push(Problem::new("times", format!("there is nothing to go by; {hint}")));
        }
        let times = settings.times.iter().enumerate();
        let times = times.filter_map(|(index, raw)| read(&format!("times.{index}"), raw, &mut problems)).collect();
        if problems.is_empty() { Ok(Self { times, otherwise: settings.otherwise, offset }) } else { Err(problems) }
    }
}

fn read(key: &str, raw: &RawTime, problems: &mut Vec<Problem>) -> Option<Time> {
    let mut keep = |name: &str, error: String| problems.push(Problem::new(&format!("{key}.{name}"), error));
    let days_of = days(&raw.days).map_err(|error| keep("days", error)).ok();
    let from = time(&raw.from).map_err(|error| keep("from", error)).ok();
    let to = time(&raw.to).map_err(|error| keep("to", error)).ok();
    let (days, from, to) = (days_of?, from?, to?);
    let to = if to > from { to } else { to + DAY };
    let text = format!("{} to {}", raw.from, raw.to);
    Some(Time { days, from, to, replicas: raw.replicas, text })
}

impl Time {
    fn holds(&self, now: Minute) -> bool {
        let on = |day: usize| self.days.get(day).copied().unwrap_or(false);
        let today = on(now.day) && (self.from..self.to).contains(&now.minute);
        today || (on((now.day + 6) % 7) && now.minute + DAY < self.to)
    }
}

impl ScalingPolicy for Schedule {
    fn decide(&self, observation: Observation) -> Result<ScalingDecision, Error> {
        let Observation { now, target, .. } = observation;
        let ahead = Minute::of(now + target.start_up, self.offset);
        let now = Minute::of(now, self.offset);
        let held = self.times.iter().filter(|time| time.holds(now) || time.holds(ahead));
        let most = held.max_by_key(|time| time.replicas);
        let otherwise = self.otherwise.unwrap_or(target.min);
        let (replicas, reason) = match most {
            Some(time) => (time.replicas, format!("{} replicas from {}", time.replicas, time.text)),
            None => (otherwise, format!("{otherwise} replicas, as no time of the schedule holds")),
        };
        Ok(ScalingDecision::new(replicas, reason))
    }
}

sdlc_sdk::export!(Schedule: scaling_policy);

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday, 2026-03-02.
    const MONDAY: u64 = 1_772_409_600_000;

    fn time(days: &[&str], from: &str, to: &str, replicas: u32) -> RawTime {
        let days = days.iter().map(|day| (*day).to_owned()).collect();
        RawTime { days, from: from.to_owned(), to: to.to_owned(), replicas }
    }

    fn schedule() -> Schedule {
        let times = vec![
            time(&["mon-fri"], "08:00", "18:00", 6),
            time(&["fri"], "22:00", "02:00", 9),
            time(&[], "12:00", "13:00", 8),
        ];
        Schedule::new(Settings { times, otherwise: None, offset: "+02:00".to_owned() }).ok().unwrap()
    }

    #[track_caller]
    fn replicas(day: u64, hour: u64, minute: u64) -> u32 {
        let target = sdlc_sdk::Target {
            min: 2,
            max: 20,
            cpu: None,
            memory: None,
            latency: None,
            requests_per_second_per_replica: None,
            error_rate: None,
            start_up: 120_000,
        };
        let now = MONDAY + ((day * 24 + hour) * 60 + minute) * 60_000 - 2 * 3_600_000;
        let observation = Observation { now, target, samples: Vec::new(), state: Vec::new() };
        schedule().decide(observation).unwrap().replicas
    }

    #[test]
    fn the_most_of_what_holds_is_wanted_ahead_by_the_start_up_time() {
        assert_eq!((replicas(0, 7, 57), replicas(0, 7, 58)), (2, 6));
        assert_eq!((replicas(0, 12, 30), replicas(0, 17, 59), replicas(0, 18, 0)), (8, 6, 2));
        assert_eq!(replicas(5, 9, 0), 2, "on Saturday nothing but noon");
    }

    #[test]
    fn a_night_goes_on_into_the_next_day() {
        assert_eq!((replicas(4, 23, 0), replicas(5, 1, 59), replicas(5, 2, 0), replicas(4, 1, 0)), (9, 9, 2, 2));
    }

    #[test]
    fn all_that_is_wrong_is_told_by_its_key() {
        let times = vec![time(&["mo"], "8:00", "18:00", 6), time(&[], "08:00", "25:00", 6)];
        let problems = Schedule::new(Settings { times, otherwise: None, offset: "CET".to_owned() }).err().unwrap();
        let keys: Vec<_> = problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(keys, ["offset", "times.0.days", "times.0.from", "times.1.to"]);
        assert_eq!(Schedule::new(Settings::default()).err().unwrap()[0].key, "times");
    }
}
