//! Keeps what a run came to in the history, and says where that is.

use std::{
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Result, anyhow};
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
pub(crate) enum Opening {
    Begun(JoinHandle<Result<Opened>>),
    /// It is a file that gates may read. Whatever closes it would let go of the locks of all that this process has on it, so it is
    /// opened after they did.
    Later(PathBuf),
    Impossible(anyhow::Error),
}

impl Opening {
    pub(crate) fn begin(project: &Project, global: &Global) -> Self {
        let path = match file(global) {
            Ok(path) => path,
            Err(error) => return Self::Impossible(error),
        };
        if is_within(&path, &project.root) {
            return Self::Later(path);
        }
        let thread = thread::Builder::new().spawn({
            let path = path.clone();
            move || open_file(&path)
        });
        thread.map_or(Self::Later(path), Self::Begun)
    }

    /// Nothing is kept; where a new history was begun, that is said.
    pub(crate) fn give_up(self, console: Console) {
        if let Self::Begun(_) = self
            && let Ok((_, Some(remark))) = self.wait()
        {
            console.note(&remark);
        }
    }

    fn wait(self) -> Result<Opened> {
        match self {
            Self::Begun(thread) => thread.join().unwrap_or_else(|_| Err(anyhow!("a thread panicked"))),
            Self::Later(path) => open_file(&path),
            Self::Impossible(error) => Err(error),
        }
    }
}

/// Whether a file is, or would be, below a directory.
fn is_within(path: &Path, directory: &Path) -> bool {
    let real = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        path.ancestors().find_map(|known| known.canonicalize().ok()).unwrap_or(path)
    };
    real(path).starts_with(real(directory))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_in_the_tree_is_told_by_where_it_really_is() {
        let directory = tempfile::tempdir().unwrap();
        let (project, other) = (directory.path().join("project"), directory.path().join("other"));
        std::fs::create_dir_all(&project).unwrap();
        std::fs::create_dir_all(&other).unwrap();
        std::os::unix::fs::symlink(&project, directory.path().join("link")).unwrap();
        assert!(is_within(&project.join("state/history.db"), &project));
        assert!(is_within(&directory.path().join("link/state/history.db"), &project));
        assert!(is_within(&project.join("history.db"), &directory.path().join("link")));
        assert!(!is_within(&other.join("history.db"), &project));
        assert!(!is_within(&directory.path().join("project-2/history.db"), &project));
    }
}
