//! `sdlc config check`.

use anyhow::{Result, bail};
use sdlc_gates::run::check_settings;

use crate::{
    arguments::Global,
    console::{Console, chain},
    deploying::strategy::Plugin,
    exit::Exit,
    healing::treating,
    plugins,
    project::{self, Project},
    registry::wait,
    scaling::policy::Plugin as Policy,
};

pub(crate) fn check(global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    if project.file.is_none() {
        bail!("there is no `sdlc.toml` here or above; hint: `sdlc init` writes one");
    }
    let gates: Vec<_> = project.settings.gates.iter().collect();
    let requests = plugins::requests(&project, &gates, project::usable_store(global).as_ref())?;
    let mut exit = Exit::Passed;
    for request in &requests {
        if let Err(error) = check_settings(request) {
            console.error(&super::refused::explain(&project, &requests, &error));
            exit = Exit::Usage;
        }
    }
    if let Err(error) = treating::check(&project, global) {
        console.error(&chain(&error));
        exit = Exit::Usage;
    }
    for environment in &project.settings.environments {
        if let Err(error) = wait(Plugin::of(&project, environment, global))? {
            console.error(&chain(&error));
            exit = Exit::Usage;
        }
        if let Err(error) = wait(Policy::of(&project, environment, global))? {
            console.error(&chain(&error));
            exit = Exit::Usage;
        }
    }
    if exit == Exit::Passed {
        let settings = &project.settings;
        let others = [("healers", settings.healers.len()), ("environments", settings.environments.len())];
        let others = others.iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!(", {count} {what}"));
        let others: String = others.collect();
        console.note(&format!("`{}` is fine: {} gates{others}", project.file_name(), requests.len()));
    }
    Ok(exit)
}
