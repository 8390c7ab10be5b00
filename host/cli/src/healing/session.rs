//! [`Session`]: a job whose gates run again and again on files as they would be.

use std::sync::Arc;

use anyhow::Result;
use sdlc_gates::run::{Instead, RunError};
use sdlc_heal::fix::Look;
use sdlc_model::{event::RunEvent, outcome::RunOutcome};
use sdlc_workspace::{entry::FileSet, overlay::Overlay, reader::Reader, tree::Workspace};
use tempfile::TempDir;

use crate::{console::Console, job::Job, progress::Progress, scratch};

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

    /// Runs the gates on the files as they are; `fixing`: what they find is fixed next.
    pub(crate) fn first(&self, fixing: bool) -> Result<RunOutcome, RunError> {
        let instead = Instead { files: &self.files, as_is: true, whole: true, fixing, formatted: None, copy: None };
        self.job.check(&self.workspace, Some(instead), &self.progress)
    }

    /// Runs the gates on files as they would be. Programs that they run see a copy.
    pub(crate) fn check(&self, files: &Arc<FileSet>, overlay: &Overlay, look: Look) -> Result<RunOutcome, RunError> {
        let whole = look == Look::Whole;
        let runs = self.job.requests.iter().any(|request| !request.grant.run.is_empty());
        let directory = if whole && runs && !overlay.is_empty() {
            let directory = scratch::directory("copy")?;
            self.workspace.copy(files.entries.iter(), directory.path())?;
            Some(directory)
        } else {
            None
        };
        let copy = directory.as_ref().map(TempDir::path);
        let formatted = Some(overlay.formatted());
        let instead = Instead { files, as_is: false, whole, fixing: false, formatted, copy };
        self.job.check(&self.workspace, Some(instead), &self.progress)
    }

    /// What a healer wrote to its log.
    pub(crate) fn log(&self, healer: &str, text: String) {
        self.progress.event(RunEvent::Log { gate: healer.to_owned(), text });
    }

    /// No gate runs any more.
    pub(crate) fn finish(&self) {
        self.progress.finish();
        self.job.requests.iter().for_each(|request| request.idle.clear());
    }
}
