//! [`Components`]: the bytes of plugins that are not built in, each held against `sdlc.lock` before anything is loaded.

use std::{fs, path::PathBuf, sync::Arc};

use anyhow::{Context, Result, bail};
use sdlc_cache::store::Store;
use sdlc_config::{
    lock::{self, Locked},
    plugin::{PluginRef, PluginSource},
};
use sdlc_sandbox::engine::digest;

use crate::{project::Project, registry};

/// A component that was found to be the one that is pinned, where it is pinned.
pub(crate) struct Found {
    pub(crate) digest: String,
    pub(crate) bytes: Vec<u8>,
}

/// Where components are looked for.
pub(crate) struct Components<'a> {
    pub(crate) project: &'a Project,
    pub(crate) store: Option<&'a Arc<Store>>,
}

impl Components<'_> {
    /// The component of a plugin. What is pinned is taken from the repository, else from the cache, else from where it
    /// comes from.
    pub(crate) fn find(&self, plugin: &PluginRef) -> Result<Found> {
        let source = &plugin.source;
        let locked = self.project.lock.get(source);
        if locked.is_none() && (self.project.locked || !matches!(source, PluginSource::Path(_))) {
            let file = lock::FILE_NAME;
            bail!("plugin `{source}` is not in `{file}`; hint: `sdlc plugin update` pins it, commit `{file}` then");
        }
        let bytes = match (source, locked) {
            (PluginSource::Builtin(name), _) => bail!("`{name}` is built in"),
            (PluginSource::Path(path), _) => self.read(path)?,
            (_, Some(locked)) => self.pinned(source, locked)?,
            (_, None) => bail!("plugin `{source}` is not pinned"),
        };
        let found = Found { digest: digest(&bytes), bytes };
        if let Some(locked) = locked {
            require_same(source, locked, &found.digest)?;
        }
        self.require_signature(plugin, locked, &found)?;
        Ok(found)
    }

    fn read(&self, path: &PathBuf) -> Result<Vec<u8>> {
        let path = self.project.root.join(path);
        fs::read(&path).with_context(|| format!("plugin `{}` cannot be read", path.display()))
    }

    fn pinned(&self, source: &PluginSource, locked: &Locked) -> Result<Vec<u8>> {
        if let Some(vendored) = &locked.vendored {
            return self.read(&PathBuf::from(vendored));
        }
        let name = cache_name(&locked.sha256);
        if let Some(bytes) = self.store.and_then(|store| store.read(&name)) {
            return Ok(bytes);
        }
        let bytes = registry::fetch(source, locked.manifest.as_deref(), None)?.bytes;
        require_same(source, locked, &digest(&bytes))?;
        if let Some(store) = self.store {
            // A cache that cannot be written is no reason to fail.
            let _ = store.write(&name, &bytes);
        }
        Ok(bytes)
    }

    /// A signature on a file is checked each time; one from elsewhere was when it was pinned, with the key of which the
    /// lock has the fingerprint.
    fn require_signature(&self, plugin: &PluginRef, locked: Option<&Locked>, found: &Found) -> Result<()> {
        let Some(key) = &plugin.trust else { return Ok(()) };
        let source = &plugin.source;
        let pem = self.project.read(key).with_context(|| format!("public key `{}` cannot be read", key.display()))?;
        if let PluginSource::Path(path) = source {
            let signature = path.with_extension("wasm.sig");
            let signature = self.read(&signature).with_context(|| format!("plugin `{source}` is not signed"))?;
            return registry::verify_file(source, &found.bytes, &signature, &pem);
        }
        if locked.and_then(|locked| locked.key.as_deref()) != Some(registry::fingerprint(&pem).as_str()) {
            bail!(
                "plugin `{source}` was not pinned with the key `{}`; hint: `sdlc plugin update` checks its signature",
                key.display()
            );
        }
        Ok(())
    }
}

/// Where copies in the repository are, beside `sdlc.toml`.
pub(crate) const VENDORED: &str = "sdlc-plugins";

/// Path of the copy of a component in the repository.
pub(crate) fn vendored(digest: &str) -> String {
    format!("{VENDORED}/{digest}.wasm")
}

/// Name of a component in the cache.
pub(crate) fn cache_name(digest: &str) -> String {
    format!("component-{digest}")
}

fn require_same(source: &PluginSource, locked: &Locked, found: &str) -> Result<()> {
    if locked.sha256 == found {
        return Ok(());
    }
    bail!(
        "plugin `{source}` has sha256 {found}, but `{}` pins {}; hint: if the change is meant, `sdlc plugin update`",
        lock::FILE_NAME,
        locked.sha256
    )
}
