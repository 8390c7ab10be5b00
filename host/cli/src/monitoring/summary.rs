//! A report on readings, for people and as JSON.

use std::io::{self, Write};

use sdlc_monitor::report::{Examined, Report, advice::Advice, anomalies::Anomaly, changes::Change, trend::Trend};
use sdlc_report::text;
use serde_json::{Value, json};

use crate::moment::{local, timestamp};

/// Stand-outs that are listed of a figure; JSON has all.
const MOST: usize = 5;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// For people.
pub(crate) fn write(out: &mut dyn Write, environment: &str, report: &Report) -> io::Result<()> {
    let hours = report.seen as f64 / 3_600_000.0;
    writeln!(out, "{environment}  {} to {}, {hours:.1} hours of them seen", time(report.from), time(report.to))?;
    for lacking in &report.lacking {
        writeln!(out, "{lacking}")?;
    }
    if report.figures.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{:<10}{:>18}{:>18}  midnight to midnight", "", "median", "99 % below")?;
    report.figures.iter().try_for_each(|examined| figure(out, examined))?;
    for examined in &report.figures {
        let (name, show) = (examined.figure.as_str(), |value| examined.figure.show(value));
        if let Some(Trend { slope, from, to, .. }) = examined.trend {
            let way = if slope > 0.0 { "rises" } else { "falls" };
            writeln!(out, "\n{name} {way}: from {} to {} since it was last another", show(from), show(to))?;
        }
        for Change { at, before, after } in &examined.changes {
            writeln!(out, "\n{name} changed about {}: from {} to {}", time(*at), show(*before), show(*after))?;
        }
        stood_out(out, examined)?;
    }
    writeln!(out, "\n{}", if report.advice.is_empty() { "nothing to do" } else { "what to do" })?;
    report.advice.iter().try_for_each(|advice| advise(out, advice))
}

fn figure(out: &mut dyn Write, examined: &Examined) -> io::Result<()> {
    let show = |value| examined.figure.show(value);
    let day = bars(&examined.profile);
    writeln!(out, "{:<10}{:>18}{:>18}  {day}", examined.figure.as_str(), show(examined.median), show(examined.p99))
}

/// A bar an hour; a blank where nothing is known.
fn bars(profile: &[Option<f64>]) -> String {
    let most = profile.iter().flatten().copied().fold(0.0, f64::max);
    let bar = |hour: &[Option<f64>]| {
        let value = hour.iter().flatten().copied().fold(f64::NAN, f64::max);
        let index = (value / most * (BARS.len() as f64 - 1.0)).round();
        if value.is_nan() { ' ' } else { BARS.get(index as usize).copied().unwrap_or(' ') }
    };
    profile.chunks(2).map(bar).collect::<String>().trim_end().to_owned()
}

fn stood_out(out: &mut dyn Write, examined: &Examined) -> io::Result<()> {
    let mut farthest: Vec<&(Anomaly, String)> = examined.anomalies.iter().collect();
    farthest.sort_by(|(a, _), (b, _)| b.deviations.abs().total_cmp(&a.deviations.abs()));
    let more = farthest.len().saturating_sub(MOST);
    farthest.truncate(MOST);
    farthest.sort_by_key(|(anomaly, _)| anomaly.from);
    for (anomaly, reason) in farthest {
        let minutes = (anomaly.to - anomaly.from) / 60_000;
        writeln!(out, "\n{}, for {minutes} minutes: {}", time(anomaly.from), text::line(reason))?;
    }
    if more > 0 {
        writeln!(out, "and {more} more of {}", examined.figure.as_str())?;
    }
    Ok(())
}

fn advise(out: &mut dyn Write, advice: &Advice) -> io::Result<()> {
    let Advice { kind, target, proposal, evidence, effect } = advice;
    writeln!(out, "\n  {kind}  {}", text::line(target))?;
    for (head, text) in [("do", proposal), ("because", evidence), ("then", effect)] {
        writeln!(out, "    {head:<9}{}", text::line(text))?;
    }
    Ok(())
}

fn time(at: u64) -> String {
    local(at, "%F %R")
}

/// For programs.
pub(crate) fn as_json(environment: &str, report: &Report) -> Value {
    let Report { from, to, seen, lacking, figures, advice } = report;
    json!({
        "version": 1,
        "environment": environment,
        "from": timestamp(*from).to_string(),
        "to": timestamp(*to).to_string(),
        "seen-ms": seen,
        "lacking": lacking,
        "figures": figures.iter().map(of_figure).collect::<Vec<_>>(),
        "advice": advice.iter().map(of_advice).collect::<Vec<_>>(),
    })
}

fn of_figure(examined: &Examined) -> Value {
    let change = |change: &Change| json!({ "at": timestamp(change.at).to_string(), "before": change.before, "after": change.after });
    let anomaly = |(anomaly, reason): &(Anomaly, String)| {
        json!({
            "from": timestamp(anomaly.from).to_string(),
            "to": timestamp(anomaly.to).to_string(),
            "value": anomaly.value,
            "usual": anomaly.usual,
            "deviations": anomaly.deviations,
            "reason": reason,
        })
    };
    let trend = |trend: Trend| json!({ "a-day": trend.slope, "from": trend.from, "to": trend.to });
    json!({
        "figure": examined.figure.as_str(),
        "median": examined.median,
        "p99": examined.p99,
        "half-hours": examined.profile,
        "daily-correlation": examined.daily,
        "weekly-correlation": examined.weekly,
        "trend": examined.trend.map(trend),
        "changes": examined.changes.iter().map(change).collect::<Vec<_>>(),
        "anomalies": examined.anomalies.iter().map(anomaly).collect::<Vec<_>>(),
    })
}

fn of_advice(advice: &Advice) -> Value {
    let Advice { kind, target, proposal, evidence, effect } = advice;
    json!({ "kind": kind, "target": target, "proposal": proposal, "evidence": evidence, "effect": effect })
}
