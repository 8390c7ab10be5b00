//! [`Project`]: where the workspace is, and what its `sdlc.toml` asks for.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sdlc_cache::store::Store;
use sdlc_config::settings::{self, Gate, PluginSource, Settings};

use crate::arguments::Global;

pub(crate) const FILE: &str = "sdlc.toml";
const DEFAULT_CACHE_SIZE: u64 = 1 << 30;

/// A workspace and its settings.
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    /// The configuration file; none: there is none, and built-in gates run.
    pub(crate) file: Option<String>,
    pub(crate) settings: Settings,
}

impl Project {
    pub(crate) fn open(global: &Global) -> Result<Self> {
        let here = std::env::current_dir().context("the working directory cannot be read")?;
        let file = match &global.config {
            Some(file) => Some(file.clone()),
            None => here.ancestors().map(|directory| directory.join(FILE)).find(|file| file.is_file()),
        };
        let Some(file) = file else {
            let root = here.ancestors().find(|directory| directory.join(".git").exists()).unwrap_or(&here).to_owned();
            return Ok(Self { root, file: None, settings: default_settings() });
        };
        let text = fs::read_to_string(&file).with_context(|| format!("`{}` cannot be read", file.display()))?;
        let name = file.strip_prefix(&here).unwrap_or(&file).display().to_string();
        let builtins: Vec<_> = sdlc_builtin::all().iter().map(|builtin| builtin.name).collect();
        let settings = settings::parse(&name, &text, &builtins)?;
        let absolute = file.canonicalize()?;
        let root = absolute.parent().unwrap_or(Path::new("/")).to_owned();
        Ok(Self { root, file: Some(name), settings })
    }

    /// Name of the configuration file, for people.
    pub(crate) fn file_name(&self) -> String {
        self.file.clone().unwrap_or_else(|| FILE.to_owned())
    }

    /// Most bytes that the cache keeps.
    pub(crate) fn cache_size(&self) -> u64 {
        self.settings.cache_size.unwrap_or(DEFAULT_CACHE_SIZE)
    }
}

/// Gates of a project without configuration. Those that find nothing to check are not mentioned.
fn default_settings() -> Settings {
    let gate = |name: &str, plugin: &str| Gate::new(name, PluginSource::Builtin(plugin.to_owned()));
    Settings { gates: vec![gate("hygiene", "hygiene"), gate("lint", "python-lint")], ..Settings::default() }
}

/// Where results are kept.
pub(crate) fn store(global: &Global) -> Result<Store> {
    let directory = match &global.cache_dir {
        Some(directory) => directory.clone(),
        None => {
            let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
            let cache = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
            cache
                .context(
                    "no cache directory: neither `XDG_CACHE_HOME` nor `HOME` is set; hint: name one with `--cache-dir`",
                )?
                .join("sdlc")
        }
    };
    Ok(Store::open(&directory)?)
}
