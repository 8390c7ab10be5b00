//! `sdlc config check`.

use anyhow::{Result, bail};
use sdlc_gates::run::check_settings;

use crate::{
    arguments::Global,
    console::{Console, chain},
    exit::Exit,
    healing::treating,
    plugins,
    project::{self, Project},
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
    if exit == Exit::Passed {
        let healers = match project.settings.healers.len() {
            0 => String::new(),
            count => format!(", {count} healers"),
        };
        console.note(&format!("`{}` is fine: {} gates{healers}", project.file_name(), requests.len()));
    }
    Ok(exit)
}
