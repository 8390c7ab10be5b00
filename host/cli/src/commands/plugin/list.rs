//! `sdlc plugin list`.

use anyhow::Result;
use sdlc_config::plugin::PluginSource;
use sdlc_report::text;

use crate::{arguments::Global, console::Console, exit::Exit, project::Project};

pub(crate) fn list(global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let width = project.settings.plugins().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, plugin) in project.settings.plugins() {
        let source = &plugin.source;
        let how = match (source, project.lock.get(source)) {
            (PluginSource::Builtin(_), _) => format!("part of sdlc {}", env!("CARGO_PKG_VERSION")),
            (_, None) => "not pinned".to_owned(),
            (_, Some(locked)) => {
                let digest = locked.sha256.get(..12).unwrap_or_default();
                let signed = if locked.key.is_some() { ", signed" } else { "" };
                let vendored = locked.vendored.as_ref().map_or_else(String::new, |path| format!(", in `{path}`"));
                format!("{} {}, sha256 {digest}{signed}{vendored}", locked.name, locked.version)
            }
        };
        console.data(|out| writeln!(out, "{name:width$}  {}", text::line(&format!("{source}  {how}"))))?;
    }
    Ok(Exit::Passed)
}
