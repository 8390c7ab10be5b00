//! Pinning: what a plugin is and says, held against what was pinned before; writing `sdlc.lock` and `sdlc.toml`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use sdlc_config::{
    lock::{self, Lock, Locked},
    plugin::PluginSource,
};
use sdlc_sandbox::{anatomy::Anatomy, engine::digest, limits::Limits};

use super::component;
use crate::{arguments::Global, components, project, registry};

/// How to find a plugin, and what is taken for granted.
pub(super) struct Pinning<'a> {
    pub(super) root: &'a Path,
    pub(super) global: &'a Global,
    /// Public key, relative to the root.
    pub(super) key: Option<PathBuf>,
    /// Manifest that the tag has to name.
    pub(super) manifest: Option<String>,
}

/// A plugin that can be pinned.
pub(super) struct Pinned {
    pub(super) locked: Locked,
    pub(super) bytes: Vec<u8>,
}

impl Pinning<'_> {
    /// Fetches a plugin, checks its signature, and asks it who it is, in the sandbox, with nothing granted.
    pub(super) fn pin(&self, source: &PluginSource) -> Result<Pinned> {
        let pem = self.key.as_ref().map(|key| self.pem(key)).transpose()?;
        let key = pem.as_deref().map(registry::key).transpose()?;
        let (bytes, manifest) = match source {
            PluginSource::Path(path) => {
                let bytes = component::read(&self.root.join(path))?;
                if let Some(pem) = &pem {
                    let signature = component::read(&self.root.join(path).with_extension("wasm.sig"))?;
                    registry::verify_file(source, &bytes, &signature, pem)?;
                }
                (bytes, None)
            }
            _ => {
                let fetched = registry::fetch(source, self.manifest.as_deref(), key.as_ref())?;
                (fetched.bytes, fetched.manifest)
            }
        };
        let (name, store) = (source.to_string(), project::usable_store(self.global));
        Anatomy::of(&bytes).with_context(|| format!("plugin `{name}`"))?;
        let plugin = component::load(&name, &bytes, store.as_deref())?;
        let info = component::wait(plugin.describe(&Limits::default()))?;
        let info = info.with_context(|| format!("plugin `{name}` cannot be asked who it is"))?;
        if info.name.chars().chain(info.version.chars()).any(char::is_control) {
            bail!("plugin `{name}` has control characters in its name or version");
        }
        let locked = Locked {
            source: name,
            sha256: digest(&bytes),
            name: info.name,
            version: info.version,
            manifest,
            key: pem.as_deref().map(registry::fingerprint),
            vendored: None,
        };
        if let (Some(store), false) = (&store, matches!(source, PluginSource::Path(_))) {
            // So that the next run needs no network. A cache that cannot be written is no reason to fail.
            let _ = store.write(&components::cache_name(&locked.sha256), &bytes);
        }
        Ok(Pinned { locked, bytes })
    }

    fn pem(&self, key: &Path) -> Result<Vec<u8>> {
        let path = self.root.join(key);
        fs::read(&path).with_context(|| format!("public key `{}` cannot be read", path.display()))
    }
}

/// Writes the lock, or removes it where nothing is pinned.
pub(super) fn write_lock(root: &Path, lock: &Lock) -> Result<()> {
    let path = root.join(lock::FILE_NAME);
    if lock.is_empty() {
        return match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context("the lock cannot be removed")
            }
            _ => Ok(()),
        };
    }
    write(&path, lock.to_text().as_bytes())
}

/// A whole file or none.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<()> {
    crate::whole_file::write(path, |out| out.write_all(content))
        .with_context(|| format!("`{}` cannot be written", path.display()))
}
