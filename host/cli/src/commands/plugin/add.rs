//! `sdlc plugin add`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use sdlc_config::{
    edit::{self, User},
    plugin::PluginSource,
};
use sdlc_sandbox::{anatomy::Anatomy, kind::Kind};

use super::{
    super::init,
    component,
    pin::{self, Pinning},
};
use crate::{
    arguments::Global,
    console::Console,
    exit::Exit,
    languages::detect,
    plugin_arguments::Add,
    project::{FILE, Project},
};

pub(crate) fn add(arguments: &Add, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    project.require_editable()?;
    let root = &project.root;
    let source = match component::source(&arguments.source) {
        PluginSource::Path(path) => PluginSource::Path(below(root, &path)?),
        other => other,
    };
    let key = arguments.key.as_ref().map(|key| below(root, key)).transpose()?;
    let pinning = Pinning { root, global, key: key.clone(), manifest: None };
    let pinned = pinning.pin(&source)?;
    let kinds = Anatomy::of(&pinned.bytes)?.kinds;
    let user = if kinds.iter().any(|kind| kind.is_gate()) {
        User::Gate
    } else if kinds.contains(&Kind::Healer) {
        User::Healer
    } else {
        let kinds = kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        bail!("plugin `{source}` is of kind {kinds}; hint: only gates and healers can be added to `{FILE}`");
    };
    let name = arguments.name.clone().unwrap_or_else(|| pinned.locked.name.clone());
    let path = root.join(FILE);
    let (text, is_new) = match fs::read_to_string(&path) {
        // Without the file the built-in gates run. The plugin comes on top of them, not in their place.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (init::text(&detect(root)), true),
        text => (text.with_context(|| format!("`{FILE}` cannot be read"))?, false),
    };
    let key = key.as_ref().map(|key| key.display().to_string());
    let text = edit::add(&text, user, &name, &source, key.as_deref())?;
    // The result has to make sense, a name that does not do included.
    crate::project::parse(FILE, &text)?;
    let (mut lock, locked) = (project.lock.clone(), pinned.locked);
    let what = format!("{} {}, sha256 {}", locked.name, locked.version, locked.sha256);
    lock.set(locked);
    pin::write_lock(root, &lock)?;
    pin::write(&path, text.as_bytes())?;
    if is_new {
        console.note(&format!("wrote `{FILE}` with the built-in gates that fit, as `sdlc init` does, and added to it"));
    }
    let (kind, command) = (user.name(), if user == User::Gate { "run" } else { "heal --dry-run" });
    let next = format!("`sdlc {command} {name}`, and commit `{FILE}` and `sdlc.lock`");
    console.note(&format!("added {kind} `{name}`: {what}; next: {next}"));
    Ok(Exit::Passed)
}

/// A path relative to the root, which is what `sdlc.toml` has.
fn below(root: &Path, path: &Path) -> Result<PathBuf> {
    let absolute = path.canonicalize().with_context(|| format!("`{}` cannot be found", path.display()))?;
    let root = root.canonicalize()?;
    let relative = absolute.strip_prefix(&root).map_err(|_| {
        anyhow::anyhow!("`{}` is outside of `{}`; hint: copy it into the repository", path.display(), root.display())
    })?;
    Ok(relative.to_owned())
}
