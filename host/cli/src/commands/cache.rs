//! `sdlc cache`.

use anyhow::Result;
use sdlc_cache::store::Usage;

use crate::{
    arguments::{Cache, Global},
    console::Console,
    exit::Exit,
    project,
};

pub(crate) fn cache(command: &Cache, global: &Global, console: Console) -> Result<Exit> {
    let store = project::store(global)?;
    let size = |usage: Usage| format!("{} files, {:.1} MiB", usage.files, usage.bytes as f64 / 1_048_576.0);
    match command {
        Cache::Info => {
            let usage = store.usage();
            console.data(|out| writeln!(out, "{}\n{}", store.directory().display(), size(usage)))?;
        }
        Cache::Clear => {
            let removed = store.clear()?;
            console.note(&format!("removed {}", size(removed)));
        }
    }
    Ok(Exit::Passed)
}
