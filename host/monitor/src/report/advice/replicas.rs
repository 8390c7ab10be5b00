//! Whether there are as many replicas as the usual peak needs.

use super::{Advice, Evidence, GOOD_CPU};

/// CPU at the peak, in per cent, from which on there are too few.
const TOO_MUCH: f64 = 85.0;
/// CPU at the peak, in per cent, below which there are too many.
const TOO_LITTLE: f64 = 40.0;
/// Fewer are not advised where there were as many: one may fail.
const SAFE: f64 = 2.0;

pub(crate) fn advice(evidence: &Evidence<'_>) -> Option<Advice> {
    let last = evidence.readings.last()?;
    let cpu = evidence.at_peak(|reading| (reading.running > 0).then_some(reading.cpu))?;
    // In replicas that are busy all the time.
    let demand = evidence.at_peak(|reading| Some(reading.cpu / 100.0 * f64::from(reading.running)))?;
    let needed = |good: f64| (demand / (good / 100.0) - 1e-6).ceil().max(1.0);
    match &evidence.setting.scale {
        None => {
            // A single one has limits of its own to be looked at.
            let now = f64::from(last.asked);
            let count = needed(GOOD_CPU);
            if cpu >= TOO_MUCH && count > now && now > 1.0 {
                return Some(more(evidence, "replicas", now, count, cpu));
            }
            let count = count.max(SAFE);
            (cpu <= TOO_LITTLE && count < now).then(|| fewer(evidence, "replicas", now, count, cpu))
        }
        Some(policy) => {
            let (good, max) = (policy.target.cpu.unwrap_or(GOOD_CPU), f64::from(policy.target.max));
            let at_most = evidence.at_peak(|reading| Some(f64::from(reading.asked)))?;
            let too_much = TOO_MUCH.max(1.1 * good);
            if at_most >= max && cpu >= too_much && needed(good) > max {
                return Some(more(evidence, "scale.max", max, needed(good), cpu));
            }
            least(evidence, f64::from(policy.target.min))
        }
    }
}

/// Whether the fewest that a policy may ask for are too many.
fn least(evidence: &Evidence<'_>, min: f64) -> Option<Advice> {
    let resting = |reading: &&sdlc_model::reading::Reading| f64::from(reading.asked) <= min;
    let (rest, all) = (evidence.readings.iter().filter(resting).count(), evidence.readings.len());
    let cpu = evidence.at_peak(|reading| resting(&reading).then_some(reading.cpu))?;
    let count = (min * cpu / 60.0 - 1e-6).ceil().max(SAFE);
    (rest * 10 >= all * 3 && cpu <= TOO_LITTLE && count < min).then(|| fewer(evidence, "scale.min", min, count, cpu))
}

fn more(evidence: &Evidence<'_>, key: &str, now: f64, count: f64, cpu: f64) -> Advice {
    Advice {
        kind: "too-few-replicas",
        target: evidence.key(key),
        proposal: format!("`{key} = {count}` instead of {now}"),
        evidence: format!(
            "at the peak, which is 2 % of the time, the replicas use {cpu:.0} % of the processors that they may"
        ),
        effect: format!("about {:.0} % then", cpu * now / count),
    }
}

fn fewer(evidence: &Evidence<'_>, key: &str, now: f64, count: f64, cpu: f64) -> Advice {
    Advice {
        kind: "too-many-replicas",
        target: evidence.key(key),
        proposal: format!("`{key} = {count}` instead of {now}"),
        evidence: format!("98 % of the time the replicas use at most {cpu:.0} % of the processors that they may"),
        effect: format!("{} replicas less, and at most about {:.0} % then", now - count, cpu * now / count),
    }
}
