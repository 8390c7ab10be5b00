//! `sdlc scale`.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use sdlc_config::scale as config;
use sdlc_history::decisions::Decision;
use sdlc_model::scaling::Target;
use sdlc_report::chart;
use sdlc_scale::{
    compare::{Matched, matched},
    limits::{Limits, Pace},
    model::Model,
    simulate::{Options, decisions, simulate},
    synthetic::{self, Shape},
    trace::Trace,
};
use serde_json::{Value, json};

use crate::{
    arguments::Global,
    console::Console,
    deploying::site::Site,
    exit::Exit,
    history_arguments::Format,
    moment::{local, timestamp},
    project::Project,
    registry::wait,
    remember,
    scale_arguments::{self, History, Scale, Simulate},
    scaling::{
        chart as plot,
        contestant::Contestant,
        memory,
        table::{self, Row},
        watched::Watched,
    },
};

/// Decisions of a replay that take longer than people wait for.
const MANY: u64 = 200_000;

pub(crate) fn scale(command: &Scale, global: &Global, console: Console) -> Result<Exit> {
    match command {
        Scale::Simulate(arguments) => simulated(arguments, global, console),
        Scale::Trace(arguments) => {
            let trace = synthetic::trace(shape(arguments.shape), arguments.days, arguments.seed);
            console.data(|out| out.write_all(trace.to_csv().as_bytes()))?;
            Ok(Exit::Passed)
        }
        Scale::History(arguments) => history(arguments, global, console),
    }
}

fn history(arguments: &History, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let name = &Site::open(&project, &arguments.environment, global)?.environment.name;
    let decisions = remember::open(global, console)?.decisions(&remember::key(&project), name, arguments.number)?;
    if decisions.is_empty() && arguments.output_format == Format::Human {
        console.note(&format!("nothing was decided about `{name}` yet; hint: `sdlc monitor {name}` makes decisions"));
    }
    console.data(|out| match arguments.output_format {
        Format::Json => {
            let decisions: Vec<_> = decisions.iter().map(decision).collect();
            writeln!(out, "{:#}", json!({ "version": 1, "environment": name, "decisions": decisions }))
        }
        Format::Human => decisions
            .iter()
            .try_for_each(|decision| writeln!(out, "{}  {}", local(decision.at, "%F %T"), memory::line(decision))),
    })?;
    Ok(Exit::Passed)
}

fn decision(decision: &Decision) -> Value {
    let Decision { at, before, wanted, replicas, clamp, reason, outcome } = decision;
    json!({
        "at": timestamp(*at).to_string(),
        "before": before,
        "wanted": wanted,
        "replicas": replicas,
        "clamp": clamp,
        "reason": reason,
        "outcome": outcome,
    })
}

fn simulated(arguments: &Simulate, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let trace = read(&arguments.trace, console)?;
    let options = options(&project, arguments, &trace)?;
    let each = decisions(&trace, &options);
    if each > MANY {
        console.note(&format!("a replay has {each} decisions, which takes minutes; hint: `--interval 1m` makes fewer"));
    }
    let plot = arguments.plot.as_deref().map(|file| anyhow::Ok((file, kind(file)?))).transpose()?;
    let rows = wait(async {
        let contestants = Contestant::all(&project, arguments, global).await?;
        anyhow::Ok(replay(contestants, &trace, &options, arguments.equal_replicas, console).await)
    })??;
    console.data(|out| match arguments.output_format {
        Format::Json => writeln!(out, "{:#}", table::as_json(&options, &rows, arguments.equal_replicas)),
        Format::Human => table::write(out, &trace, &options, &rows, arguments.equal_replicas),
    })?;
    if let Some((file, html)) = plot {
        let name = arguments.trace.file_name().unwrap_or_default().to_string_lossy();
        let chart = plot::chart(&name, &options, &rows);
        let text = if html { chart::html(&chart) } else { chart::svg(&chart) };
        fs::write(file, text).with_context(|| format!("`{}` cannot be written", file.display()))?;
    }
    let mut exit = Exit::Passed;
    for Row { name, matched } in &rows {
        let mut failed = matched.replay.decisions.iter().filter(|decided| decided.wanted.is_none());
        if let Some(last) = failed.next_back() {
            let count = matched.replay.figures.failures;
            console.error(&format!("`{name}` failed at {count} decisions that count; at last, {}", last.reason));
            exit = Exit::Failed;
        }
    }
    Ok(exit)
}

async fn replay(
    contestants: Vec<Contestant>,
    trace: &Trace,
    options: &Options,
    equal: bool,
    console: Console,
) -> Vec<Row> {
    let mut rows = Vec::<Row>::new();
    for Contestant { name, policy } in contestants {
        let mut policy = Watched::new(policy, &name, decisions(trace, options), console);
        let first = rows.first().map(|row| row.matched.replay.figures.mean_replicas);
        let matched = match first.filter(|_| equal) {
            Some(mean) => matched(trace, &mut policy, options, mean).await,
            None => Matched { replay: simulate(trace, &mut policy, options).await, factor: 1.0, equal: true },
        };
        rows.push(Row { name, matched });
    }
    rows
}

fn read(file: &Path, console: Console) -> Result<Trace> {
    let text = fs::read_to_string(file).with_context(|| format!("`{}` cannot be read", file.display()))?;
    let trace = Trace::parse(&text).with_context(|| format!("`{}` is no trace", file.display()))?;
    if !trace.left_out.is_empty() {
        let names: Vec<_> = trace.left_out.iter().map(|name| format!("`{name}`")).collect();
        console.note(&format!("columns that mean nothing here: {}", names.join(", ")));
    }
    Ok(trace)
}

/// Whether it is HTML.
fn kind(file: &Path) -> Result<bool> {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("svg") => Ok(false),
        Some("html") => Ok(true),
        _ => bail!("`--plot {}` is neither; hint: such as `plot.svg` or `plot.html`", file.display()),
    }
}

fn options(project: &Project, arguments: &Simulate, trace: &Trace) -> Result<Options> {
    let scale = arguments.environment.as_deref().map(|name| environment(project, name)).transpose()?;
    let target = target(arguments, scale)?;
    let (min, max) = (target.min, target.max);
    if min < 1 || min > max {
        bail!("the fewest replicas are {min} and the most {max}; hint: `--min` and `--max`");
    }
    let start_up = time("--start-up", arguments.start_up.as_deref())?;
    let start_up = start_up.or(scale.map(|scale| scale.target.start_up)).unwrap_or(60_000);
    let interval = time("--interval", arguments.interval.as_deref())?.filter(|interval| *interval > 0);
    let interval = interval.or(scale.map(|scale| milliseconds(scale.interval))).unwrap_or(trace.spacing().max(15_000));
    let warm_up = time("--warm-up", arguments.warm_up.as_deref())?.unwrap_or(0);
    let positive = |name: &str, value: f64, least: f64| {
        if value.is_finite() && value >= least { Ok(value) } else { bail!("`{name} {value}` makes no sense") }
    };
    let model = Model {
        capacity: positive("--capacity", arguments.capacity, 1e-6)?,
        cost: positive("--cost", arguments.cost, 0.0)?,
        latency: positive("--latency", arguments.latency, 0.0)?,
        start_up,
    };
    let pace = |pace: &config::Pace| Pace { per_minute: pace.per_minute, cooldown: milliseconds(pace.cooldown) };
    let mut limits = Limits::between(min, max);
    if let Some(scale) = scale {
        (limits.up, limits.down) = (pace(&scale.up), pace(&scale.down));
    }
    Ok(Options { model, limits, target, interval, warm_up })
}

fn environment<'a>(project: &'a Project, name: &str) -> Result<&'a config::Scale> {
    let environment = project.settings.environments.iter().find(|environment| environment.name == name);
    let environment = environment.with_context(|| format!("no environment is called `{name}`"))?;
    let scale = environment.scale.as_ref();
    scale.with_context(|| format!("`{name}` has no policy; hint: `[environments.{name}.scale]`"))
}

fn target(arguments: &Simulate, scale: Option<&config::Scale>) -> Result<Target> {
    let Simulate { target_cpu, target_requests, target_latency, .. } = arguments;
    for (name, value) in [("cpu", target_cpu), ("requests", target_requests), ("latency", target_latency)] {
        if value.is_some_and(|value| !(value.is_finite() && value > 0.0)) {
            bail!("`--target-{name}` has to be above 0");
        }
    }
    let given = target_cpu.is_some() || target_requests.is_some() || target_latency.is_some();
    let base = scale.map(|scale| scale.target.clone());
    let min = arguments.min.or(base.as_ref().map(|base| base.min)).unwrap_or(1);
    let max = arguments.max.or(base.as_ref().map(|base| base.max)).unwrap_or(1000);
    let cpu = if given { *target_cpu } else { Some(70.0) };
    let typed = Target {
        min,
        max,
        cpu,
        memory: None,
        latency: *target_latency,
        requests_per_second_per_replica: *target_requests,
        error_rate: None,
        start_up: 0,
    };
    Ok(match base.filter(|_| !given) {
        Some(base) => Target { min, max, ..base },
        None => typed,
    })
}

/// Milliseconds.
fn time(name: &str, text: Option<&str>) -> Result<Option<u64>> {
    let Some(text) = text else { return Ok(None) };
    let parsed = sdlc_config::scale::duration(text);
    parsed
        .map(|time| Some(milliseconds(time)))
        .with_context(|| format!("`{name} {text}` is no time; hint: such as `30s`"))
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn shape(shape: scale_arguments::Shape) -> Shape {
    match shape {
        scale_arguments::Shape::Daily => Shape::Daily,
        scale_arguments::Shape::Weekly => Shape::Weekly,
        scale_arguments::Shape::Peaks => Shape::Peaks,
        scale_arguments::Shape::Drift => Shape::Drift,
        scale_arguments::Shape::Bursts => Shape::Bursts,
        scale_arguments::Shape::Outages => Shape::Outages,
        scale_arguments::Shape::Steady => Shape::Steady,
        scale_arguments::Shape::Walk => Shape::Walk,
        scale_arguments::Shape::Spikes => Shape::Spikes,
    }
}
