//! [`FileGate`]: a configured instance of a plugin that judges files.

use sdlc_model::report::Report;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{
    bindings::{
        deferral,
        file_gate::{Role, RoleIndices, exports::sdlc::plugin::file_gate as wit},
    },
    call::CallError,
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
pub struct FileInput(wit::SourceFile);

impl FileInput {
    /// `content` is none where the file is larger than what is handed over.
    pub fn new(path: &str, kind: FileKind, size: u64, content: Option<Vec<u8>>) -> Self {
        let kind = match kind {
            FileKind::Regular => wit::FileKind::Regular,
            FileKind::Executable => wit::FileKind::Executable,
            FileKind::Symlink => wit::FileKind::Symlink,
            FileKind::BrokenSymlink => wit::FileKind::BrokenSymlink,
        };
        Self(wit::SourceFile { path: path.to_owned(), kind, size, content })
    }

    /// What is handed over.
    pub fn content(&self) -> Option<&[u8]> {
        self.0.content.as_deref()
    }
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
    role: Role,
    /// None: it cannot defer, or was told.
    deferral: Option<deferral::Role>,
    defers: bool,
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
        Self::of(plugin, indices, guest)
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
        Ok((info, Self::of(plugin, indices, guest)?))
    }

    fn of(plugin: &Plugin, indices: &RoleIndices, mut guest: Guest) -> Result<Self, CallError> {
        let role = guest.session.load(|store| indices.load(store, &guest.instance))?;
        let deferral = plugin.roles.deferral.as_ref();
        let deferral =
            deferral.map(|indices| guest.session.load(|store| indices.load(store, &guest.instance))).transpose()?;
        Ok(Self { guest, role, deferral, defers: false })
    }

    /// From now on what is found of a file's formatting may be missing where a safe fix is found, if the gate [`defers`].
    ///
    /// [`defers`]: Self::defers
    ///
    /// # Errors
    /// Where the call fails.
    pub async fn defer_formatting(&mut self) -> Result<(), CallError> {
        let Some(deferral) = self.deferral.take() else { return Ok(()) };
        let deferral = deferral.sdlc_plugin_deferral();
        self.defers = self.guest.session.call(async |store| deferral.call_defer_formatting(store).await).await?;
        Ok(())
    }

    /// Whether it was told to defer, and does.
    pub fn defers(&self) -> bool {
        self.defers
    }

    /// Which files the gate wants.
    ///
    /// # Errors
    /// Where the call fails.
    pub async fn select(&mut self) -> Result<Selection, CallError> {
        let gate = self.role.sdlc_plugin_file_gate();
        let selection = self.guest.session.call(async |store| gate.call_select(store).await).await?;
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
        let project = wit::Project { context: context.into_iter().map(|file| file.0).collect(), paths };
        let gate = self.role.sdlc_plugin_file_gate();
        let begun = self.guest.session.call(async |store| gate.call_begin(store, &project).await).await?;
        begun.map_err(convert::error)
    }

    /// Judges a file.
    ///
    /// # Errors
    /// Where the call fails, or its result makes no sense.
    pub async fn check(&mut self, file: &FileInput) -> Result<Report, CallError> {
        let gate = self.role.sdlc_plugin_file_gate();
        let report = self.guest.session.call(async |store| gate.call_check(store, &file.0).await).await?;
        let report = report.map_err(convert::error)?;
        convert::report(report, &file.0.path, file.0.content.as_deref(), &self.guest.limits)
    }

    /// What the guest wrote since the last call.
    pub fn take_log(&self) -> Option<String> {
        self.guest.session.take_log()
    }

    /// Bytes of memory that the instance has.
    pub fn memory(&self) -> usize {
        self.guest.session.memory()
    }
}
