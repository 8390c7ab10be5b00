//! `sdlc plugin list`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use sdlc_config::plugin::PluginSource;
use sdlc_report::text;
use sdlc_sandbox::engine::digest;

use crate::{arguments::Global, console::Console, exit::Exit, project::Project};

pub(crate) fn list(global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let width = project.settings.plugins().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, plugin) in project.settings.plugins() {
        let source = &plugin.source;
        let how = match (source, project.lock.get(source)) {
            (PluginSource::Builtin(_), _) => format!("part of sdlc {}", env!("CARGO_PKG_VERSION")),
            (_, None) => "not pinned".to_owned(),
            (source, Some(locked)) => {
                let copy = match source {
                    PluginSource::Path(path) => Some(path.clone()),
                    _ => locked.vendored.as_ref().map(PathBuf::from),
                };
                let digest = locked.sha256.get(..12).unwrap_or_default();
                let signed = if locked.key.is_some() { ", signed" } else { "" };
                let vendored = locked.vendored.as_ref().map_or_else(String::new, |path| format!(", in `{path}`"));
                let state = copy.map_or_else(String::new, |copy| state(&project.root.join(copy), &locked.sha256));
                format!("{} {}, sha256 {digest}{signed}{vendored}{state}", locked.name, locked.version)
            }
        };
        console.data(|out| writeln!(out, "{name:width$}  {}", text::line(&format!("{source}  {how}"))))?;
    }
    Ok(Exit::Passed)
}

/// What is wrong with the file of a pinned plugin.
fn state(path: &Path, pinned: &str) -> String {
    match fs::read(path) {
        Ok(bytes) if digest(&bytes) == pinned => String::new(),
        Ok(bytes) => format!(", but the file has sha256 {}", digest(&bytes).get(..12).unwrap_or_default()),
        Err(error) => format!(", but the file cannot be read: {error}"),
    }
}
