//! From the gates of `sdlc.toml` to requests: which plugin, loaded how, within which limits.

use std::sync::Arc;

use anyhow::{Context, Result};
use globset::{Glob, GlobSet, GlobSetBuilder};
use sdlc_cache::store::Store;
use sdlc_config::{
    plugin::PluginSource,
    settings::{Gate, LimitSettings},
};
use sdlc_gates::request::{GateRequest, LazyPlugin};
use sdlc_sandbox::{
    compile::{Caps, Compiler},
    engine::Sandbox,
    limits::Limits,
};

use crate::{
    components::{Components, Found},
    grants,
    project::Project,
};

/// Requests for these gates.
pub(crate) fn requests(project: &Project, gates: &[&Gate], store: Option<&Arc<Store>>) -> Result<Vec<GateRequest>> {
    let components = Components { project, store };
    gates.iter().map(|gate| request(&components, gate)).collect()
}

fn request(components: &Components<'_>, gate: &Gate) -> Result<GateRequest> {
    let limits = limits(gate)?;
    let plugin = match &gate.plugin.source {
        PluginSource::Builtin(name) => builtin(name, limits.stack)?,
        source => foreign(source, components.find(&gate.plugin)?, limits.stack, components.store.cloned())?,
    };
    Ok(GateRequest {
        name: gate.name.clone(),
        plugin,
        settings: gate.settings.to_string(),
        grant: grants::grant(&components.project.root, &components.project.advisories, gate, &limits)?,
        limits,
        files: gate.files.as_deref().map(globs).transpose()?,
        exclude: globs(&gate.exclude)?,
        require: gate.require.clone(),
        fail_on: gate.fail_on,
        weight: gate.weight,
    })
}

fn builtin(name: &str, stack: usize) -> Result<LazyPlugin> {
    let builtin = sdlc_builtin::find(name).with_context(|| format!("no built-in plugin is called `{name}`"))?;
    Ok(LazyPlugin::new(builtin.digest.to_owned(), move || {
        let sandbox = Sandbox::new(stack).map_err(|error| error.to_string())?;
        sandbox.load_embedded(builtin.digest, builtin.code).map_err(|error| error.to_string())
    }))
}

fn foreign(source: &PluginSource, found: Found, stack: usize, store: Option<Arc<Store>>) -> Result<LazyPlugin> {
    let (compiler, name) = (compiler()?, source.to_string());
    Ok(LazyPlugin::new(found.digest, move || {
        let sandbox = Sandbox::new(stack).map_err(|error| error.to_string())?;
        let plugin = sandbox.load(&found.bytes, store.as_deref(), &compiler);
        plugin.map_err(|error| format!("plugin `{name}` {error}"))
    }))
}

/// Foreign components are compiled by a child of this executable.
pub(crate) fn compiler() -> Result<Compiler> {
    let executable = std::env::current_exe().context("the path of `sdlc` itself cannot be found")?;
    Ok(Compiler { executable, caps: Caps::default() })
}

fn globs(texts: &[String]) -> Result<GlobSet> {
    let mut globs = GlobSetBuilder::new();
    for text in texts {
        globs.add(Glob::new(text)?);
    }
    Ok(globs.build()?)
}

/// The plugin's limits: the defaults, and what was set.
fn limits(gate: &Gate) -> Result<Limits> {
    let defaults = Limits::default();
    let LimitSettings { memory, table_elements, instances, handles, stack, file_size, result_size, findings, log } =
        gate.limits.clone();
    let size = |set: Option<u64>, default: usize| set.map_or(Ok(default), usize::try_from);
    Ok(Limits {
        timeout: gate.timeout.unwrap_or(defaults.timeout),
        memory: size(memory, defaults.memory)?,
        table_elements: size(table_elements, defaults.table_elements)?,
        instances: size(instances, defaults.instances)?,
        handles: size(handles, defaults.handles)?,
        stack: size(stack, defaults.stack)?,
        file_size: file_size.unwrap_or(defaults.file_size),
        result_size: size(result_size, defaults.result_size)?,
        findings: size(findings, defaults.findings)?,
        log: size(log, defaults.log)?,
    })
}
