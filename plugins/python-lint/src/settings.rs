//! The gate's own table of `sdlc.toml`, and what it overrides in the project's configuration.
//!
//! [`Settings`] is as typed, [`Overrides`] is checked. They win over configuration files the way
//! ruff's command line does. Does not read configuration files.

use std::{collections::BTreeMap, path::Path};

use ruff_linter::{
    UnresolvedRuleSelector,
    line_width::LineLength,
    settings::types::{PreviewMode, PythonVersion},
};
use ruff_ranged_value::{ValueSource, ValueSourceGuard};
use ruff_workspace::{
    configuration::Configuration,
    options::{FormatOptions, LintCommonOptions, LintOptions, Options},
};
use schemars::JsonSchema;
use sdlc_sdk::Problem;
use serde::Deserialize;

use crate::{
    ROOT,
    bandit::selection::{self, Selection},
};

/// Every key is optional; what is missing is decided by the project's configuration, then by ruff.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Settings {
    /// Rules or prefixes of rules to enable, instead of those of the project; `["ALL"]` is all of them.
    select: Option<Vec<String>>,
    /// Rules to enable on top of others.
    extend_select: Vec<String>,
    /// Rules to disable.
    ignore: Vec<String>,
    /// Rules whose fixes are offered, instead of all.
    fixable: Option<Vec<String>>,
    /// Rules whose fixes are offered on top of others.
    extend_fixable: Vec<String>,
    /// Rules whose fixes are not offered.
    unfixable: Vec<String>,
    /// Rules whose unsafe fixes count as safe.
    extend_safe_fixes: Vec<String>,
    /// Rules whose safe fixes count as unsafe.
    extend_unsafe_fixes: Vec<String>,
    /// Rules to ignore in files that match a glob, instead of those of the project.
    per_file_ignores: Option<BTreeMap<String, Vec<String>>>,
    /// Rules to ignore in files that match a glob, on top of others.
    extend_per_file_ignores: BTreeMap<String, Vec<String>>,
    /// Width of a line, for `E501` and the formatter.
    line_length: Option<u16>,
    /// Lowest Python version that the code has to run on, such as `py311`.
    target_version: Option<String>,
    /// Enables unstable rules and unstable formatting.
    preview: Option<bool>,
    /// Files and directories to leave out, instead of ruff's and the project's.
    exclude: Option<Vec<String>>,
    /// Files and directories to leave out on top of others.
    extend_exclude: Vec<String>,
    /// Further files to check, such as `*.pyx`.
    extend_include: Vec<String>,
    /// Directories in which first-party modules lie; `[".", "src"]` if not given.
    src: Option<Vec<String>>,
    /// Further configuration files that others `extend`, as globs; those with `ruff` in their name are known.
    configuration_files: Vec<String>,
    /// Any other options of ruff, as in `ruff.toml`.
    config: serde_json::Map<String, serde_json::Value>,
    /// Whether bandit's `# nosec` comments suppress its rules, `S` and `BANDIT`; they do unless this is `false`.
    nosec: Option<bool>,
    /// Adds the rule `unformatted`: files that `ruff format` would change.
    format: bool,
}

/// Settings that were found good.
#[derive(Debug)]
pub(crate) struct Overrides {
    /// Win over the configuration of the project, the first one most.
    pub(crate) options: Vec<Options>,
    pub(crate) format: bool,
    /// Rules of bandit that ruff lacks.
    pub(crate) bandit: Selection,
    /// Globs of further files to check.
    pub(crate) extra_files: Vec<String>,
    /// Globs of further context files.
    pub(crate) extra_context: Vec<String>,
}

impl Settings {
    /// Checks all keys at once.
    pub(crate) fn into_overrides(mut self) -> Result<Overrides, Vec<Problem>> {
        let mut problems = Vec::new();
        let bandit = self.take_bandit();
        self.check_selectors(&mut problems);
        let line_length = self.line_length(&mut problems);
        let target_version = self.target_version(&mut problems);
        let config = read_config(&self.config).unwrap_or_else(|problem| {
            problems.push(problem);
            Options::default()
        });
        let (format, extra_context) = (self.format, self.configuration_files.clone());
        let extra_files = self.extend_include.iter().map(|glob| anywhere(glob)).collect();
        let flags = self.into_options(line_length, target_version);
        if let Err(error) = Configuration::from_options(config.clone(), None, Path::new(ROOT)) {
            problems.push(Problem::new("config", format!("{error:#}")));
        }
        if problems.is_empty() {
            Ok(Overrides { options: vec![flags, config], format, bandit, extra_files, extra_context })
        } else {
            Err(problems)
        }
    }

    /// Takes out what ruff does not know.
    fn take_bandit(&mut self) -> Selection {
        let mut select = self.select.as_mut().map(selection::take).unwrap_or_default();
        select.extend(selection::take(&mut self.extend_select));
        let ignore = selection::take(&mut self.ignore);
        let tables = self.per_file_ignores.iter_mut().flatten().chain(&mut self.extend_per_file_ignores);
        let per_file = tables.flat_map(|(glob, selectors)| {
            let own = selection::take(selectors);
            own.into_iter().map(|selector| (glob.clone(), selector)).collect::<Vec<_>>()
        });
        Selection { select, ignore, per_file: per_file.collect(), nosec: self.nosec.unwrap_or(true) }
    }

    fn check_selectors(&self, problems: &mut Vec<Problem>) {
        let none = Vec::new();
        let mut lists = vec![
            ("select".to_owned(), self.select.as_ref().unwrap_or(&none)),
            ("extend-select".to_owned(), &self.extend_select),
            ("ignore".to_owned(), &self.ignore),
            ("fixable".to_owned(), self.fixable.as_ref().unwrap_or(&none)),
            ("extend-fixable".to_owned(), &self.extend_fixable),
            ("unfixable".to_owned(), &self.unfixable),
            ("extend-safe-fixes".to_owned(), &self.extend_safe_fixes),
            ("extend-unsafe-fixes".to_owned(), &self.extend_unsafe_fixes),
        ];
        let per_file = self.per_file_ignores.iter().flatten().map(|entry| ("per-file-ignores", entry));
        let extend = self.extend_per_file_ignores.iter().map(|entry| ("extend-per-file-ignores", entry));
        lists.extend(per_file.chain(extend).map(|(key, (glob, rules))| (format!("{key}.{glob}"), rules)));
        for (key, rules) in lists {
            let unknown = rules.iter().filter(|rule| !is_selector(rule, self.preview));
            problems.extend(unknown.map(|rule| {
                let message = format!("`{rule}` is neither a rule nor a prefix of rules; hint: `F401`, `F` or `ALL`");
                Problem::new(&key, message)
            }));
        }
    }

    fn line_length(&self, problems: &mut Vec<Problem>) -> Option<LineLength> {
        let length = LineLength::try_from(self.line_length?);
        length.map_err(|error| problems.push(Problem::new("line-length", error.to_string()))).ok()
    }

    fn target_version(&self, problems: &mut Vec<Problem>) -> Option<PythonVersion> {
        let version = serde_json::from_value(serde_json::Value::from(self.target_version.as_deref()?));
        version.map_err(|error| problems.push(Problem::new("target-version", error.to_string()))).ok()
    }

    fn into_options(self, line_length: Option<LineLength>, target_version: Option<PythonVersion>) -> Options {
        let ignores = |table: BTreeMap<String, Vec<String>>| {
            table.into_iter().map(|(glob, rules)| (glob, selectors(rules))).collect()
        };
        let common = LintCommonOptions {
            select: self.select.map(selectors),
            extend_select: Some(selectors(self.extend_select)),
            ignore: Some(selectors(self.ignore)),
            fixable: self.fixable.map(selectors),
            extend_fixable: Some(selectors(self.extend_fixable)),
            unfixable: Some(selectors(self.unfixable)),
            extend_safe_fixes: Some(selectors(self.extend_safe_fixes)),
            extend_unsafe_fixes: Some(selectors(self.extend_unsafe_fixes)),
            per_file_ignores: self.per_file_ignores.map(ignores),
            extend_per_file_ignores: Some(ignores(self.extend_per_file_ignores)),
            ..LintCommonOptions::default()
        };
        Options {
            line_length,
            target_version,
            preview: self.preview,
            exclude: self.exclude,
            extend_exclude: Some(self.extend_exclude),
            extend_include: Some(self.extend_include),
            src: self.src,
            lint: Some(LintOptions { common, preview: self.preview, ..LintOptions::default() }),
            format: Some(FormatOptions { preview: self.preview, ..FormatOptions::default() }),
            ..Options::default()
        }
    }
}

fn selectors(rules: Vec<String>) -> Vec<UnresolvedRuleSelector> {
    rules.into_iter().map(UnresolvedRuleSelector::cli).collect()
}

/// Names of rules are known in preview only, which the project may enable where `sdlc.toml` does not.
fn is_selector(rule: &str, preview: Option<bool>) -> bool {
    let preview = PreviewMode::from(preview.unwrap_or(true));
    UnresolvedRuleSelector::cli(rule).resolve(preview).is_ok()
}

fn read_config(config: &serde_json::Map<String, serde_json::Value>) -> Result<Options, Problem> {
    let _guard = ValueSourceGuard::new(ValueSource::Cli, false);
    let options: Result<Options, _> = serde_json::from_value(serde_json::Value::Object(config.clone()));
    match options {
        Ok(options) if options.extend.is_some() => {
            Err(Problem::new("config.extend", "only a configuration file can extend another one"))
        }
        Ok(options) => Ok(options),
        Err(error) => Err(Problem::new("config", error.to_string())),
    }
}

/// A glob of ruff, which matches a bare name at any depth, as a glob of the host.
fn anywhere(glob: &str) -> String {
    if glob.contains('/') { glob.to_owned() } else { format!("**/{glob}") }
}
