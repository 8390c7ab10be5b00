//! [`Job`]: gates of a project at work, as `run`, `baseline` and others need it.

use std::{path::Path, sync::Arc, thread};

use anyhow::{Context, Result, bail};
use sdlc_cache::{
    shelf::{Memory, Shelf},
    store::Store,
};
use sdlc_config::{baseline, settings::Gate};
use sdlc_gates::{
    request::GateRequest,
    run::{self as gates, Instead, Options, RunError},
};
use sdlc_model::{
    baseline::Baseline,
    outcome::{RunOutcome, overall_score},
};
use sdlc_workspace::{scope::Scope, tree::Workspace};
use tokio_util::sync::CancellationToken;

use crate::{
    arguments::Global,
    console::{Console, chain},
    plugins,
    progress::Progress,
    project::{self, Project},
    run_arguments::Work,
};

/// What to run, and on what.
pub(crate) struct Job<'a> {
    pub(crate) project: &'a Project,
    pub(crate) requests: Vec<GateRequest>,
    pub(crate) scope: Scope,
    pub(crate) baseline: Option<Baseline>,
    pub(crate) new_since: Option<String>,
    pub(crate) describe_rules: bool,
    pub(crate) cancelled: CancellationToken,
    work: Work,
    store: Option<Arc<dyn Shelf>>,
}

impl<'a> Job<'a> {
    /// All files, and the gates of these names; all gates where there are none.
    pub(crate) fn new(
        project: &'a Project,
        gates: &[&Gate],
        work: Work,
        global: &Global,
        console: Console,
    ) -> Result<Self> {
        // Where nothing can be checked, nothing passes.
        if project.settings.gates.is_empty() {
            let hint = "hint: `sdlc plugin add` adds one, `[gates.hygiene]` with `plugin = \"builtin:hygiene\"` is one, and without \
                        the file the built-in ones run";
            bail!("`{}` has no gates, so there is nothing to check; {hint}", project.file_name());
        }
        let cancelled = crate::interrupt::token()?;
        let store = if work.no_cache { None } else { store(global, console) };
        let all: Vec<_> = project.settings.gates.iter().collect();
        let requests = plugins::requests(project, if gates.is_empty() { &all } else { gates }, store.as_ref())?;
        let (scope, describe_rules) = (Scope::All, false);
        Ok(Self {
            project,
            requests,
            scope,
            baseline: None,
            new_since: None,
            describe_rules,
            cancelled,
            work,
            store: store.map(|store| store as Arc<dyn Shelf>),
        })
    }

    /// Results are kept at least until this is over: what is checked again and again is mostly the same.
    pub(crate) fn keep_for_now(&mut self) {
        self.store.get_or_insert_with(|| Arc::new(Memory::default()));
    }

    /// The workspace.
    pub(crate) fn workspace(&self) -> Result<Workspace> {
        Ok(Workspace::open(&self.project.root, &self.project.exclude())?)
    }

    /// Runs the gates. What they log and how far they are is shown meanwhile.
    pub(crate) fn run(&self, console: Console) -> Result<Result<RunOutcome, RunError>> {
        let workspace = self.workspace()?;
        let progress = Progress::new(console);
        let outcome = self.check(&workspace, None, &progress);
        progress.finish();
        Ok(outcome.map(|outcome| self.mentioned(outcome)))
    }

    /// Runs the gates on files as they are, or as they would be.
    pub(crate) fn check(
        &self,
        workspace: &Workspace,
        instead: Option<Instead<'_>>,
        progress: &Progress,
    ) -> Result<RunOutcome, RunError> {
        let project = self.project;
        let threads = self.work.jobs.map(usize::from);
        let options = Options {
            threads: threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from)),
            store: self.store.as_deref(),
            store_size: project.cache_size(),
            describe_rules: self.describe_rules,
            cancelled: self.cancelled.clone(),
            overall: project.settings.overall.clone(),
            baseline: self.baseline.clone(),
            new_since: self.new_since.clone(),
            complete: self.requests.len() == project.settings.gates.len(),
            instead,
        };
        gates::run(&self.requests, workspace, &self.scope, &options, &|event| progress.event(event))
    }

    /// Without gates that nobody asked for and that had nothing to check; their tens would hide what others found.
    pub(crate) fn mentioned(&self, mut outcome: RunOutcome) -> RunOutcome {
        if self.project.file.is_none() {
            outcome.gates.retain(|gate| gate.files > 0 || !gate.failures.is_empty() || !gate.unchecked.is_empty());
            outcome.overall_score = overall_score(&outcome.gates);
        }
        outcome
    }
}

/// The cache. One that cannot be trusted or made is not used, which people are told.
fn store(global: &Global, console: Console) -> Option<Arc<Store>> {
    match project::store(global) {
        Ok(store) => Some(Arc::new(store)),
        Err(error) => {
            console.note(&format!("warning: results are not kept: {}", chain(&error)));
            None
        }
    }
}

/// The project's baseline, from where its configuration is; none: there is no such file.
pub(crate) fn baseline(project: &Project) -> Result<Option<Baseline>> {
    let text = project.find(Path::new(baseline::FILE_NAME));
    let text = text.with_context(|| format!("`{}` cannot be read", baseline::FILE_NAME))?;
    Ok(text.map(|text| baseline::parse(&text)).transpose()?)
}
