//! `sdlc remove`.

use std::io::{self, BufRead, IsTerminal};

use anyhow::{Result, bail};

use crate::{
    arguments::Global,
    console::Console,
    deploy_arguments::Remove,
    deploying::{removal, site::Site},
    exit::Exit,
    project::Project,
    registry::wait,
};

pub(crate) fn remove(arguments: &Remove, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let site = Site::open(&project, &arguments.environment, global)?;
    let name = &site.environment.name;
    if !arguments.yes && !agreed(name, console)? {
        console.note("nothing was removed");
        return Ok(Exit::Rejected);
    }
    let _lock = site.lock("remove")?;
    wait(removal::remove(&site, console))??;
    Ok(Exit::Passed)
}

fn agreed(name: &str, console: Console) -> Result<bool> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        bail!("`{name}` would be gone for good; hint: `sdlc remove {name} --yes`");
    }
    console.error(&format!("this ends the service `{name}` and forgets what was deployed; type its name to go on"));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == name)
}
