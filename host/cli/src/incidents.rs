//! What failed is kept in the history, with what helped, for `sdlc errors`.

use anyhow::Result;
use sdlc_deploy::live::now;
use sdlc_history::{History, HistoryError};
use sdlc_model::outcome::RunOutcome;
use sdlc_resilience::incident::Incident;

use crate::{
    arguments::Global,
    console::{Console, chain},
    project::Project,
    remember,
};

/// The kind of what was rolled back.
pub(crate) const ROLLOUT: &str = "rollout";

/// What deployments to an environment are called.
pub(crate) fn deployment(environment: &str) -> String {
    format!("deploy {environment}")
}

/// An error that stopped something.
pub(crate) fn of_error(source: &str, error: &anyhow::Error) -> Incident {
    let kind = error.chain().find_map(|cause| {
        if cause.is::<sdlc_docker::DockerError>() {
            Some("engine")
        } else if cause.is::<sdlc_proxy::error::Error>() || cause.is::<sdlc_haproxy::HaproxyError>() {
            Some("proxy")
        } else {
            None
        }
    });
    let (source, kind) = (source.to_owned(), kind.unwrap_or("host").to_owned());
    Incident { source, kind, message: chain(error), helped: None }
}

/// Keeps what plugins could not do, and that gates which failed lately did not.
pub(crate) fn of_run(history: &mut History, key: &str, outcome: &RunOutcome) -> Result<(), HistoryError> {
    let source = |name: &str| format!("gate {name}");
    let failures = outcome.gates.iter().flat_map(|gate| gate.failures.iter().map(|failure| (&gate.name, failure)));
    let incidents = failures.map(|(gate, failure)| Incident {
        source: source(gate),
        kind: "plugin".to_owned(),
        message: failure.message.clone(),
        helped: None,
    });
    history.note(key, at(), &incidents.collect::<Vec<_>>())?;
    let done = outcome.gates.iter().filter(|gate| gate.failures.is_empty() && gate.unchecked.is_empty());
    let done: Vec<_> = done.map(|gate| source(&gate.name)).collect();
    history.solved(key, at(), &done, None, "another run")
}

pub(crate) fn keep(project: &Project, incidents: &[Incident], global: &Global, console: Console) {
    if !incidents.is_empty() {
        warn(
            console,
            remember::open(global, console)
                .and_then(|mut history| Ok(history.note(&remember::key(project), at(), incidents)?)),
        );
    }
}

/// `kind`: only what is of it; none: whatever went wrong there.
pub(crate) fn solved(
    project: &Project,
    source: &str,
    kind: Option<&str>,
    how: &str,
    global: &Global,
    console: Console,
) {
    let (key, sources) = (remember::key(project), [source.to_owned()]);
    let history = remember::open(global, console);
    warn(console, history.and_then(|mut history| Ok(history.solved(&key, at(), &sources, kind, how)?)));
}

/// Milliseconds since 1970.
pub(crate) fn at() -> i64 {
    i64::try_from(now()).unwrap_or(i64::MAX)
}

/// A history that cannot be written is told, and is no reason to fail.
fn warn(console: Console, kept: Result<()>) {
    if let Err(error) = kept {
        console.note(&format!("warning: what failed is not kept in the history: {}", chain(&error)));
    }
}
