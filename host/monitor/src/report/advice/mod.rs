//! [`Advice`]: what to do about what was seen.

mod leak;
mod limits;
mod peaks;
mod replicas;
mod saturation;
mod versions;

use sdlc_model::reading::Reading;

use super::{Examined, Setting, figure::Figure, profile::Profile, series::Series};
use crate::quantile::quantile;

/// What to do, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Such as `too-few-replicas`.
    pub kind: &'static str,
    /// What it is about: a key of `sdlc.toml`, or a version.
    pub target: String,
    /// What is done about it.
    pub proposal: String,
    /// What was seen.
    pub evidence: String,
    /// What comes of it, as far as that can be told.
    pub effect: String,
}

/// What advice is made of.
pub(crate) struct Evidence<'a> {
    pub(crate) readings: &'a [Reading],
    pub(crate) setting: &'a Setting,
    pub(crate) step: u64,
    pub(crate) load: &'a Series,
    pub(crate) usual: &'a Profile,
    pub(crate) figures: &'a [Examined],
}

/// Part of the time that is the peak.
const PEAK: f64 = 0.98;
/// CPU of replicas that are as many as they should be, in per cent, where no policy says something else.
const GOOD_CPU: f64 = 70.0;

pub(crate) fn all(evidence: &Evidence<'_>) -> Vec<Advice> {
    let leak = leak::advice(evidence);
    let mut advice = versions::advice(evidence);
    // A limit that a leak runs into is not mended by a larger one.
    let limits = limits::advice(evidence).into_iter();
    let limits = limits.filter(|advice| leak.is_none() || advice.kind != limits::MEMORY_NEAR);
    advice.extend(replicas::advice(evidence));
    advice.extend(limits);
    advice.extend(leak);
    advice.extend(saturation::advice(evidence));
    advice.extend(peaks::advice(evidence));
    advice
}

impl Evidence<'_> {
    /// A key of `sdlc.toml`.
    fn key(&self, key: &str) -> String {
        format!("environments.{}.{key}", self.setting.environment)
    }

    /// What a figure was at the peak. None: it is not known.
    fn at_peak(&self, value: impl Fn(&Reading) -> Option<f64>) -> Option<f64> {
        let series = Series::of(self.readings, self.step, |reading| Some((value(reading)?, 1.0)));
        quantile(series.known(), PEAK)
    }

    fn figure(&self, figure: Figure) -> Option<&Examined> {
        self.figures.iter().find(|examined| examined.figure == figure)
    }

    /// From the first to the last reading, in milliseconds.
    fn span(&self) -> u64 {
        let (first, last) =
            (self.readings.first().map_or(0, |first| first.at), self.readings.last().map_or(0, |last| last.at));
        last - first
    }
}
