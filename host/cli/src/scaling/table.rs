//! What simulated policies come to, for people and for programs.

use std::io::{self, Write};

use sdlc_scale::{compare::Matched, simulate::Options, trace::Trace};
use serde_json::{Value, json};

/// A policy and its replay.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) matched: Matched,
}

/// For people.
pub(crate) fn write(
    out: &mut dyn Write,
    trace: &Trace,
    options: &Options,
    rows: &[Row],
    equal: bool,
) -> io::Result<()> {
    let model = &options.model;
    let hours = options.interval as f64 * rows.first().map_or(0.0, |row| row.matched.replay.steps.len() as f64) / 3.6e6;
    writeln!(
        out,
        "{} moments in {hours:.1} hours, a decision every {} s; a replica does {} requests a second, starts in {} s, costs {} an hour",
        trace.rows.len(),
        options.interval / 1000,
        model.capacity,
        model.start_up / 1000,
        model.cost
    )?;
    let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max(6);
    writeln!(
        out,
        "{:width$}  {:>13}  {:>10}  {:>8}  {:>8}  {:>9}  {:>10}  {:>7}",
        "policy", "over capacity", "affected", "replicas", "changes", "cost", "latency", "target"
    )?;
    for row in rows {
        let figures = &row.matched.replay.figures;
        writeln!(
            out,
            "{:width$}  {:>11.3} %  {:>8.4} %  {:>8.2}  {:>8}  {:>9.2}  {:>7.1} ms  {:>7}",
            row.name,
            100.0 * figures.over_capacity,
            100.0 * affected(row),
            figures.mean_replicas,
            figures.changes,
            figures.cost,
            figures.latency,
            format!("x{:.3}", row.matched.factor)
        )?;
    }
    if equal && let [first, others @ ..] = rows {
        others.iter().try_for_each(|row| writeln!(out, "{}", sentence(first, row)))?;
    }
    Ok(())
}

fn sentence(first: &Row, row: &Row) -> String {
    if !row.matched.equal {
        return format!("{} does not come to as many replicas as {}, whatever its target", row.name, first.name);
    }
    let (time, base) = (row.matched.replay.figures.over_capacity, first.matched.replay.figures.over_capacity);
    let beside = match () {
        () if base > 0.0 => format!("{:.2}x as long as", time / base),
        () if time > 0.0 => "for some time, unlike".to_owned(),
        () => "as little as".to_owned(),
    };
    format!("at equal mean replicas, {} is over capacity {beside} {}", row.name, first.name)
}

fn affected(row: &Row) -> f64 {
    let figures = &row.matched.replay.figures;
    if figures.requests > 0.0 { figures.affected / figures.requests } else { 0.0 }
}

/// For programs.
pub(crate) fn as_json(options: &Options, rows: &[Row], equal: bool) -> Value {
    let policies: Vec<_> = rows.iter().map(|row| policy(row, equal)).collect();
    let model = &options.model;
    json!({
        "version": 1,
        "model": {
            "capacity": model.capacity,
            "start-up-ms": model.start_up,
            "cost-per-hour": model.cost,
            "latency-ms": model.latency,
            "interval-ms": options.interval,
            "warm-up-ms": options.warm_up,
        },
        "policies": policies,
    })
}

fn policy(row: &Row, equal: bool) -> Value {
    let replay = &row.matched.replay;
    let figures = &replay.figures;
    let decisions = replay.decisions.iter().map(|decided| {
        json!({
            "at-ms": decided.at,
            "before": decided.before,
            "wanted": decided.wanted,
            "replicas": decided.replicas,
            "clamp": decided.clamp.map(|clamp| clamp.as_str()),
            "reason": decided.reason,
        })
    });
    json!({
        "policy": row.name,
        "over-capacity": figures.over_capacity,
        "requests": figures.requests,
        "affected": figures.affected,
        "mean-replicas": figures.mean_replicas,
        "changes": figures.changes,
        "cost": figures.cost,
        "mean-latency-ms": figures.latency,
        "failures": figures.failures,
        "target-factor": row.matched.factor,
        "equal-replicas": if equal { Some(row.matched.equal) } else { None },
        "decisions": decisions.collect::<Vec<_>>(),
    })
}
