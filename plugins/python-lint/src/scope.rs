//! The resolved settings of all files below one configuration file.
//!
//! [`Scope`] is made from a chain of [`Layer`]s, the winning one first. Does not decide which files
//! it holds for: see `hierarchy`.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
};

use ruff_linter::registry::Rule;
use ruff_workspace::{Settings, configuration::Configuration, options::Options};

use crate::{
    bandit::{self, selection::Enabled},
    config_files,
    executable::ModeRules,
    first_party::UserModules,
    settings::Overrides,
    tree::Tree,
};

/// One configuration file.
pub(crate) struct Layer {
    configuration: Configuration,
    options: Options,
    /// What its paths are relative to.
    root: PathBuf,
}

/// Settings that hold for a directory and below.
pub(crate) struct Scope {
    /// The first-party modules among them are set anew for every file.
    pub(crate) settings: RefCell<Settings>,
    /// Modules that the user put into sections.
    pub(crate) user_modules: UserModules,
    /// Whether any rule asks which imports are first-party.
    pub(crate) sorts_imports: bool,
    pub(crate) mode_rules: ModeRules,
    pub(crate) bandit: Enabled,
}

impl Layer {
    /// From the options of a file in this directory.
    pub(crate) fn new(mut options: Options, path: Option<&Path>, directory: &str, tree: &Tree) -> Result<Self, String> {
        let root = config_files::absolute(directory);
        // ruff would look these up on the disk.
        let src = options.src.take().map(|src| expand(&src, &root, tree)).transpose()?;
        let namespaces = options.namespace_packages.take().map(|paths| expand(&paths, &root, tree)).transpose()?;
        let configuration =
            Configuration::from_options(options.clone(), path, &root).map_err(|error| format!("{error:#}"))?;
        let configuration = Configuration { src, namespace_packages: namespaces, ..configuration };
        Ok(Self { configuration, options, root })
    }

    /// The path that the file extends, as written.
    pub(crate) fn extends(&self) -> Option<&Path> {
        self.configuration.extend.as_deref()
    }
}

impl Scope {
    /// Settings for files in and below `directory`, from its layers, under the overrides.
    pub(crate) fn new(
        layers: Vec<Layer>,
        fallback: impl FnOnce() -> Option<ruff_linter::settings::types::PythonVersion>,
        directory: &str,
        overrides: &Overrides,
        tree: &Tree,
    ) -> Result<Self, String> {
        let root = config_files::absolute(directory);
        let mut project = Configuration::default();
        let mut options = Vec::new();
        for layer in layers {
            project = project.combine(layer.configuration);
            options.push((layer.options, layer.root));
        }
        project.target_version = project.target_version.or_else(|| fallback().map(Into::into));
        for flags in overrides.options.iter().rev() {
            let flags = Layer::new(flags.clone(), None, "", tree)?;
            project = flags.configuration.combine(project);
            options.insert(0, (flags.options, flags.root));
        }
        let user_modules = UserModules::new(project.lint.isort.as_ref());
        let mut settings = project.into_settings(&root).map_err(|error| format!("{error:#}"))?;
        // Not ours to find unused.
        settings.linter.external.push(bandit::PREFIX.to_owned());
        let linter = &settings.linter;
        let first_party_rules = [
            Rule::UnsortedImports,
            Rule::UnusedImport,
            Rule::TypingOnlyFirstPartyImport,
            Rule::TypingOnlyThirdPartyImport,
            Rule::TypingOnlyStandardLibraryImport,
        ];
        Ok(Self {
            sorts_imports: linter.rules.any_enabled(&first_party_rules),
            mode_rules: ModeRules::new(linter, &options)?,
            bandit: Enabled::new(&overrides.bandit, linter, &options)?,
            user_modules,
            settings: RefCell::new(settings),
        })
    }
}

/// Paths that match the patterns, and exist, as ruff expands `src` and `namespace-packages`.
fn expand(patterns: &[String], root: &Path, tree: &Tree) -> Result<Vec<PathBuf>, String> {
    let mut paths = Vec::new();
    let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
    for pattern in patterns {
        let absolute = ruff_linter::fs::normalize_path_to(pattern, root);
        let Some(pattern) = config_files::relative(&absolute) else { continue };
        let glob = glob::Pattern::new(&pattern).map_err(|error| format!("`{pattern}` is no glob: {error}"))?;
        let mut found: Vec<_> = tree.entries().filter(|path| glob.matches_with(path, options)).collect();
        found.sort_unstable();
        paths.extend(found.into_iter().map(config_files::absolute));
    }
    Ok(paths)
}
