//! Keeps what a run came to in the history, and says where that is.

use std::{
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, anyhow};
use sdlc_gates::baseline;
use sdlc_history::{
    History,
    run::{GateRun, Run},
};
use sdlc_model::{
    baseline::Known,
    outcome::{GateOutcome, RunOutcome},
};
use sdlc_workspace::{scope::Scope, tree::Workspace};

use crate::{
    arguments::Global,
    console::{Console, chain},
    incidents,
    project::{self, Project},
};

const FILE: &str = "history.db";
/// Paths that a scope is described by.
const MOST_PATHS: usize = 5;

/// The history, and a remark where it is a new one.
type Opened = (History, Option<String>);

/// A history that is opened while gates run: to read what is in its log takes a while.
pub(crate) struct Opening(Result<JoinHandle<Result<Opened>>>);

impl Opening {
    pub(crate) fn begin(global: &Global) -> Self {
        Self(file(global).and_then(|path| {
            let thread = thread::Builder::new().spawn(move || open_file(&path));
            thread.context("no thread can be started")
        }))
    }

    fn wait(self) -> Result<Opened> {
        self.0?.join().unwrap_or_else(|_| Err(anyhow!("a thread panicked")))
    }
}

/// A run, ready to be kept.
pub(crate) struct Entry {
    run: Run,
    findings: Vec<Known>,
}

impl Entry {
    pub(crate) fn of(project: &Project, scope: &Scope, outcome: &RunOutcome) -> Self {
        Self { run: run(project, scope, outcome), findings: baseline::of(outcome).findings }
    }

    /// Keeps it, and gives remarks on that. A history that cannot be written is no reason to fail.
    pub(crate) fn keep(&self, project: &Project, outcome: &RunOutcome, history: Opening) -> Vec<String> {
        let mut remarks = Vec::new();
        let kept = history.wait().and_then(|(mut history, remark)| {
            remarks.extend(remark);
            let key = key(project);
            history.record(&key, &self.run, &self.findings)?;
            incidents::of_run(&mut history, &key, outcome)?;
            Ok(())
        });
        if let Err(error) = kept {
            remarks.push(format!("warning: this run is not kept in the history: {}", chain(&error)));
        }
        remarks
    }
}

/// The history of this user.
pub(crate) fn open(global: &Global, console: Console) -> Result<History> {
    let (history, remark) = open_file(&file(global)?)?;
    remark.iter().for_each(|remark| console.note(remark));
    Ok(history)
}

fn file(global: &Global) -> Result<PathBuf> {
    Ok(project::state_dir(global)?.join(FILE))
}

fn open_file(path: &Path) -> Result<Opened> {
    let history = History::open(path)?;
    let remark = history.set_aside.as_ref().map(|aside| {
        let (path, aside) = (path.display(), aside.display());
        format!("warning: the history `{path}` was broken: it is now `{aside}`, and a new one is begun")
    });
    Ok((history, remark))
}

/// What runs of a project are kept under.
pub(crate) fn key(project: &Project) -> String {
    let root: PathBuf = project.root.canonicalize().unwrap_or_else(|_| project.root.clone());
    root.to_string_lossy().into_owned()
}

fn run(project: &Project, scope: &Scope, outcome: &RunOutcome) -> Run {
    let milliseconds = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let duration = milliseconds(outcome.duration);
    Run {
        started: milliseconds(now).saturating_sub(duration),
        duration,
        revision: Workspace::open(&project.root, &[]).ok().and_then(|workspace| workspace.head()),
        scope: describe(scope),
        verdict: outcome.verdict().as_str().to_owned(),
        score: outcome.overall_score,
        files: outcome.files,
        gates: outcome.gates.iter().map(gate).collect(),
    }
}

fn gate(gate: &GateOutcome) -> GateRun {
    let metrics = gate.metrics.iter().map(|metric| (metric.name.clone(), metric.value));
    GateRun { name: gate.name.clone(), verdict: gate.verdict().as_str().to_owned(), metrics: metrics.collect() }
}

fn describe(scope: &Scope) -> String {
    match scope {
        Scope::All => "all files".to_owned(),
        Scope::Paths(paths) => {
            let mut named: Vec<_> = paths.iter().take(MOST_PATHS).map(|path| path.display().to_string()).collect();
            if paths.len() > MOST_PATHS {
                named.push(format!("{} more", paths.len() - MOST_PATHS));
            }
            named.join(", ")
        }
        Scope::Staged => "staged".to_owned(),
        Scope::Changed { from, to: Some(to) } => format!("{from}..{to}"),
        Scope::Changed { from, to: None } => format!("since {from}"),
    }
}
