//! From the gates of `sdlc.toml` to requests: which plugin, loaded how, within which limits.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result};
use globset::{Glob, GlobSet, GlobSetBuilder};
use sdlc_cache::store::Store;
use sdlc_config::{
    plugin::{PluginRef, PluginSource},
    settings::{Gate, LimitSettings},
};
use sdlc_gates::request::{GateRequest, Idle, LazyPlugin};
use sdlc_sandbox::{
    compile::{Caps, Compiler},
    engine::{Overrun, Sandbox},
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
    let limits = limits(gate.timeout, &gate.limits)?;
    let plugin = plugin(components, &gate.plugin, limits.stack)?;
    let prefix = format!("gates.{}.", gate.name);
    Ok(GateRequest {
        name: gate.name.clone(),
        plugin,
        settings: gate.settings.to_string(),
        grant: grants::grant(&components.project.root, &components.project.advisories, prefix, &gate.grant, &limits)?,
        limits,
        files: gate.files.as_deref().map(globs).transpose()?,
        exclude: globs(&gate.exclude)?,
        require: gate.require.clone(),
        fail_on: gate.fail_on,
        weight: gate.weight,
        idle: Idle::default(),
    })
}

/// A plugin, loaded when it is needed.
pub(crate) fn plugin(components: &Components<'_>, plugin: &PluginRef, stack: usize) -> Result<LazyPlugin> {
    match &plugin.source {
        PluginSource::Builtin(name) => builtin(name, stack),
        source => foreign(source, components.find(plugin)?, stack, components.store.cloned()),
    }
}

/// A plugin that is part of the executable.
pub(crate) fn builtin(name: &str, stack: usize) -> Result<LazyPlugin> {
    let builtin = sdlc_builtin::find(name).with_context(|| format!("no built-in plugin is called `{name}`"))?;
    Ok(LazyPlugin::new(builtin.digest.to_owned(), move || {
        let overrun = if builtin.interruptible { Overrun::Interrupt } else { Overrun::Abandon };
        let sandbox = Sandbox::new(stack, overrun).map_err(|error| error.to_string())?;
        sandbox.load_embedded(builtin.digest, builtin.code).map_err(|error| error.to_string())
    }))
}

fn foreign(source: &PluginSource, found: Found, stack: usize, store: Option<Arc<Store>>) -> Result<LazyPlugin> {
    let (compiler, name) = (compiler()?, source.to_string());
    Ok(LazyPlugin::new(found.digest, move || {
        let sandbox = Sandbox::new(stack, Overrun::Interrupt).map_err(|error| error.to_string())?;
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

/// A plugin's limits: the defaults, and what was set.
pub(crate) fn limits(timeout: Option<Duration>, set: &LimitSettings) -> Result<Limits> {
    let defaults = Limits::default();
    let LimitSettings { memory, table_elements, instances, handles, stack, file_size, result_size, findings, log } =
        set.clone();
    let size = |set: Option<u64>, default: usize| set.map_or(Ok(default), usize::try_from);
    Ok(Limits {
        timeout: timeout.unwrap_or(defaults.timeout),
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
