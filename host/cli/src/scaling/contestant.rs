//! [`Contestant`]: a policy that was named on the command line.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};
use sdlc_config::{
    environment::Environment,
    plugin::{PluginRef, PluginSource},
    problem::nearest,
};

use super::policy::Plugin;
use crate::{arguments::Global, project::Project, scale_arguments::Simulate};

/// A policy, and what it is called.
pub(crate) struct Contestant {
    pub(crate) name: String,
    pub(crate) policy: Plugin,
}

impl Contestant {
    /// All that were named, in that order.
    pub(crate) async fn all(project: &Project, arguments: &Simulate, global: &Global) -> Result<Vec<Self>> {
        let mut settings = settings(arguments)?;
        let names = match (&arguments.environment, arguments.policies.as_slice()) {
            (Some(environment), []) => std::slice::from_ref(environment),
            (_, policies) => policies,
        };
        let mut contestants = Vec::new();
        for name in names {
            let given = settings.remove(name.as_str());
            contestants.push(Self { name: name.clone(), policy: policy(project, name, given, global).await? });
        }
        match settings.keys().next() {
            Some(unknown) => bail!("`--settings {unknown}=...` is of no policy; hint: `--policy {unknown}`"),
            None => Ok(contestants),
        }
    }
}

/// By the names of the policies, as JSON.
fn settings(arguments: &Simulate) -> Result<BTreeMap<&str, String>> {
    let pairs = arguments.settings.iter().map(|text| {
        let pair = text.split_once('=');
        let (name, file) = pair.with_context(|| format!("`--settings {text}`; hint: such as `schedule=week.toml`"))?;
        let content = fs::read_to_string(file).with_context(|| format!("`{file}` cannot be read"))?;
        let json = sdlc_config::settings_as_json(&content).with_context(|| format!("`{file}` is no TOML"))?;
        Ok((name, json))
    });
    pairs.collect()
}

async fn policy(project: &Project, name: &str, settings: Option<String>, global: &Global) -> Result<Plugin> {
    let environments = &project.settings.environments;
    let environment = environments.iter().find(|environment| environment.name == name && environment.scale.is_some());
    if let (Some(environment), None) = (environment, &settings)
        && let Some(policy) = Plugin::of(project, environment, global).await?
    {
        return Ok(policy);
    }
    let plugin = PluginRef { source: source(name, environments)?, trust: None };
    Plugin::alone(project, &plugin, &settings.unwrap_or_else(|| "{}".to_owned()), global).await
}

fn source(name: &str, environments: &[Environment]) -> Result<PluginSource> {
    let plain = name.strip_prefix("builtin:").unwrap_or(name);
    if sdlc_builtin::find(plain).is_some() {
        return Ok(PluginSource::Builtin(plain.to_owned()));
    }
    if Path::new(name).is_file() {
        let path = std::path::absolute(name).with_context(|| format!("`{name}` cannot be found"))?;
        return Ok(PluginSource::Path(path));
    }
    let builtins = sdlc_builtin::all().iter().map(|builtin| builtin.name);
    let known = builtins.chain(environments.iter().map(|environment| environment.name.as_str()));
    let hint = nearest(plain, known).map_or_else(
        || "built in are `target-tracking`, `predictive` and `schedule`".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    bail!("`{name}` is no policy, no component and no environment with a policy; hint: {hint}")
}
