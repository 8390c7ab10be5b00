//! Components that subcommands work with: read, inspected, loaded.

use std::{fs, path::Path};

use anyhow::{Context, Result, anyhow};
use sdlc_cache::store::Store;
use sdlc_config::plugin::PluginSource;
use sdlc_sandbox::{
    engine::{Overrun, Sandbox},
    limits::Limits,
    plugin::Plugin,
};

use crate::{plugins, registry};

/// What somebody typed to name a plugin: an address, a file, or a reference.
pub(super) fn source(text: &str) -> PluginSource {
    if text.starts_with("https://") || text.starts_with("http://") {
        PluginSource::Url(text.to_owned())
    } else if Path::new(text).exists() || text.ends_with(".wasm") {
        PluginSource::Path(text.into())
    } else {
        PluginSource::Oci(text.strip_prefix("oci:").unwrap_or(text).to_owned())
    }
}

/// Bytes of a plugin that is not pinned: a file relative to the working directory, or what a server has now.
pub(super) fn bytes(source: &PluginSource) -> Result<Vec<u8>> {
    match source {
        PluginSource::Path(path) => read(path),
        other => Ok(registry::fetch(other, None, None)?.bytes),
    }
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("plugin `{}` cannot be read", path.display()))
}

/// Compiles and links a component.
pub(super) fn load(name: &str, bytes: &[u8], store: Option<&Store>) -> Result<Plugin> {
    let sandbox = Sandbox::new(Limits::default().stack, Overrun::Interrupt)?;
    sandbox.load(bytes, store, &plugins::compiler()?).map_err(|error| anyhow!("plugin `{name}` {error}"))
}

/// Runs what calls a plugin.
pub(super) fn wait<T>(future: impl Future<Output = T>) -> Result<T> {
    registry::wait(future)
}
