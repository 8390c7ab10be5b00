//! [`FileGate`]: a configured instance of a plugin that judges files.

use std::sync::Arc;

use sdlc_model::report::Report;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{
    bindings::{
        deferral,
        file_gate::{Role, RoleIndices, exports::sdlc::plugin::file_gate as wit},
    },
    call::{CallError, End},
    convert,
    guest::Guest,
    limits::Limits,
    plugin::{Info, Plugin},
};

/// What an entry of the tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FileKind {
    /// A file.
    Regular,
    /// A file that its owner may execute.
    Executable,
    /// A symbolic link; its content is what it points to.
    Symlink,
    /// A symbolic link that points to nothing.
    BrokenSymlink,
}

/// A file as it is handed over.
pub struct FileInput(Arc<wit::SourceFile>);

impl FileInput {
    /// `content` is none where the file is larger than what is handed over.
    pub fn new(path: &str, kind: FileKind, size: u64, content: Option<Vec<u8>>) -> Self {
        let kind = match kind {
            FileKind::Regular => wit::FileKind::Regular,
            FileKind::Executable => wit::FileKind::Executable,
            FileKind::Symlink => wit::FileKind::Symlink,
            FileKind::BrokenSymlink => wit::FileKind::BrokenSymlink,
        };
        Self(Arc::new(wit::SourceFile { path: path.to_owned(), kind, size, content }))
    }

    /// Where it is.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// What is handed over.
    pub fn content(&self) -> Option<&[u8]> {
        self.0.content.as_deref()
    }
}

/// Whether a gate looks at how a file is formatted. It may do so in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formatting {
    /// Yes.
    Checked,
    /// Not where it finds something else with a safe fix.
    Deferred,
    /// No: it is what the gate's own fixes of its formatting made of it, all of them and no other fixes.
    Skipped,
}

/// A file, and how it is to be looked at.
pub struct Assignment<'a> {
    /// The file.
    pub file: &'a FileInput,
    /// How it is formatted.
    pub formatting: Formatting,
}

/// Which files a gate wants. Globs are relative to the workspace root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Files to check.
    pub check: Vec<String>,
    /// Whether symbolic links are among them.
    pub symlinks: bool,
    /// Files that change how others are judged.
    pub context: Vec<String>,
    /// Whether `begin` needs all paths.
    pub paths: bool,
}

/// A configured instance. After an error it is of no use any more.
pub struct FileGate {
    guest: Guest,
    role: Arc<Role>,
    /// None: it always looks at how files are formatted.
    deferral: Option<Arc<deferral::Role>>,
}

impl FileGate {
    /// Instantiates and configures. `settings` is the plugin's own table, as JSON.
    ///
    /// # Errors
    /// Where it cannot be instantiated within the limits, or refuses its settings.
    pub async fn new(
        plugin: &Plugin,
        settings: &str,
        limits: &Limits,
        cancelled: CancellationToken,
    ) -> Result<Self, CallError> {
        let indices = plugin.roles.file_gate()?;
        let guest = Guest::configured(plugin, settings, limits, None, cancelled).await?;
        Self::of(plugin, indices, guest).await
    }

    /// Like `new`, and asks it before who it is: the two share an instance.
    ///
    /// # Errors
    /// As `new`.
    pub async fn introduced(
        plugin: &Plugin,
        settings: &str,
        limits: &Limits,
        cancelled: CancellationToken,
    ) -> Result<(Info, Self), CallError> {
        let indices = plugin.roles.file_gate()?;
        let mut guest = Guest::new(plugin, limits, None, cancelled).await?;
        let info = guest.describe().await?;
        guest.configure(settings).await?;
        Ok((info, Self::of(plugin, indices, guest).await?))
    }

    async fn of(plugin: &Plugin, indices: &RoleIndices, mut guest: Guest) -> Result<Self, CallError> {
        let (instance, indices, deferral) = (guest.instance, indices.clone(), plugin.roles.deferral.clone());
        let roles = guest.session.load(move |store| {
            let deferral = deferral.map(|indices| indices.load(&mut *store, &instance)).transpose()?;
            Ok((indices.load(store, &instance)?, deferral))
        });
        let (role, deferral) = roles.await?;
        Ok(Self { guest, role: Arc::new(role), deferral: deferral.map(Arc::new) })
    }

    /// Which files the gate wants.
    ///
    /// # Errors
    /// Where the call fails.
    pub async fn select(&mut self) -> Result<Selection, CallError> {
        let role = Arc::clone(&self.role);
        let selection =
            self.guest.session.call(async move |store| role.sdlc_plugin_file_gate().call_select(store).await);
        let selection = selection.await?;
        Ok(Selection {
            check: selection.check,
            symlinks: selection.symlinks,
            context: selection.context,
            paths: selection.paths,
        })
    }

    /// Hands over the context files and the paths; gives what stands for them when results are kept.
    ///
    /// # Errors
    /// Where the call fails, or the gate makes no sense of them.
    pub async fn begin(&mut self, context: Vec<FileInput>, paths: Vec<String>) -> Result<Option<Vec<u8>>, CallError> {
        let context = context.into_iter().map(|file| Arc::unwrap_or_clone(file.0)).collect();
        let (role, project) = (Arc::clone(&self.role), wit::Project { context, paths });
        let begun =
            self.guest.session.call(async move |store| role.sdlc_plugin_file_gate().call_begin(store, &project).await);
        begun.await?.map_err(convert::error)
    }

    /// Judges a file.
    ///
    /// # Errors
    /// Where the call fails, or its result makes no sense.
    pub async fn check(&mut self, file: &FileInput) -> Result<Report, CallError> {
        let (role, input) = (Arc::clone(&self.role), Arc::clone(&file.0));
        let checked =
            self.guest.session.call(async move |store| role.sdlc_plugin_file_gate().call_check(store, &input).await);
        let checked = checked.await?;
        self.report(file, checked)
    }

    /// Judges files, one after the other; gives what came of each, in the same order, up to the first of which no report is to
    /// be had and the instance is of no use. Beside each report, how the gate took [`Assignment::formatting`].
    pub async fn check_each(&mut self, files: &[Assignment<'_>]) -> Vec<End<(Report, Formatting)>> {
        let inputs = files.iter().map(|assignment| (Arc::clone(&assignment.file.0), assignment.formatting)).collect();
        let (role, deferral) = (Arc::clone(&self.role), self.deferral.clone());
        let ends = self.guest.session.each(inputs, async move |store, (input, formatting)| {
            let agreed = match (&deferral, *formatting) {
                (None, _) | (_, Formatting::Checked) => false,
                (Some(role), Formatting::Deferred) => {
                    role.sdlc_plugin_deferral().call_defer_formatting(&mut *store).await?
                }
                (Some(role), Formatting::Skipped) => {
                    role.sdlc_plugin_deferral().call_skip_formatting(&mut *store).await?
                }
            };
            let formatting = if agreed { *formatting } else { Formatting::Checked };
            Ok((role.sdlc_plugin_file_gate().call_check(store, input).await?, formatting))
        });
        let mut reports = Vec::with_capacity(files.len());
        for (assignment, end) in files.iter().zip(ends.await) {
            let outcome =
                end.outcome.and_then(|(report, formatting)| Ok((self.report(assignment.file, report)?, formatting)));
            let of_use = outcome.as_ref().err().is_none_or(CallError::leaves_instance_usable);
            reports.push(End { outcome, log: end.log });
            if !of_use {
                break;
            }
        }
        reports
    }

    fn report(&self, file: &FileInput, report: Result<wit::Report, wit::Error>) -> Result<Report, CallError> {
        convert::report(report.map_err(convert::error)?, &file.0.path, file.0.content.as_deref(), &self.guest.limits)
    }

    /// What the guest wrote since the last call.
    pub fn take_log(&self) -> Option<String> {
        self.guest.session.take_log()
    }

    /// Bytes of memory that the instance has.
    ///
    /// # Errors
    /// Where it cannot be asked.
    pub async fn memory(&mut self) -> Result<usize, CallError> {
        self.guest.session.memory().await
    }
}
