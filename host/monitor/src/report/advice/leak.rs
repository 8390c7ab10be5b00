//! Memory that grows and never shrinks.

use super::{Advice, Evidence};
use crate::report::{
    figure::Figure,
    series::{DAY, Series},
    trend::{self, trend},
};

/// Share of pairs that grow less that of those that shrink.
const STEADILY: f64 = 0.6;
/// In per cent of the limit.
const LEAST: f64 = 5.0;
const FULL: f64 = 95.0;
/// Less than this is a start, in milliseconds.
const LONG: u64 = 2 * 3_600_000;

pub(crate) fn advice(evidence: &Evidence<'_>) -> Option<Advice> {
    let last = evidence.readings.last()?;
    let first =
        evidence.readings.iter().rposition(|reading| reading.version != last.version).map_or(0, |other| other + 1);
    let same = evidence.readings.get(first..)?;
    if last.at - same.first()?.at < LONG {
        return None;
    }
    let found =
        |figure: Figure| trend(&Series::of(same, evidence.step, |reading| figure.of(reading)).blocks(trend::MOST));
    let memory = found(Figure::Memory).filter(|memory| memory.tau >= STEADILY && memory.to - memory.from >= LEAST)?;
    // More requests need more memory, which is no leak.
    if found(Figure::Requests).is_some_and(|load| load.tau >= STEADILY && load.to >= 1.2 * load.from) {
        return None;
    }
    let hours = ((FULL - memory.to) / memory.slope).max(0.0) * 24.0;
    let when = if hours < 48.0 { format!("{hours:.0} hours") } else { format!("{:.0} days", hours / 24.0) };
    let seen = (last.at - same.first()?.at) as f64 / DAY as f64 * 24.0;
    Some(Advice {
        kind: "memory-leak",
        target: format!("version {}", last.version),
        proposal: "look for what it keeps; until that is mended, start its replicas again before they are full"
            .to_owned(),
        evidence: format!(
            "its memory rose from {:.0} to {:.0} % of what it may use within {seen:.0} hours, and the requests did not",
            memory.from, memory.to
        ),
        effect: format!("at this rate a replica is full, and ended by the engine, in about {when}"),
    })
}
