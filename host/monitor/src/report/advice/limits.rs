//! Whether what a replica may use is near what it uses, or far from it.

use super::{Advice, Evidence};
use crate::{
    quantile::quantile,
    report::{
        figure::Figure,
        series::{DAY, Series},
    },
};

pub(crate) const MEMORY_NEAR: &str = "memory-limit-near";
const MIB: f64 = 1_048_576.0;
/// Per cent of the limit.
const NEAR: f64 = 90.0;
const FAR: f64 = 30.0;
/// What is advised has so much room, in per cent of the new limit.
const ROOM: f64 = 70.0;
/// CPU that a replica is held at by its limit, in per cent, and the part of the time from which on it matters.
const HELD: f64 = 95.0;
const OFTEN: f64 = 0.05;
/// CPU below which a limit is far too large, in per cent.
const IDLE: f64 = 15.0;

pub(crate) fn advice(evidence: &Evidence<'_>) -> Vec<Advice> {
    memory(evidence).into_iter().chain(cpu(evidence)).collect()
}

fn memory(evidence: &Evidence<'_>) -> Option<Advice> {
    let limit = evidence.setting.memory? as f64;
    let most = quantile(Figure::Memory.series(evidence.readings, evidence.step).known(), 0.999)?;
    let wanted = (limit * most / ROOM / MIB / 16.0).ceil().max(1.0) * 16.0;
    let (now, used) = (limit / MIB, limit * most / 100.0 / MIB);
    let kind = match most {
        NEAR.. => MEMORY_NEAR,
        // What comes once a day has to have been seen.
        ..=FAR if evidence.span() >= DAY - 3_600_000 && wanted < now => "memory-limit-far",
        _ => return None,
    };
    let effect = match kind {
        MEMORY_NEAR => "the engine ends a replica that reaches its limit; the most was so far".to_owned(),
        _ => format!("{:.0} MiB a replica are free for others; the most was so far", now - wanted),
    };
    Some(Advice {
        kind,
        target: evidence.key("resources.memory"),
        proposal: format!("`memory = \"{wanted:.0}Mi\"` instead of {now:.0} MiB"),
        evidence: format!("a replica uses up to {used:.0} MiB, which is {most:.0} % of what it may"),
        effect: format!("{effect} about {:.0} % of that", 100.0 * used / wanted),
    })
}

/// Of replicas that are not many: the number of many is what is changed.
fn cpu(evidence: &Evidence<'_>) -> Option<Advice> {
    let limit = evidence.setting.cpu? as f64;
    let few = evidence.readings.last()?.asked <= 2 && evidence.setting.scale.is_none();
    if !few {
        return None;
    }
    let cpu: Vec<f64> = Series::of(evidence.readings, evidence.step, |reading| Figure::Cpu.of(reading)).known();
    let held = cpu.iter().filter(|cpu| **cpu >= HELD).count() as f64 / cpu.len().max(1) as f64;
    let most = quantile(cpu, 0.99)?;
    let single = evidence.readings.last()?.asked == 1;
    let advice = |kind, wanted: f64, evidence_text: String, effect: String| Advice {
        kind,
        target: evidence.key("resources.cpu"),
        proposal: format!("`cpu = \"{wanted:.0}m\"` instead of {limit:.0}m"),
        evidence: evidence_text,
        effect,
    };
    if held >= OFTEN && single {
        let seen = format!("{:.0} % of the time the replica uses all of the processor that it may", 100.0 * held);
        let effect = format!("at most about {:.0} % of that, where it needs no more than now", 100.0 * most / 150.0);
        return Some(advice("cpu-limit-near", (limit * 1.5 / 50.0).ceil() * 50.0, seen, effect));
    }
    let wanted = (limit * most / 60.0 / 50.0).ceil().max(1.0) * 50.0;
    (most <= IDLE && evidence.span() >= DAY - 3_600_000 && wanted < limit).then(|| {
        let seen = format!("99 % of the time a replica uses at most {most:.0} % of the processor that it may");
        advice("cpu-limit-far", wanted, seen, format!("{:.0}m a replica are free for others", limit - wanted))
    })
}
