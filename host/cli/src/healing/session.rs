//! [`Session`]: a job whose gates run again and again on files as they would be.

use std::{cell::OnceCell, sync::Arc};

use anyhow::Result;
use sdlc_gates::run::{Instead, RunError};
use sdlc_heal::fix::Look;
use sdlc_model::{event::RunEvent, outcome::RunOutcome};
use sdlc_workspace::{entry::FileSet, overlay::Overlay, reader::Reader, scope::WorkspaceError, tree::Workspace};

use crate::{console::Console, job::Job, progress::Progress};

/// A job whose gates run again and again.
pub(crate) struct Session<'a> {
    job: &'a Job<'a>,
    pub(crate) workspace: Workspace,
    pub(crate) files: Arc<FileSet>,
    pub(crate) reader: Reader,
    progress: Progress,
}

impl<'a> Session<'a> {
    pub(crate) fn new(job: &'a Job<'a>, console: Console) -> Result<Self> {
        let workspace = job.workspace()?;
        let files = Arc::new(workspace.files(&job.scope)?);
        let reader = workspace.reader()?;
        Ok(Self { job, workspace, files, reader, progress: Progress::new(console) })
    }

    /// Runs the gates on the files as they are.
    pub(crate) fn first(&self) -> Result<RunOutcome, RunError> {
        self.job.check(&self.workspace, None, &self.progress)
    }

    /// Runs the gates on files as they would be. Programs that they run see a copy.
    pub(crate) fn check(&self, files: &Arc<FileSet>, overlay: &Overlay, look: Look) -> Result<RunOutcome, RunError> {
        let copy = OnceCell::new();
        let whole = look == Look::Whole;
        let runs = self.job.requests.iter().any(|request| !request.grant.run.is_empty());
        if whole && runs && !overlay.is_empty() {
            let directory = tempfile::Builder::new().prefix("sdlc-copy-").tempdir()?;
            self.workspace.copy(files.entries.iter(), directory.path()).map_err(workspace)?;
            let _ = copy.set(directory);
        }
        let copy = copy.get().map(tempfile::TempDir::path);
        self.job.check(&self.workspace, Some(Instead { files, whole, copy }), &self.progress)
    }

    /// What a healer wrote to its log.
    pub(crate) fn log(&self, healer: &str, text: String) {
        self.progress.event(RunEvent::Log { gate: healer.to_owned(), text });
    }

    pub(crate) fn finish(&self) {
        self.progress.finish();
    }
}

fn workspace(error: WorkspaceError) -> RunError {
    RunError::Workspace(error)
}
