//! From the gates of `sdlc.toml` to requests: which plugin, loaded how, within which limits.

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context, Result};
use globset::{Glob, GlobSet, GlobSetBuilder};
use sdlc_cache::store::Store;
use sdlc_config::settings::{Gate, LimitSettings, PluginSource};
use sdlc_gates::request::{GateRequest, LazyPlugin};
use sdlc_sandbox::{
    compile::{Caps, Compiler},
    engine::{self, Sandbox},
    limits::Limits,
};

use crate::project::Project;

/// Requests for these gates.
pub(crate) fn requests(project: &Project, gates: &[&Gate], store: Option<&Arc<Store>>) -> Result<Vec<GateRequest>> {
    gates.iter().map(|gate| request(project, gate, store.cloned())).collect()
}

fn request(project: &Project, gate: &Gate, store: Option<Arc<Store>>) -> Result<GateRequest> {
    let limits = limits(gate)?;
    let stack = limits.stack;
    let plugin = match &gate.plugin {
        PluginSource::Builtin(name) => builtin(name, stack)?,
        PluginSource::Path(path) => file(&project.root, path, stack, store)?,
    };
    Ok(GateRequest {
        name: gate.name.clone(),
        plugin,
        settings: gate.settings.to_string(),
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

fn file(root: &Path, path: &Path, stack: usize, store: Option<Arc<Store>>) -> Result<LazyPlugin> {
    let path = root.join(path);
    let bytes = fs::read(&path).with_context(|| format!("plugin `{}` cannot be read", path.display()))?;
    let executable = std::env::current_exe().context("the path of `sdlc` itself cannot be found")?;
    let compiler = Compiler { executable, caps: Caps::default() };
    Ok(LazyPlugin::new(engine::digest(&bytes), move || {
        let name = path.display();
        let sandbox = Sandbox::new(stack).map_err(|error| error.to_string())?;
        let plugin = sandbox.load(&bytes, store.as_deref(), &compiler);
        plugin.map_err(|error| format!("plugin `{name}` {error}"))
    }))
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
