//! Settings that a plugin refuses, shown where they stand in `sdlc.toml`.

use sdlc_config::{
    problem::{ConfigError, Problem},
    problems_of_settings,
};
use sdlc_gates::{request::GateRequest, run::RunError};
use sdlc_sandbox::call::Problem as Refused;

use crate::project::Project;

/// An error for people. The schema of a plugin says more than the plugin does, which stops at its first problem; what
/// only the plugin knows is shown where the schema finds nothing.
pub(crate) fn explain(project: &Project, requests: &[GateRequest], error: &RunError) -> String {
    match error {
        RunError::Settings { gate, problems: told } if project.file.is_some() => {
            let request = requests.iter().find(|request| request.name == *gate);
            ConfigError::new(&project.file_name(), problems(project, request, gate, told)).to_string()
        }
        error => error.to_string(),
    }
}

/// What is wrong with the settings of a gate, where it stands. `told` is what its plugin said.
pub(super) fn problems(project: &Project, request: Option<&GateRequest>, gate: &str, told: &[Refused]) -> Vec<Problem> {
    let mut found = request.map_or_else(Vec::new, |request| by_schema(project, request));
    if found.is_empty() {
        let document = &project.settings.document;
        found.extend(told.iter().map(|problem| {
            let key = if problem.key.is_empty() { String::new() } else { format!(".{}", problem.key) };
            let message = format!("gate `{gate}`: {problem}");
            document.problem_with_value(&format!("gates.{gate}.settings{key}"), message)
        }));
    }
    found
}

/// Nothing where the plugin gives no schema.
fn by_schema(project: &Project, request: &GateRequest) -> Vec<Problem> {
    let schema = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().ok()?;
        let info = runtime.block_on(request.plugin.get().ok()?.describe(&request.limits)).ok()?;
        serde_json::from_str::<serde_json::Value>(&info.settings_schema?).ok()
    };
    let problems = |schema| problems_of_settings(&project.settings.document, &request.name, &schema);
    schema().map_or_else(Vec::new, problems)
}
