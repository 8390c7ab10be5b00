//! `sdlc config check`.

use anyhow::{Result, bail};
use sdlc_config::{
    problem::{ConfigError, Problem},
    settings::Gate,
};
use sdlc_gates::run::{RunError, check_settings};

use super::refused;
use crate::{
    arguments::Global,
    console::{Console, chain},
    deploying::strategy::Plugin,
    exit::Exit,
    healing::treating,
    plugins,
    project::{self, Project},
    recovering::healer::Healer,
    registry::wait,
    scaling::policy::Plugin as Policy,
};

pub(crate) fn check(global: &Global, console: Console) -> Result<Exit> {
    let (project, mut problems) = Project::examine(global)?;
    if project.file.is_none() {
        bail!("there is no `sdlc.toml` here or above; hint: `sdlc init` writes one");
    }
    let settings = &project.settings;
    for gate in &settings.gates {
        problems.extend(of_gate(&project, gate, global)?);
    }
    for healer in &settings.healers {
        let checked = treating::check(&project, &healer.name, global);
        problems.extend(of_plugin(&project, &format!("healers.{}", healer.name), checked));
    }
    for environment in &settings.environments {
        let user = format!("environments.{}", environment.name);
        let strategy = wait(Plugin::of(&project, environment, global))?.map(drop);
        problems.extend(of_plugin(&project, &format!("{user}.deploy"), strategy));
        let policy = wait(Policy::of(&project, environment, global))?.map(drop);
        problems.extend(of_plugin(&project, &format!("{user}.scale"), policy));
        let healer = wait(Healer::of(&project, environment, global))?.map(drop);
        problems.extend(of_plugin(&project, &format!("{user}.recover"), healer));
    }
    if !problems.is_empty() {
        return Err(ConfigError::new(&project.file_name(), problems).into());
    }
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let others = [("healer", settings.healers.len()), ("environment", settings.environments.len())];
    let others =
        others.iter().filter(|(_, number)| *number > 0).map(|(what, number)| format!(", {}", count(*number, what)));
    let others: String = others.collect();
    let nothing = if settings.gates.is_empty() { "; `sdlc run` has nothing to check" } else { "" };
    let gates = count(settings.gates.len(), "gate");
    console.note(&format!("`{}` is fine: {gates}{others}{nothing}", project.file_name()));
    Ok(Exit::Passed)
}

fn of_gate(project: &Project, gate: &Gate, global: &Global) -> Result<Vec<Problem>> {
    let requests = plugins::requests(project, &[gate], project::usable_store(global).as_ref());
    let request = match &requests {
        Ok(requests) => requests.first(),
        Err(error) => return Ok(vec![at_plugin(project, &format!("gates.{}", gate.name), chain(error))]),
    };
    match request.map(check_settings) {
        Some(Err(RunError::Settings { gate, problems })) => Ok(refused::problems(project, request, &gate, &problems)),
        Some(Err(error)) => Err(error.into()),
        Some(Ok(())) | None => Ok(Vec::new()),
    }
}

/// What a check of a healer or a strategy says, which shows where settings stand that its plugin refuses.
fn of_plugin(project: &Project, user: &str, checked: Result<()>) -> Vec<Problem> {
    match checked.map_err(anyhow::Error::downcast::<ConfigError>) {
        Ok(()) => Vec::new(),
        Err(Ok(error)) => error.problems,
        Err(Err(error)) => vec![at_plugin(project, user, chain(&error))],
    }
}

fn at_plugin(project: &Project, user: &str, message: String) -> Problem {
    project.settings.document.problem_with_value(&format!("{user}.plugin"), message)
}
