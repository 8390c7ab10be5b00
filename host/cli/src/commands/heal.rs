//! `sdlc heal`.

use anyhow::Result;

use super::refused;
use crate::{
    arguments::Global,
    console::Console,
    exit::Exit,
    healing::{Mended, interrupted, treating},
    job::{self, Job},
    project::Project,
    remember::{Entry, Opening},
    reports,
    run_arguments::Heal,
};

pub(crate) fn heal(arguments: &Heal, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    interrupted::recover(&project, global, console)?;
    let mut job = Job::new(&project, &[], arguments.work, global, console)?;
    job.baseline = job::baseline(&project)?;
    let history = (!arguments.dry_run && arguments.output.is_none()).then(|| Opening::begin(&project, global));
    let Mended { outcome, patch, left_alone, .. } = match treating::run(&mut job, arguments, global, console)? {
        Ok(treating) => treating,
        Err(error) => {
            if let Some(history) = history {
                history.give_up(console);
            }
            console.error(&refused::explain(&project, &job.requests, &error));
            return Ok(super::exit_of(&error));
        }
    };
    if let Some(path) = &arguments.output {
        reports::patch_file(path, &patch, console)?;
    }
    reports::only(&outcome, arguments.output_format, console)?;
    if let Some(history) = history {
        let remarks = Entry::of(&project, &job.scope, &outcome).keep(&project, &outcome, history);
        remarks.iter().for_each(|remark| console.note(remark));
    }
    std::mem::forget(job);
    let exit = Exit::from(outcome.verdict());
    let failed = outcome.repairs.as_ref().is_some_and(|repairs| !repairs.failures.is_empty());
    Ok(match exit {
        Exit::Passed | Exit::Rejected if failed => Exit::Failed,
        Exit::Passed if left_alone || !patch.is_empty() => Exit::Rejected,
        exit => exit,
    })
}
