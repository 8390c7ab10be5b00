//! `sdlc plugin vendor`.

use std::fs;

use anyhow::{Context, Result};
use sdlc_config::plugin::PluginSource;

use super::pin;
use crate::{
    arguments::Global,
    components::{Components, VENDORED, vendored},
    console::Console,
    exit::Exit,
    project::{self, Project},
};

pub(crate) fn vendor(global: &Global, console: Console) -> Result<Exit> {
    let store = project::usable_store(global);
    let project = Project::open(global)?;
    project.require_editable()?;
    let components = Components { project: &project, store: store.as_ref() };
    let mut lock = project.lock.clone();
    let mut copied = 0;
    for (_, plugin) in project.settings.plugins() {
        let source = &plugin.source;
        if matches!(source, PluginSource::Builtin(_) | PluginSource::Path(_)) {
            continue;
        }
        let found = components.find(plugin)?;
        let Some(mut locked) = lock.get(source).cloned() else { continue };
        let path = vendored(&found.digest);
        fs::create_dir_all(project.root.join(VENDORED)).with_context(|| format!("`{VENDORED}` cannot be made"))?;
        pin::write(&project.root.join(&path), &found.bytes)?;
        locked.vendored = Some(path);
        lock.set(locked);
        copied += 1;
    }
    pin::write_lock(&project.root, &lock)?;
    let plugins = if copied == 1 { "plugin" } else { "plugins" };
    console.note(&format!("copied {copied} {plugins} to `{VENDORED}`; next: commit it and `sdlc.lock`"));
    Ok(Exit::Passed)
}
