//! [`Project`]: where the workspace is, and what its `sdlc.toml` asks for.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use sdlc_cache::store::Store;
use sdlc_config::{
    lock::{self, Lock},
    plugin::PluginSource,
    problem::{ConfigError, Problem},
    settings::{self, Gate, Settings, Vocabulary},
};

use crate::{arguments::Global, components::vendored, grants, registry};

pub(crate) const FILE: &str = "sdlc.toml";
const DEFAULT_CACHE_SIZE: u64 = 1 << 30;

/// A workspace and its settings.
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    /// The configuration file; none: there is none, and built-in gates run.
    pub(crate) file: Option<String>,
    pub(crate) settings: Settings,
    pub(crate) lock: Lock,
    /// Whether every plugin that is not built in has to be pinned.
    pub(crate) locked: bool,
    /// The database of advisories, whether it is there or not.
    pub(crate) advisories: PathBuf,
    /// Where the configuration is read from; none: the tree.
    revision: Option<String>,
}

impl Project {
    /// Where it is configured well.
    pub(crate) fn open(global: &Global) -> Result<Self> {
        match Self::examine(global)? {
            (project, problems) if problems.is_empty() => Ok(project),
            (project, problems) => Err(ConfigError::new(&project.file_name(), problems).into()),
        }
    }

    /// What there is to know of it where it is not, and all that is wrong with its `sdlc.toml`.
    pub(crate) fn examine(global: &Global) -> Result<(Self, Vec<Problem>)> {
        let here = std::env::current_dir().context("the working directory cannot be read")?;
        // Without a state directory there are none, which is what a gate that asks for them is told.
        let advisories = advisories(global).unwrap_or_default();
        let revision = global.config_from.clone();
        let locked = global.locked || revision.is_some() || is_ci();
        if let Some(revision) = revision {
            return Self::of_revision(&here, revision, advisories);
        }
        let file = match &global.config {
            Some(file) => Some(file.clone()),
            None => here.ancestors().map(|directory| directory.join(FILE)).find(|file| file.is_file()),
        };
        let Some(file) = file else {
            let root = here.ancestors().find(|directory| directory.join(".git").exists()).unwrap_or(&here).to_owned();
            let settings = default_settings();
            let lock = Lock::default();
            return Ok((Self { root, file: None, settings, lock, locked, advisories, revision: None }, Vec::new()));
        };
        let text = fs::read_to_string(&file).with_context(|| format!("`{}` cannot be read", file.display()))?;
        let name = file.strip_prefix(&here).unwrap_or(&file).display().to_string();
        let (settings, problems) = settings::examine(&text, &vocabulary(&builtins()));
        let absolute = file.canonicalize()?;
        let root = absolute.parent().unwrap_or(Path::new("/")).to_owned();
        let lock = match fs::read_to_string(root.join(lock::FILE_NAME)) {
            Ok(text) => Lock::parse(&text)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Lock::default(),
            Err(error) => return Err(error).with_context(|| format!("`{}` cannot be read", lock::FILE_NAME)),
        };
        Ok((Self { root, file: Some(name), settings, lock, locked, advisories, revision: None }, problems))
    }

    /// Configuration and lock of a revision, so that what is checked cannot grant itself anything.
    fn of_revision(here: &Path, revision: String, advisories: PathBuf) -> Result<(Self, Vec<Problem>)> {
        let root = here.ancestors().find(|directory| directory.join(".git").exists());
        let root = root.context("this is no git repository; hint: `--config-from` needs one")?.to_owned();
        let text = |name: &str| -> Result<Option<String>> {
            let bytes = sdlc_workspace::tree::read_at(&root, &revision, name)?;
            bytes.map(|bytes| String::from_utf8(bytes).with_context(|| format!("`{name}` is not UTF-8"))).transpose()
        };
        let name = format!("{FILE} of {revision}");
        let settings = text(FILE)?.with_context(|| format!("there is no `{FILE}` in `{revision}`"))?;
        let (settings, problems) = settings::examine(&settings, &vocabulary(&builtins()));
        let lock = text(lock::FILE_NAME)?.map(|text| Lock::parse(&text)).transpose()?.unwrap_or_default();
        let project =
            Self { root, file: Some(name), settings, lock, locked: true, advisories, revision: Some(revision) };
        Ok((project, problems))
    }

    /// A file that the configuration names, from where the configuration is.
    pub(crate) fn read(&self, path: &Path) -> Result<Vec<u8>> {
        let place = self.revision.as_ref().map_or_else(|| "the tree".to_owned(), |revision| format!("`{revision}`"));
        self.find(path)?.with_context(|| format!("it is not in {place}"))
    }

    /// The same; none: there is no such file.
    pub(crate) fn find(&self, path: &Path) -> Result<Option<Vec<u8>>> {
        match &self.revision {
            None => match fs::read(self.root.join(path)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error.into()),
            },
            Some(revision) => Ok(sdlc_workspace::tree::read_at(&self.root, revision, &path.to_string_lossy())?),
        }
    }

    /// The configuration is the file of that name in the tree, so that it can be changed.
    pub(crate) fn require_editable(&self) -> Result<()> {
        let usual = self.file.as_ref().is_none_or(|file| Path::new(file).file_name().is_some_and(|name| name == FILE));
        if self.revision.is_some() || !usual {
            bail!("only `{FILE}` itself is changed; hint: without `--config` and `--config-from`");
        }
        Ok(())
    }

    /// Name of the configuration file, for people.
    pub(crate) fn file_name(&self) -> String {
        self.file.clone().unwrap_or_else(|| FILE.to_owned())
    }

    /// Globs of paths that no gate checks: what the project says, and the copies of pinned plugins, which `sdlc plugin vendor`
    /// made and which are held against `sdlc.lock` whenever they are loaded.
    pub(crate) fn exclude(&self) -> Vec<String> {
        let pinned = self.lock.plugins().iter();
        let copies =
            pinned.filter_map(|locked| locked.vendored.clone().filter(|path| *path == vendored(&locked.sha256)));
        self.settings.exclude.iter().cloned().chain(copies).collect()
    }

    /// Most bytes that the cache keeps.
    pub(crate) fn cache_size(&self) -> u64 {
        self.settings.cache_size.unwrap_or(DEFAULT_CACHE_SIZE)
    }
}

fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}

pub(crate) fn parse(name: &str, text: &str) -> Result<Settings> {
    Ok(settings::parse(name, text, &vocabulary(&builtins()))?)
}

fn builtins() -> Vec<&'static str> {
    sdlc_builtin::all().iter().map(|builtin| builtin.name).collect()
}

fn vocabulary<'a>(builtins: &'a [&'a str]) -> Vocabulary<'a> {
    Vocabulary {
        builtins,
        program: grants::PROGRAM,
        endpoint: grants::ENDPOINT,
        serve: grants::SERVE,
        variable: grants::VARIABLE,
        confinement: grants::CONFINEMENT,
        reference: registry::REFERENCE,
        url: registry::URL,
        asked: |url| sdlc_load::ask::check(url).map_err(|error| error.to_string()),
    }
}

/// Gates of a project without configuration. Those that find nothing to check are not mentioned.
fn default_settings() -> Settings {
    let gate = |name: &str, plugin: &str| Gate::new(name, PluginSource::Builtin(plugin.to_owned()));
    let gates = vec![
        gate("dockerfile", "dockerfile"),
        gate("hygiene", "hygiene"),
        gate("lint", "python-lint"),
        gate("secrets", "secrets"),
        gate("workflows", "github-actions"),
    ];
    Settings { gates, ..Settings::default() }
}

/// Where results are kept.
pub(crate) fn store(global: &Global) -> Result<Store> {
    let directory = match &global.cache_dir {
        Some(directory) => directory.clone(),
        None => own_directory("XDG_CACHE_HOME", ".cache", "--cache-dir")?,
    };
    Ok(Store::open(&directory)?)
}

/// Where is kept what cannot be made anew.
pub(crate) fn state_dir(global: &Global) -> Result<PathBuf> {
    match &global.state_dir {
        Some(directory) => Ok(directory.clone()),
        None => own_directory("XDG_STATE_HOME", ".local/state", "--state-dir"),
    }
}

/// Ours in a directory of the user: the one that a variable names, or below the home directory.
fn own_directory(variable: &str, below_home: &str, argument: &str) -> Result<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let directory = absolute(variable).or_else(|| Some(absolute("HOME")?.join(below_home)));
    let directory = directory
        .with_context(|| format!("neither `{variable}` nor `HOME` is set; hint: name a directory with `{argument}`"))?;
    Ok(directory.join("sdlc"))
}

/// The database of advisories, whether it is there or not.
pub(crate) fn advisories(global: &Global) -> Result<PathBuf> {
    Ok(state_dir(global)?.join(sdlc_advisories::database::FILE_NAME))
}

/// The cache, for commands that are only slower without one.
pub(crate) fn usable_store(global: &Global) -> Option<Arc<Store>> {
    store(global).ok().map(Arc::new)
}
