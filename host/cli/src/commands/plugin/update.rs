//! `sdlc plugin update`.

use std::fs;

use anyhow::{Context, Result, bail};
use sdlc_config::{
    edit,
    lock::{Lock, Locked},
    plugin::{PluginRef, PluginSource},
};
use sdlc_registry::{reference::Reference, versions::newest_compatible};

use super::pin::{self, Pinning};
use crate::{
    arguments::Global,
    console::Console,
    exit::Exit,
    plugin_arguments::Update,
    project::{FILE, Project},
    registry,
};

pub(crate) fn update(arguments: &Update, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    project.require_editable()?;
    let unknown = arguments.gates.iter().find(|name| !project.settings.plugins().any(|(known, _)| known == *name));
    if let Some(unknown) = unknown {
        bail!("no gate and no healer is called `{unknown}`");
    }
    let path = project.root.join(FILE);
    let mut text = fs::read_to_string(&path).with_context(|| format!("`{FILE}` cannot be read"))?;
    let mut lock = project.lock.clone();
    let mut current = Vec::new();
    for (name, plugin) in project.settings.plugins() {
        let chosen = arguments.gates.is_empty() || arguments.gates.iter().any(|chosen| chosen == name);
        if !chosen || matches!(plugin.source, PluginSource::Builtin(_)) {
            current.push(plugin.source.clone());
            continue;
        }
        let source = newest(&plugin.source)?;
        if let (PluginSource::Oci(reference), true) = (&source, source != plugin.source) {
            text = edit::set_reference(&text, name, reference)?;
        }
        let step = Step { project: &project, global, arguments, name, plugin };
        let locked = step.pin(&source, &lock)?;
        console.note(&format!("`{name}` is {} {}, sha256 {}", locked.name, locked.version, locked.sha256));
        lock.set(locked);
        current.push(source);
    }
    lock.retain(&current.iter().collect::<Vec<_>>());
    pin::write_lock(&project.root, &lock)?;
    pin::write(&path, text.as_bytes())?;
    Ok(Exit::Passed)
}

/// The same plugin with the newest tag that is compatible, for tags that are versions.
fn newest(source: &PluginSource) -> Result<PluginSource> {
    let PluginSource::Oci(text) = source else { return Ok(source.clone()) };
    let reference: Reference = text.parse()?;
    let (Some(tag), None) = (reference.tag(), reference.digest()) else { return Ok(source.clone()) };
    let tags = registry::wait(registry::client()?.tags(&reference))??;
    Ok(match newest_compatible(tag, &tags) {
        Some(newest) => PluginSource::Oci(reference.with_tag(newest)?.to_string()),
        None => source.clone(),
    })
}

struct Step<'a> {
    project: &'a Project,
    global: &'a Global,
    arguments: &'a Update,
    name: &'a str,
    plugin: &'a PluginRef,
}

impl Step<'_> {
    fn pin(&self, source: &PluginSource, lock: &Lock) -> Result<Locked> {
        let before = lock.get(source).or_else(|| lock.get(&self.plugin.source));
        let same = lock.get(source).filter(|_| !self.arguments.allow_moved);
        let pinning = Pinning {
            root: &self.project.root,
            global: self.global,
            key: self.plugin.trust.clone(),
            manifest: same.and_then(|locked| locked.manifest.clone()),
        };
        let found = pinning.pin(source).with_context(|| format!("plugin of `{}`", self.name))?.locked;
        if let Some(before) = before.filter(|before| is_lower(&found.version, &before.version))
            && !self.arguments.allow_downgrade
        {
            bail!(
                "plugin of `{}`: `{source}` is version {}, lower than {} that is pinned; hint: `--allow-downgrade` takes it",
                self.name,
                found.version,
                before.version
            );
        }
        Ok(found)
    }
}

fn is_lower(found: &str, before: &str) -> bool {
    match (semver::Version::parse(found), semver::Version::parse(before)) {
        (Ok(found), Ok(before)) => found < before,
        _ => false,
    }
}
