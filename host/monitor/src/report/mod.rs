//! [`examine`]: what the readings of days come to: what is usual, what changed, what stood out, and what to do about it.

pub mod advice;
pub mod anomalies;
pub mod changes;
pub mod figure;
pub mod profile;
pub mod season;
pub mod series;
pub mod trend;

#[cfg(test)]
pub(crate) mod made;
#[cfg(test)]
mod tests;

use sdlc_model::{reading::Reading, scaling::Target};

use advice::{Advice, Evidence};
use anomalies::Anomaly;
use changes::Change;
use figure::Figure;
use profile::Profile;
use series::{DAY, Series};
use trend::Trend;

use crate::quantile::{median, quantile};

/// Less than this has nothing to say, in milliseconds.
pub const LEAST: u64 = 3_600_000;

/// What an environment is set to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Setting {
    /// Its name.
    pub environment: String,
    /// Thousandths of a processor that a replica may use.
    pub cpu: Option<u64>,
    /// Bytes that a replica may use.
    pub memory: Option<u64>,
    /// What says how many replicas there are; none: `replicas`.
    pub scale: Option<Policy>,
    /// Of the clocks there, in milliseconds east of Greenwich.
    pub offset: i64,
}

/// What says how many replicas there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Such as `builtin:target-tracking`.
    pub plugin: String,
    /// What is asked for.
    pub target: Target,
}

/// What readings come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// When the first one began, in milliseconds since 1970.
    pub from: u64,
    /// When the last one ended.
    pub to: u64,
    /// How long was seen between, in milliseconds.
    pub seen: u64,
    /// What cannot be said, and why.
    pub lacking: Vec<String>,
    /// By figure.
    pub figures: Vec<Examined>,
    /// What to do.
    pub advice: Vec<Advice>,
}

/// What a figure comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Examined {
    /// Which.
    pub figure: Figure,
    /// Median.
    pub median: f64,
    /// What 99 of 100 moments do not exceed.
    pub p99: f64,
    /// What is usual at each half hour from midnight on; none: not known.
    pub profile: Vec<Option<f64>>,
    /// Correlation with the day before; none: it is not known.
    pub daily: Option<f64>,
    /// The same of the week before.
    pub weekly: Option<f64>,
    /// Whether it rises or falls since the last change, apart from the time of day.
    pub trend: Option<Trend>,
    /// When it became another, apart from the time of day.
    pub changes: Vec<Change>,
    /// What stood out, with a reason as far as one is seen.
    pub anomalies: Vec<(Anomaly, String)>,
}

/// Examines readings in the order of their ends.
pub fn examine(readings: &[Reading], setting: &Setting) -> Report {
    let begin = |reading: &Reading| reading.at.saturating_sub(reading.interval);
    let (from, to) = (readings.first().map_or(0, begin), readings.last().map_or(0, |last| last.at));
    let seen = readings.iter().map(|reading| reading.interval).fold(0, u64::saturating_add);
    let mut report = Report { from, to, seen, lacking: Vec::new(), figures: Vec::new(), advice: Vec::new() };
    if seen < LEAST {
        let minutes = seen / 60_000;
        report.lacking.push(format!("nothing can be said: {minutes} minutes were seen, and 60 are needed"));
        return report;
    }
    let step = series::step(to - from);
    let versions = versions(readings);
    let load = Figure::Requests.series(readings, step);
    let usual_load = Profile::of(&load, setting.offset);
    for figure in Figure::ALL {
        report.figures.extend(examined(
            figure,
            readings,
            step,
            setting.offset,
            &Context { versions: &versions, load: &load, usual: &usual_load },
        ));
    }
    if !usual_load.is_known() {
        let days = seen as f64 / DAY as f64;
        report
            .lacking
            .push(format!("what is usual at a time of day: it takes 3 days of requests, and {days:.1} were seen"));
    }
    report.advice =
        advice::all(&Evidence { readings, setting, step, load: &load, usual: &usual_load, figures: &report.figures });
    report
}

/// What an anomaly can have to do with.
struct Context<'a> {
    /// When which version became live.
    versions: &'a [(u64, &'a str)],
    load: &'a Series,
    usual: &'a Profile,
}

fn examined(figure: Figure, readings: &[Reading], step: u64, offset: i64, context: &Context<'_>) -> Option<Examined> {
    let series = figure.series(readings, step);
    let profile = Profile::of(&series, offset);
    let known = series.known();
    let (median, p99) = (median(known.clone())?, quantile(known, 0.99)?);
    let level = profile.without(&series);
    let changes: Vec<_> = changes::changes(&level.blocks(changes::MOST))
        .into_iter()
        .filter(|change| (change.after - change.before).abs() >= figure.least())
        .collect();
    let since = changes.last().map_or(0, |change| change.at);
    let after = Series { values: masked(&level, since), ..level };
    let trend = trend::trend(&after.blocks(trend::MOST));
    let anomalies = anomalies::anomalies(&series, &profile, figure.least(), figure == Figure::Requests);
    let anomalies = anomalies.into_iter().map(|anomaly| (anomaly, context.reason(figure, &anomaly))).collect();
    Some(Examined {
        figure,
        median,
        p99,
        profile: profile.values(),
        daily: season::autocorrelation(&series, DAY),
        weekly: season::autocorrelation(&series, 7 * DAY),
        trend: trend.filter(|trend| matters(trend, figure)),
        changes,
        anomalies,
    })
}

/// Only what is known since a moment.
fn masked(series: &Series, since: u64) -> Vec<Option<f64>> {
    let first = usize::try_from(since.saturating_sub(series.start + series.step) / series.step).unwrap_or_default();
    series.values.iter().enumerate().map(|(index, value)| value.filter(|_| index >= first)).collect()
}

/// A tenth of what it was, and more than what never matters.
fn matters(trend: &Trend, figure: Figure) -> bool {
    let change = (trend.to - trend.from).abs();
    change >= 0.1 * trend.from.abs() && change >= figure.least()
}

/// When which version became live.
fn versions(readings: &[Reading]) -> Vec<(u64, &str)> {
    let mut versions: Vec<(u64, &str)> = Vec::new();
    for reading in readings {
        if versions.last().is_none_or(|(_, last)| *last != reading.version) {
            versions.push((reading.at.saturating_sub(reading.interval), &reading.version));
        }
    }
    versions
}

impl Context<'_> {
    /// Such as `p95 480 ms, where 35 ms is usual at that time of day; version 1.4 was live since 6 minutes before`.
    fn reason(&self, figure: Figure, anomaly: &Anomaly) -> String {
        let usual = if anomaly.time_of_day { "is usual at that time of day" } else { "is usual" };
        let mut reason =
            format!("{} {}, where {} {usual}", figure.as_str(), figure.show(anomaly.value), figure.show(anomaly.usual));
        let (earlier, later) = (anomaly.from.saturating_sub(900_000), anomaly.from.saturating_add(300_000));
        // The first one became live before anybody looked.
        let deployed = self.versions.iter().skip(1).find(|(at, _)| (earlier..=later).contains(at));
        if let Some((_, version)) = deployed {
            reason += &format!("; version {version} had just become live");
        }
        if figure != Figure::Requests
            && let Some(times) = self.times(anomaly)
        {
            reason += &match times {
                1.5.. => format!("; there were {times:.1} times as many requests as usual"),
                0.67.. => "; there were as many requests as usual".to_owned(),
                _ => format!("; there were only {:.0} % of the usual requests", 100.0 * times),
            };
        }
        reason
    }

    /// Requests then, in times of what is usual.
    fn times(&self, anomaly: &Anomaly) -> Option<f64> {
        let then: Vec<_> = self.load.points().filter(|(at, _)| (anomaly.from + 1..=anomaly.to).contains(at)).collect();
        let usual = match self.usual.at(anomaly.to) {
            Some(usual) => usual.value,
            None => median(self.load.known())?,
        };
        let now = median(then.into_iter().map(|(_, value)| value).collect())?;
        (usual > 0.0).then(|| now / usual)
    }
}
