//! `sdlc baseline`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use sdlc_config::baseline::{self as file, FILE_NAME};
use sdlc_gates::baseline;
use sdlc_model::{
    baseline::Baseline,
    outcome::{RunOutcome, Verdict},
};
use sdlc_report::{human, text};

use super::refused;
use crate::{
    arguments::Global,
    console::Console,
    exit::Exit,
    job::{self, Job},
    project::Project,
    run_arguments::{Baseline as Command, Work},
    whole_file,
};

pub(crate) fn baseline(command: &Command, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    match command {
        Command::Write(work) => write(&project, *work, global, console),
        Command::Show => show(&project, console),
        Command::Prune(work) => prune(&project, *work, global, console),
    }
}

fn write(project: &Project, work: Work, global: &Global, console: Console) -> Result<Exit> {
    project.require_editable()?;
    let outcome = match run(project, work, None, global, console)? {
        Ok(outcome) => outcome,
        Err(exit) => return Ok(exit),
    };
    let known = baseline::of(&outcome);
    keep(project, &known)?;
    let (findings, metrics) = (total(&known), known.metrics.len());
    console.note(&format!("`{FILE_NAME}` has {findings} findings and {metrics} metrics"));
    Ok(Exit::Passed)
}

fn prune(project: &Project, work: Work, global: &Global, console: Console) -> Result<Exit> {
    project.require_editable()?;
    let Some(known) = job::baseline(project)? else { return missing() };
    let before = total(&known);
    let outcome = match run(project, work, Some(known.clone()), global, console)? {
        Ok(outcome) => outcome,
        Err(exit) => return Ok(exit),
    };
    let left = baseline::pruned(known, &outcome);
    keep(project, &left)?;
    let after = total(&left);
    console.note(&format!("removed {} findings that are gone, {after} are left", before - after));
    Ok(Exit::Passed)
}

fn show(project: &Project, console: Console) -> Result<Exit> {
    let Some(known) = job::baseline(project)? else { return missing() };
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for known in &known.findings {
        *counts.entry((&known.gate, &known.rule)).or_default() += u64::from(known.count);
    }
    console.data(|out| {
        for ((gate, rule), count) in &counts {
            writeln!(out, "{count:>6}  {}/{}", text::line(gate), text::line(rule))?;
        }
        for known in &known.metrics {
            writeln!(out, "{:>6}  {}.{}", known.value, text::line(&known.gate), text::line(&known.metric))?;
        }
        Ok(())
    })?;
    Ok(Exit::Passed)
}

fn missing() -> Result<Exit> {
    bail!("there is no `{FILE_NAME}` beside `sdlc.toml`; hint: `sdlc baseline write` writes one")
}

/// A baseline of what could not be judged would hide what is wrong, so there is none then.
fn run(
    project: &Project,
    work: Work,
    baseline: Option<Baseline>,
    global: &Global,
    console: Console,
) -> Result<Result<RunOutcome, Exit>> {
    let mut job = Job::new(project, &[], work, global, console)?;
    job.baseline = baseline;
    let outcome = match job.run(console)? {
        Ok(outcome) => outcome,
        Err(error) => {
            console.error(&refused::explain(project, &job.requests, &error));
            return Ok(Err(super::exit_of(&error)));
        }
    };
    let verdict = outcome.verdict();
    if verdict > Verdict::Rejected {
        let mut errors = std::io::stderr().lock();
        human::write(&mut errors, &outcome, human::Detail::Quiet, console.colored(&std::io::stderr()))?;
        drop(errors);
        console.error(&format!("`{FILE_NAME}` is left as it is: not everything could be checked"));
        return Ok(Err(Exit::from(verdict)));
    }
    Ok(Ok(outcome))
}

fn keep(project: &Project, baseline: &Baseline) -> Result<()> {
    let text = file::render(baseline);
    whole_file::write(&project.root.join(FILE_NAME), |out| out.write_all(text.as_bytes()))
        .with_context(|| format!("`{FILE_NAME}` cannot be written"))
}

fn total(baseline: &Baseline) -> u64 {
    baseline.findings.iter().map(|known| u64::from(known.count)).sum()
}
