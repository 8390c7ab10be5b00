//! `sdlc run`.

use std::{
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
    thread,
};

use anyhow::{Context, Result, bail};
use sdlc_config::{problem::nearest, settings::Gate};
use sdlc_gates::run::{self as gates, Options};
use sdlc_model::outcome::RunOutcome;
use sdlc_report::{human, json, sarif};
use sdlc_workspace::{scope::Scope, tree::Workspace};

use super::refused;
use crate::{
    arguments::{Format, Global, Run},
    console::{Console, chain},
    exit::Exit,
    interrupt, plugins,
    progress::Progress,
    project::{self, Project},
    whole_file,
};

pub(crate) fn run(arguments: &Run, global: &Global, console: Console) -> Result<Exit> {
    let cancelled = interrupt::token()?;
    let project = Project::open(global)?;
    let (mut gates, scope) = targets(&project, arguments)?;
    if gates.is_empty() {
        gates = project.settings.gates.iter().collect();
    }
    let store = if arguments.no_cache { None } else { store(global, console) };
    let mut requests = plugins::requests(&project, &gates, store.as_ref())?;
    if let Some(fail_on) = arguments.fail_on {
        requests.iter_mut().for_each(|request| request.fail_on = fail_on);
    }
    let workspace = Workspace::open(&project.root, &project.settings.exclude)?;
    let options = Options {
        threads: arguments.jobs.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from),
        store: store.as_deref(),
        store_size: project.cache_size(),
        describe_rules: arguments.output_format == Format::Sarif,
        cancelled,
        overall: project.settings.overall.clone(),
    };
    let progress = Progress::new(console);
    let outcome = gates::run(&requests, &workspace, &scope, &options, &|event| progress.event(event));
    progress.finish();
    let mut outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            console.error(&refused::explain(&project, &requests, &error));
            return Ok(super::exit_of(&error));
        }
    };
    if project.file.is_none() {
        outcome.gates.retain(|gate| gate.files > 0 || !gate.failures.is_empty() || !gate.unchecked.is_empty());
    }
    report(&outcome, arguments, console)?;
    // Unmapping tens of megabytes of code takes longer than the end of the process, which does the same.
    std::mem::forget(requests);
    let exit = Exit::from(outcome.verdict());
    Ok(if exit == Exit::Rejected && arguments.exit_zero { Exit::Passed } else { exit })
}

/// Gates by name, and the scope. An argument that is no gate is a path.
fn targets<'a>(project: &'a Project, arguments: &Run) -> Result<(Vec<&'a Gate>, Scope)> {
    let (mut gates, mut paths) = (Vec::new(), Vec::new());
    for target in &arguments.targets {
        match project.settings.gates.iter().find(|gate| gate.name == *target) {
            Some(gate) => gates.push(gate),
            None => paths.push(path(project, arguments, target)?),
        }
    }
    let scope = match &arguments.from_ref {
        _ if arguments.staged => Scope::Staged,
        Some(from) => Scope::Changed { from: from.clone(), to: arguments.to_ref.clone() },
        None if paths.is_empty() => Scope::All,
        None => Scope::Paths(paths),
    };
    Ok((gates, scope))
}

fn path(project: &Project, arguments: &Run, target: &str) -> Result<PathBuf> {
    let path = PathBuf::from(target);
    if path.symlink_metadata().is_err() {
        let hint = nearest(target, project.settings.gates.iter().map(|gate| gate.name.as_str()));
        let hint = hint.map_or_else(String::new, |gate| format!("; hint: did you mean the gate `{gate}`?"));
        bail!("no gate and no file is called `{target}`{hint}");
    }
    if arguments.staged || arguments.from_ref.is_some() {
        bail!("`{target}` is a path, but `--staged` and `--from-ref` say which files to check; hint: name gates only");
    }
    Ok(path)
}

/// The cache. One that cannot be trusted or made is not used, which people are told.
fn store(global: &Global, console: Console) -> Option<Arc<sdlc_cache::store::Store>> {
    match project::store(global) {
        Ok(store) => Some(Arc::new(store)),
        Err(error) => {
            console.note(&format!("warning: results are not kept: {}", chain(&error)));
            None
        }
    }
}

fn report(outcome: &RunOutcome, arguments: &Run, console: Console) -> Result<()> {
    let machine = |out: &mut dyn Write| match arguments.output_format {
        Format::Human => human::write(out, outcome, console.detail, false),
        Format::Json => json::write(out, outcome),
        Format::Sarif => sarif::write(out, outcome),
    };
    if let Some(path) = &arguments.output {
        whole_file::write(path, machine).with_context(|| format!("report `{}` cannot be written", path.display()))?;
        let mut errors = io::stderr().lock();
        return Ok(human::write(&mut errors, outcome, console.detail, console.colored(&io::stderr()))?);
    }
    let color = console.colored(&io::stdout());
    console.data(|out| match arguments.output_format {
        Format::Human => human::write(out, outcome, console.detail, color),
        _ => machine(out),
    })?;
    Ok(())
}
