//! `sdlc history`.

use anyhow::{Context, Result, bail};
use sdlc_history::{
    History,
    compare::{Comparison, Unlike, compare},
    run::Kept,
};
use sdlc_model::baseline::Known;
use sdlc_report::text;
use serde_json::{Value, json};

use crate::{
    arguments::Global,
    console::Console,
    exit::Exit,
    history_arguments::{Compare, Format, History as Arguments, HistoryCommand},
    moment::{local, timestamp},
    project::Project,
    remember,
};

/// Findings that are listed of each kind.
const MOST: usize = 50;

pub(crate) fn history(arguments: &Arguments, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let history = remember::open(global, console)?;
    let key = remember::key(&project);
    match &arguments.command {
        Some(HistoryCommand::Compare(compare)) => show_difference(&history, &key, compare, console),
        None => list(&history, &key, arguments, console),
    }
}

fn list(history: &History, key: &str, arguments: &Arguments, console: Console) -> Result<Exit> {
    let runs = history.last(key, arguments.number)?;
    if runs.is_empty() {
        console.note("no run of this project is kept yet; hint: `sdlc run`");
    }
    console.data(|out| match arguments.output_format {
        Format::Json => {
            let runs: Vec<_> = runs.iter().map(as_json).collect();
            writeln!(out, "{:#}", json!({ "version": 1, "runs": runs }))
        }
        Format::Human => runs.iter().try_for_each(|kept| writeln!(out, "{}", line(kept))),
    })?;
    Ok(Exit::Passed)
}

fn show_difference(history: &History, key: &str, arguments: &Compare, console: Console) -> Result<Exit> {
    let (before, after) = ends(history, key, arguments)?;
    let comparison = compare(&before, &after);
    console.data(|out| match arguments.output_format {
        Format::Json => writeln!(out, "{:#}", difference(&before, &after, &comparison)),
        Format::Human => write!(out, "{}", page(&before, &after, &comparison)),
    })?;
    Ok(Exit::Passed)
}

/// The two runs that are named, or the last two.
fn ends(history: &History, key: &str, arguments: &Compare) -> Result<(Kept, Kept)> {
    let last = history.last(key, 2)?;
    let nth = |index: usize| last.get(index).map(|kept| kept.id);
    let after = arguments.after.or_else(|| nth(0)).context("no run of this project is kept yet; hint: `sdlc run`")?;
    let before = match arguments.before {
        Some(id) => id,
        None => nth(1).context("only one run of this project is kept; hint: `sdlc run` makes another")?,
    };
    let get = |id| match history.run(key, id)? {
        Some(kept) => Ok(kept),
        None => bail!("there is no run {id} of this project; hint: `sdlc history` lists them"),
    };
    Ok((get(before)?, get(after)?))
}

fn line(kept: &Kept) -> String {
    let run = &kept.run;
    let score = run.score.map_or_else(|| "-".to_owned(), |score| format!("{score:.2}"));
    let revision = run.revision.as_deref().map_or("", |revision| revision.get(..9).unwrap_or(revision));
    let gates = run.gates.iter().map(|gate| format!("{} {}", text::line(&gate.name), gate.verdict));
    format!(
        "{:>5}  {}  {:<11}  score {score:>5}  {:>6} ms  {revision:<9}  {}  ({})",
        kept.id,
        time(run.started),
        run.verdict,
        run.duration,
        text::line(&run.scope),
        gates.collect::<Vec<_>>().join(", ")
    )
}

/// In the time zone of the user, to the second.
fn time(milliseconds: i64) -> String {
    local(milliseconds, "%F %T")
}

fn page(before: &Kept, after: &Kept, comparison: &Comparison) -> String {
    let mut page = format!("from {}\nto   {}\n", line(before).trim_start(), line(after).trim_start());
    for unlike in &comparison.unlike {
        let what = match unlike {
            Unlike::Scope(before, after) => {
                format!("they checked different files, `{}` and `{}`", text::line(before), text::line(after))
            }
            Unlike::OnlyBefore(gate) => format!("only the earlier one ran the gate `{}`", text::line(gate)),
            Unlike::OnlyAfter(gate) => format!("only the later one ran the gate `{}`", text::line(gate)),
        };
        page.push_str(&format!("note: {what}, so that not all differences are changes\n"));
    }
    let alone = |name: &str| {
        let is_of =
            |unlike: &Unlike| matches!(unlike, Unlike::OnlyBefore(gate) | Unlike::OnlyAfter(gate) if gate == name);
        comparison.unlike.iter().any(is_of)
    };
    for (gate, metric, before, after) in comparison.metrics.iter().filter(|(gate, ..)| !alone(gate)) {
        let value = |value: &Option<f64>| value.map_or_else(|| "-".to_owned(), text::number);
        let (gate, metric) = (text::line(gate), text::line(metric));
        page.push_str(&format!("{gate}.{metric}: {} -> {}\n", value(before), value(after)));
    }
    if !comparison.complete {
        page.push_str("the findings of one of them are not kept\n");
    }
    for (head, findings) in [("new", &comparison.new), ("gone", &comparison.gone)] {
        for known in findings.iter().take(MOST) {
            let Known { gate, path, rule, count, message, .. } = known;
            let [gate, path, rule, message] = [gate, path, rule, message].map(|text| text::line(text));
            page.push_str(&format!("{head:>4} {count}x {path} {gate}/{rule} {message}\n"));
        }
        if findings.len() > MOST {
            page.push_str(&format!("     and {} more\n", findings.len() - MOST));
        }
    }
    page
}

fn as_json(kept: &Kept) -> Value {
    let run = &kept.run;
    json!({
        "id": kept.id,
        "started": timestamp(run.started).to_string(),
        "milliseconds": run.duration,
        "revision": run.revision,
        "scope": run.scope,
        "verdict": run.verdict,
        "score": run.score,
        "files": run.files,
        "gates": run.gates.iter().map(|gate| json!({
            "name": gate.name,
            "verdict": gate.verdict,
            "metrics": gate.metrics.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<serde_json::Map<_, _>>(),
        })).collect::<Vec<_>>(),
    })
}

fn difference(before: &Kept, after: &Kept, comparison: &Comparison) -> Value {
    let findings = |known: &[Known]| -> Value {
        let entry = |known: &Known| {
            json!({
                "gate": known.gate, "path": known.path, "rule": known.rule, "count": known.count,
                "fingerprint": format!("{:016x}", known.fingerprint), "message": known.message,
            })
        };
        known.iter().map(entry).collect()
    };
    let metric = |(gate, metric, before, after): &(String, String, Option<f64>, Option<f64>)| json!({ "gate": gate, "metric": metric, "before": before, "after": after });
    json!({
        "version": 1,
        "before": as_json(before),
        "after": as_json(after),
        "metrics": comparison.metrics.iter().map(metric).collect::<Vec<_>>(),
        "complete": comparison.complete,
        "same-scope": !comparison.unlike.iter().any(|unlike| matches!(unlike, Unlike::Scope(..))),
        "same-gates": !comparison.unlike.iter().any(|unlike| !matches!(unlike, Unlike::Scope(..))),
        "new": findings(&comparison.new),
        "gone": findings(&comparison.gone),
    })
}
