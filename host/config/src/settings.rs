//! [`Settings`]: `sdlc.toml`, validated. The only form of it that the rest of the host sees.

use std::time::Duration;

use sdlc_model::{condition::Requirement, finding::FailOn};
use serde_json::Value;

use crate::{
    document::Document,
    environment::Environment,
    healer::Healer,
    plugin::{PluginRef, PluginSource, plugin},
    problem::{ConfigError, Problem},
    raw::{self, RawConfig, RawGate, RawGrant, RawLimits},
    validate::validate,
};

/// Says what is wrong with a word that another crate knows the meaning of.
pub type Check = fn(&str) -> Result<(), String>;

/// What other crates know of the words in `sdlc.toml`.
#[derive(Clone, Copy)]
pub struct Vocabulary<'a> {
    /// Names of the built-in plugins.
    pub builtins: &'a [&'a str],
    /// A program with arguments, of `grant.run`.
    pub program: Check,
    /// A host and a port, of `grant.connect`.
    pub endpoint: Check,
    /// An address of this machine, of `grant.serve`.
    pub serve: Check,
    /// A name of a variable, of `grant.env`.
    pub variable: Check,
    /// How well programs are confined, of `grant.min-confinement`.
    pub confinement: Check,
    /// A reference in a registry, of `plugin.oci`.
    pub reference: Check,
    /// An address, of `plugin.url`.
    pub url: Check,
    /// An address that is asked over HTTP, of `monitor`.
    pub asked: Check,
}

impl Vocabulary<'_> {
    fn understands(&self, source: &PluginSource) -> bool {
        match source {
            PluginSource::Builtin(name) => self.builtins.contains(&name.as_str()),
            PluginSource::Path(_) => true,
            PluginSource::Url(url) => (self.url)(url).is_ok(),
            PluginSource::Oci(reference) => (self.reference)(reference).is_ok(),
        }
    }
}

/// What `sdlc.toml` asks for.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Name of the project.
    pub name: Option<String>,
    /// Globs of paths that no gate checks.
    pub exclude: Vec<String>,
    /// The gates, in the order of their names.
    pub gates: Vec<Gate>,
    /// The healers, in the order of their names.
    pub healers: Vec<Healer>,
    /// The environments, in the order of their names.
    pub environments: Vec<Environment>,
    /// Conditions on the run as a whole.
    pub overall: Vec<(String, Requirement)>,
    /// Most bytes that the cache keeps.
    pub cache_size: Option<u64>,
    /// For problems that are found later, such as settings that a plugin refuses.
    pub document: Document,
}

/// What a plugin may do. As typed: other crates know what the words mean, and found them sound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is described in `RawGrant`")]
pub struct Grant {
    pub read: Vec<String>,
    pub write: Vec<String>,
    pub run: Vec<String>,
    pub connect: Vec<String>,
    pub serve: Vec<String>,
    pub loopback: bool,
    pub env: Vec<String>,
    pub advisories: bool,
    pub min_confinement: Option<String>,
}

/// A gate.
#[derive(Clone, Debug)]
pub struct Gate {
    /// As in `sdlc.toml`.
    pub name: String,
    /// Which plugin.
    pub plugin: PluginRef,
    /// Globs of files to check; none: what the plugin wants.
    pub files: Option<Vec<String>>,
    /// Globs of files not to check.
    pub exclude: Vec<String>,
    /// Conditions on metrics.
    pub require: Vec<(String, Requirement)>,
    /// From which severity on findings fail the run.
    pub fail_on: FailOn,
    /// Weight of its score. Not negative.
    pub weight: f64,
    /// Longest time of one call.
    pub timeout: Option<Duration>,
    /// What it may do.
    pub grant: Grant,
    /// Limits that were set.
    pub limits: LimitSettings,
    /// The plugin's own settings, a JSON object.
    pub settings: Value,
}

impl Gate {
    /// A gate with nothing set.
    pub fn new(name: &str, plugin: PluginSource) -> Self {
        Self {
            name: name.to_owned(),
            plugin: PluginRef { source: plugin, trust: None },
            files: None,
            exclude: Vec::new(),
            require: Vec::new(),
            fail_on: FailOn::Severity(sdlc_model::finding::Severity::Warning),
            weight: 1.0,
            timeout: None,
            grant: Grant::default(),
            limits: LimitSettings::default(),
            settings: Value::Object(serde_json::Map::new()),
        }
    }
}

impl Settings {
    /// All plugins with the names of the gates, healers and environments that use them.
    pub fn plugins(&self) -> impl Iterator<Item = (&str, &PluginRef)> {
        let gates = self.gates.iter().map(|gate| (gate.name.as_str(), &gate.plugin));
        let healers = self.healers.iter().map(|healer| (healer.name.as_str(), &healer.plugin));
        let environments = self.environments.iter();
        let used = environments.flat_map(|environment| {
            let policy = environment.scale.as_ref().map(|scale| &scale.plugin);
            let healer = &environment.recover.plugin;
            let plugins = [&environment.strategy.plugin, healer].into_iter().chain(policy);
            plugins.map(|plugin| (environment.name.as_str(), plugin))
        });
        gates.chain(healers).chain(used)
    }

    fn leave_plugins(&mut self, vocabulary: &Vocabulary<'_>) {
        self.gates.retain(|gate| vocabulary.understands(&gate.plugin.source));
        self.healers.retain(|healer| vocabulary.understands(&healer.plugin.source));
        self.environments.retain(|environment| vocabulary.understands(&environment.strategy.plugin.source));
        for gate in &mut self.gates {
            (gate.files, gate.exclude, gate.grant) = (None, Vec::new(), Grant::default());
        }
        self.healers.iter_mut().for_each(|healer| healer.grant = Grant::default());
    }
}

/// Limits of a plugin; none: the default. Sizes are in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is described in `RawLimits`")]
pub struct LimitSettings {
    pub memory: Option<u64>,
    pub table_elements: Option<u64>,
    pub instances: Option<u64>,
    pub handles: Option<u64>,
    pub stack: Option<u64>,
    pub file_size: Option<u64>,
    pub result_size: Option<u64>,
    pub findings: Option<u64>,
    pub log: Option<u64>,
}

/// Reads a configuration. `file` is its name, for people.
///
/// # Errors
/// All that is wrong with it.
pub fn parse(file: &str, text: &str, vocabulary: &Vocabulary<'_>) -> Result<Settings, ConfigError> {
    match examine(text, vocabulary) {
        (settings, problems) if problems.is_empty() => Ok(settings),
        (_, problems) => Err(ConfigError::new(file, problems)),
    }
}

/// Reads a configuration, and gives all that is wrong with it. Where something is, the settings are only good for asking the
/// plugins what they say of theirs: plugins that could not be understood are left out, and nothing is granted.
pub fn examine(text: &str, vocabulary: &Vocabulary<'_>) -> (Settings, Vec<Problem>) {
    let (document, syntax) = Document::parse(text);
    if !syntax.is_empty() {
        return (Settings::default(), syntax);
    }
    let (mut problems, sound) = validate(&document, &raw::schema());
    let settings = match serde_json::from_value::<RawConfig>(sound) {
        Ok(raw) => Reading { document: &document, vocabulary, problems: &mut problems }.settings(raw),
        Err(error) => {
            if problems.is_empty() {
                problems.push(Problem { message: error.to_string(), place: None });
            }
            Settings::default()
        }
    };
    let mut settings = Settings { document, ..settings };
    if !problems.is_empty() {
        settings.leave_plugins(vocabulary);
    }
    (settings, problems)
}

pub(crate) struct Reading<'a> {
    document: &'a Document,
    pub(crate) vocabulary: &'a Vocabulary<'a>,
    problems: &'a mut Vec<Problem>,
}

impl Reading<'_> {
    fn settings(&mut self, raw: RawConfig) -> Settings {
        self.globs("project.exclude", &raw.project.exclude);
        let known: Vec<_> = raw.gates.keys().cloned().collect();
        let name = raw.project.name;
        if let (None, Some(environment)) = (&name, raw.environments.keys().next()) {
            let message = "an environment needs a name of the project, of which names of containers are made; \
                           hint: `[project] name = \"...\"`";
            let path = format!("environments.{environment}");
            self.problems.push(self.document.problem_with_key(&path, message.to_owned()));
        }
        let environments = raw.environments.into_iter();
        Settings {
            environments: environments
                .map(|(key, environment)| self.environment(key, environment, &known, name.as_deref()))
                .collect(),
            name,
            exclude: raw.project.exclude,
            overall: self.conditions("overall.require", raw.overall.require),
            cache_size: self.size("cache.size", raw.cache.size),
            gates: raw.gates.into_iter().map(|(name, gate)| self.gate(name, gate)).collect(),
            healers: raw.healers.into_iter().map(|(name, healer)| self.healer(name, healer, &known)).collect(),
            document: Document::default(),
        }
    }

    fn gate(&mut self, name: String, raw: RawGate) -> Gate {
        let path = format!("gates.{name}");
        let key = |key: &str| format!("{path}.{key}");
        self.require_plain_name(&path, "gate", &name);
        if !raw.grant.write.is_empty() {
            let message = "a gate changes no files: only healers have `write`".to_owned();
            self.problems.push(self.document.problem_with_key(&key("grant.write"), message));
        }
        let require = self.conditions(&key("require"), raw.require);
        let default = if require.is_empty() { "warning" } else { "never" };
        let fail_on = raw.fail_on.as_deref().unwrap_or(default).parse();
        let fail_on = self.value(&key("fail-on"), fail_on).unwrap_or(FailOn::Never);
        let weight = raw.weight.unwrap_or(1.0);
        if !(weight.is_finite() && weight >= 0.0) {
            self.wrong(&key("weight"), format!("`weight` is {weight}, but must not be negative"));
        }
        self.globs(&key("files"), raw.files.as_deref().unwrap_or_default());
        self.globs(&key("exclude"), &raw.exclude);
        Gate {
            plugin: plugin(self, &key("plugin"), raw.plugin),
            grant: self.grant(&key("grant"), raw.grant),
            files: raw.files,
            exclude: raw.exclude,
            require,
            fail_on,
            weight,
            timeout: self.duration(&key("timeout"), raw.timeout),
            limits: self.limits(&key("limits"), raw.limits),
            settings: Value::Object(raw.settings.into_iter().collect()),
            name,
        }
    }

    pub(crate) fn require_plain_name(&mut self, path: &str, what: &str, name: &str) {
        let plain = name.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_'));
        if !plain || name.is_empty() {
            let message = format!("{what} name `{name}` is not made of letters, digits, `-` and `_`");
            self.problems.push(self.document.problem_with_key(path, message));
        }
    }

    pub(crate) fn grant(&mut self, path: &str, raw: RawGrant) -> Grant {
        let key = |key: &str| format!("{path}.{key}");
        let vocabulary = self.vocabulary;
        self.globs(&key("read"), &raw.read);
        self.globs(&key("write"), &raw.write);
        self.words(&key("run"), &raw.run, vocabulary.program);
        self.words(&key("connect"), &raw.connect, vocabulary.endpoint);
        self.words(&key("serve"), &raw.serve, vocabulary.serve);
        self.words(&key("env"), &raw.env, vocabulary.variable);
        if let Some(tier) = &raw.min_confinement {
            self.value(&key("min-confinement"), (vocabulary.confinement)(tier));
        }
        let RawGrant { read, write, run, connect, serve, loopback, env, advisories, min_confinement } = raw;
        Grant { read, write, run, connect, serve, loopback, env, advisories, min_confinement }
    }

    fn words(&mut self, path: &str, words: &[String], check: Check) {
        for (index, word) in words.iter().enumerate() {
            self.value(&format!("{path}.{index}"), check(word));
        }
    }

    pub(crate) fn limits(&mut self, path: &str, raw: RawLimits) -> LimitSettings {
        let key = |key: &str| format!("{path}.{key}");
        LimitSettings {
            memory: self.size(&key("memory"), raw.memory),
            table_elements: raw.table_elements,
            instances: raw.instances,
            handles: raw.handles,
            stack: self.size(&key("stack"), raw.stack),
            file_size: self.size(&key("file-size"), raw.file_size),
            result_size: self.size(&key("result-size"), raw.result_size),
            findings: raw.findings,
            log: self.size(&key("log"), raw.log),
        }
    }

    fn conditions(
        &mut self,
        path: &str,
        raw: std::collections::BTreeMap<String, String>,
    ) -> Vec<(String, Requirement)> {
        let mut conditions = Vec::new();
        for (metric, text) in raw {
            if let Some(condition) = self.value(&format!("{path}.{metric}"), text.parse()) {
                conditions.push((metric, condition));
            }
        }
        conditions
    }

    pub(crate) fn duration(&mut self, path: &str, raw: Option<String>) -> Option<Duration> {
        let text = raw?;
        let parsed = humantime::parse_duration(&text).ok().filter(|duration| !duration.is_zero());
        self.value(path, parsed.ok_or_else(|| format!("`{text}` is no time; hint: such as `30s` or `5m`")))
    }

    fn size(&mut self, path: &str, raw: Option<String>) -> Option<u64> {
        let text = raw?;
        let parsed = text.parse::<bytesize::ByteSize>().map(|size| size.as_u64());
        self.value(path, parsed.map_err(|_| format!("`{text}` is no size; hint: such as `64 MiB`")))
    }

    fn globs(&mut self, path: &str, globs: &[String]) {
        for (index, glob) in globs.iter().enumerate() {
            if let Err(error) = globset::Glob::new(glob) {
                self.wrong(&format!("{path}.{index}"), format!("`{glob}` is no glob: {}", error.kind()));
            }
        }
    }

    pub(crate) fn value<T>(&mut self, path: &str, parsed: Result<T, impl std::fmt::Display>) -> Option<T> {
        parsed.map_err(|error| self.wrong(path, error.to_string())).ok()
    }

    pub(crate) fn wrong(&mut self, path: &str, message: String) {
        self.problems.push(self.document.problem_with_value(path, message));
    }
}

#[cfg(test)]
mod tests;
