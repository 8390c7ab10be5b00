//! [`refused`]: settings that a plugin of an environment refuses, shown where they stand.

use sdlc_config::{environment::Environment, plugin::PluginRef, problem::ConfigError};
use sdlc_sandbox::call::CallError;

use crate::project::Project;

/// What a plugin is to an environment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Role {
    /// Its key in the table of the environment.
    pub(crate) key: &'static str,
    /// For people.
    pub(crate) name: &'static str,
}

/// Problems with settings at their place in `sdlc.toml`; of any other error, whose it is.
pub(crate) fn refused(
    project: &Project,
    environment: &Environment,
    role: Role,
    plugin: &PluginRef,
    error: CallError,
) -> anyhow::Error {
    let (Role { key: table, name: role }, environment) = (role, &environment.name);
    let CallError::Settings(problems) = error else {
        return anyhow::Error::new(error).context(format!("the {role} `{}`", plugin.source));
    };
    let shown = problems.iter().map(|problem| {
        let key = if problem.key.is_empty() { String::new() } else { format!(".{}", problem.key) };
        let place = format!("environments.{environment}.{table}.settings{key}");
        project.settings.document.problem_with_value(&place, format!("{role} of `{environment}`: {problem}"))
    });
    ConfigError { file: project.file_name(), problems: shown.collect() }.into()
}
