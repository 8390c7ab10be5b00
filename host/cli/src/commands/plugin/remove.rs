//! `sdlc plugin remove`.

use std::fs;

use anyhow::{Context, Result};
use sdlc_config::edit;

use super::pin;
use crate::{
    arguments::Global,
    console::Console,
    exit::Exit,
    plugin_arguments::Remove,
    project::{FILE, Project},
};

pub(crate) fn remove(arguments: &Remove, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    project.require_editable()?;
    let path = project.root.join(FILE);
    let text = fs::read_to_string(&path).with_context(|| format!("`{FILE}` cannot be read"))?;
    let text = edit::remove_gate(&text, &arguments.gate)?;
    let left = project.settings.plugins().filter(|(name, _)| *name != arguments.gate);
    let mut lock = project.lock.clone();
    lock.retain(&left.map(|(_, plugin)| &plugin.source).collect::<Vec<_>>());
    pin::write(&path, text.as_bytes())?;
    pin::write_lock(&project.root, &lock)?;
    console.note(&format!("removed `{}`", arguments.gate));
    Ok(Exit::Passed)
}
