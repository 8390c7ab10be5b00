//! [`Lock`]: `sdlc.lock`, which pins every plugin that is not built in.

use std::fmt::Write;

use serde::Deserialize;

use crate::plugin::PluginSource;

/// Name of the file, beside `sdlc.toml`.
pub const FILE_NAME: &str = "sdlc.lock";
/// Version of the format.
const VERSION: u32 = 1;

/// Why a lock cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It is no lock.
    #[error(
        "`{FILE_NAME}` makes no sense: {0}hint: restore it from version control, or remove it and run `sdlc plugin update`"
    )]
    Malformed(String),
    /// It was written by a newer version.
    #[error("`{FILE_NAME}` is of format {0}, and this `sdlc` knows {VERSION}; hint: update `sdlc`")]
    Version(u32),
}

/// One plugin, pinned.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// Where it comes from, as [`PluginSource`] is written.
    pub source: String,
    /// Sha256 of the component, in hexadecimal.
    pub sha256: String,
    /// What the plugin called itself.
    pub name: String,
    /// The version that the plugin said it has.
    pub version: String,
    /// Digest of the registry's manifest, for what comes from one.
    #[serde(default)]
    pub manifest: Option<String>,
    /// Fingerprint of the public key whose signature it bore when it was pinned.
    #[serde(default)]
    pub key: Option<String>,
    /// Copy in the repository, relative to `sdlc.toml`.
    #[serde(default)]
    pub vendored: Option<String>,
}

/// All plugins that are pinned, sorted by source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    plugins: Vec<Locked>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLock {
    version: u32,
    #[serde(default, rename = "plugin")]
    plugins: Vec<Locked>,
}

#[derive(Deserialize)]
struct OnlyVersion {
    version: u32,
}

impl Lock {
    /// Reads a lock.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        let malformed = |message: String| LockError::Malformed(message);
        let OnlyVersion { version } = toml::from_str(text).map_err(|error| malformed(format!("{error}")))?;
        if version != VERSION {
            return Err(LockError::Version(version));
        }
        let raw: RawLock = toml::from_str(text).map_err(|error| malformed(format!("{error}")))?;
        debug_assert_eq!(raw.version, VERSION);
        let mut lock = Self::default();
        for plugin in raw.plugins {
            let digits = plugin.sha256.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
            if plugin.sha256.len() != 64 || !digits {
                return Err(malformed(format!("`{}` is no sha256; ", plugin.sha256)));
            }
            if lock.get_by_name(&plugin.source).is_some() {
                return Err(malformed(format!("`{}` is there twice; ", plugin.source)));
            }
            lock.set(plugin);
        }
        Ok(lock)
    }

    /// What is pinned of a source.
    pub fn get(&self, source: &PluginSource) -> Option<&Locked> {
        self.get_by_name(&source.to_string())
    }

    fn get_by_name(&self, source: &str) -> Option<&Locked> {
        self.plugins.iter().find(|locked| locked.source == source)
    }

    /// Pins a plugin, instead of what was pinned of its source.
    pub fn set(&mut self, locked: Locked) {
        self.plugins.retain(|other| other.source != locked.source);
        self.plugins.push(locked);
        self.plugins.sort_by(|a, b| a.source.cmp(&b.source));
    }

    /// Keeps only what is pinned of these sources.
    pub fn retain(&mut self, sources: &[&PluginSource]) {
        let names: Vec<_> = sources.iter().map(ToString::to_string).collect();
        self.plugins.retain(|locked| names.contains(&locked.source));
    }

    /// All of them.
    pub fn plugins(&self) -> &[Locked] {
        &self.plugins
    }

    /// Whether nothing is pinned.
    pub fn is_empty(&self) -> bool {
        self.plugins.is_empty()
    }

    /// The text of the file. The same lock gives the same text.
    pub fn to_text(&self) -> String {
        let mut text = String::from(
            "# Which plugins `sdlc` runs, by digest. Written by `sdlc plugin`; commit it, and do not edit it.\n",
        );
        let _ = writeln!(text, "version = {VERSION}");
        for locked in &self.plugins {
            let mut line = |key: &str, value: &str| {
                let _ = writeln!(text, "{key} = {}", toml::Value::from(value));
            };
            line("\n[[plugin]]\nsource", &locked.source);
            line("sha256", &locked.sha256);
            line("name", &locked.name);
            line("version", &locked.version);
            if let Some(manifest) = &locked.manifest {
                line("manifest", manifest);
            }
            if let Some(key) = &locked.key {
                line("key", key);
            }
            if let Some(vendored) = &locked.vendored {
                line("vendored", vendored);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(source: &str, manifest: Option<&str>) -> Locked {
        Locked {
            source: source.to_owned(),
            sha256: "0".repeat(64),
            name: "a \"b\"\n".to_owned(),
            version: "1.0.0".to_owned(),
            manifest: manifest.map(str::to_owned),
            key: None,
            vendored: None,
        }
    }

    #[test]
    fn a_lock_reads_back_as_it_was_written_sorted_by_source() {
        let mut lock = Lock::default();
        lock.set(locked("oci:r/b:1", Some("sha256:1")));
        lock.set(locked("oci:r/a:1", None));
        lock.set(locked("oci:r/a:1", None));
        let read = Lock::parse(&lock.to_text()).unwrap();
        assert_eq!(read, lock);
        assert_eq!(
            read.plugins().iter().map(|locked| locked.source.as_str()).collect::<Vec<_>>(),
            ["oci:r/a:1", "oci:r/b:1"]
        );
    }

    #[test]
    fn what_is_no_lock_is_refused() {
        for (text, expected) in [
            ("", "missing field `version`"),
            ("version = 2\n[unknown]\n", "is of format 2, and this `sdlc` knows 1"),
            ("version = 1\nplugins = []\n", "unknown field `plugins`"),
            (
                "version = 1\n[[plugin]]\nsource = \"x\"\nsha256 = \"A\"\nname = \"\"\nversion = \"\"\n",
                "`A` is no sha256",
            ),
        ] {
            let error = Lock::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let twice = format!("{}{}", Lock { plugins: vec![locked("x", None)] }.to_text(), "").replace(
            "\n[[plugin]]",
            "\n[[plugin]]\nsource = \"x\"\nsha256 = \"\"\nname = \"\"\nversion = \"\"\n[[plugin]]",
        );
        assert!(Lock::parse(&twice).is_err());
    }
}
