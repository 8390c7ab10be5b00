//! `sdlc run`.

use std::{path::PathBuf, thread};

use anyhow::{Result, bail};
use sdlc_config::{problem::nearest, settings::Gate};
use sdlc_workspace::scope::Scope;

use super::refused;
use crate::{
    arguments::Global,
    console::Console,
    exit::Exit,
    healing::{Mended, fixing, interrupted},
    job::{self, Job},
    project::Project,
    remember::{Entry, Opening},
    reports,
    run_arguments::Run,
};

pub(crate) fn run(arguments: &Run, global: &Global, console: Console) -> Result<Exit> {
    if arguments.fix.unsafe_fixes && !arguments.fix.is_wanted() {
        bail!("`--unsafe-fixes` says which fixes are applied; hint: with `--fix` or `--diff`");
    }
    let project = Project::open(global)?;
    interrupted::recover(&project, global, console)?;
    let (gates, scope) = targets(&project, arguments)?;
    let mut job = Job::new(&project, &gates, arguments.work, global, console)?;
    job.scope = scope;
    job.new_since.clone_from(&arguments.new_since);
    job.describe_rules = reports::describe_rules(arguments);
    if !arguments.no_baseline {
        job.baseline = job::baseline(&project)?;
    }
    if let Some(fail_on) = arguments.fail_on {
        job.requests.iter_mut().for_each(|request| request.fail_on = fail_on);
    }
    // What would be is no part of the history.
    let history = (!arguments.fix.diff).then(|| Opening::begin(&project, global));
    let checked = if arguments.fix.is_wanted() {
        fixing::run(&mut job, arguments.fix, global, console)?
    } else {
        job.run(console)?.map(|outcome| Mended { outcome, patch: Vec::new(), left_alone: false, entry: None })
    };
    let Mended { outcome, patch, left_alone, entry } = match checked {
        Ok(checked) => checked,
        Err(error) => {
            if let Some(history) = history {
                history.give_up(console);
            }
            console.error(&refused::explain(&project, &job.requests, &error));
            return Ok(super::exit_of(&error));
        }
    };
    if let Some(history) = history {
        let (reported, kept) = thread::scope(|scope| {
            let kept = scope.spawn(|| {
                let entry = entry.unwrap_or_else(|| Entry::of(&project, &job.scope, &outcome));
                entry.keep(&project, &outcome, history)
            });
            (reports::write(&outcome, arguments, console), kept.join())
        });
        kept.unwrap_or_default().iter().for_each(|remark| console.note(remark));
        reported?;
    } else {
        reports::patch(&outcome, &patch, arguments, console)?;
    }
    let mut exit = Exit::from(outcome.verdict());
    let unwritten = outcome.repairs.as_ref().is_some_and(|repairs| !repairs.written && repairs.count() > 0);
    if exit == Exit::Passed && (unwritten || left_alone) {
        exit = Exit::Rejected;
    }
    // Unmapping tens of megabytes of code, and freeing what was found, take longer than the end of the process, which does the same.
    std::mem::forget((job, outcome));
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
        let names = || project.settings.gates.iter().map(|gate| gate.name.as_str());
        let hint = nearest(target, names()).map_or_else(
            || format!("the gates are {}", names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
            |gate| format!("did you mean the gate `{gate}`?"),
        );
        bail!("no gate and no file is called `{target}`; hint: {hint}");
    }
    if arguments.staged || arguments.from_ref.is_some() {
        bail!("`{target}` is a path, but `--staged` and `--from-ref` say which files to check; hint: name gates only");
    }
    Ok(path)
}
