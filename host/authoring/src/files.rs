//! [`check_files`]: one file gate on the files of a workspace, on one instance, without a cache.

use std::time::{Duration, Instant};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use sdlc_model::report::Report;
use sdlc_sandbox::{
    file_gate::{FileGate, FileInput, FileKind},
    limits::Limits,
    plugin::Plugin,
};
use sdlc_workspace::{
    entry::{Entry, EntryKind},
    reader::Reader,
    scope::Scope,
    tree::Workspace,
};
use tokio_util::sync::CancellationToken;

use crate::cases::CaseError;

/// What a gate said of some files, and what it took.
#[derive(Debug, Default)]
pub struct Checked {
    /// Of all files; findings in the order of their files.
    pub report: Report,
    /// Files that were checked.
    pub files: usize,
    /// What the plugin wrote to its log.
    pub log: String,
    /// To make an instance and configure it.
    pub instance: Duration,
    /// All checks together.
    pub checks: Duration,
    /// Bytes of memory that the instance had at its end.
    pub memory: usize,
}

/// Has a gate check those files of a scope that it selects.
///
/// # Errors
/// Where the files cannot be had, or a call fails.
pub async fn check_files(
    plugin: &Plugin,
    workspace: &Workspace,
    scope: &Scope,
    settings: &str,
    limits: &Limits,
) -> Result<Checked, CaseError> {
    let input = |error: &dyn std::fmt::Display| CaseError::Input(error.to_string());
    let files = workspace.files(scope).map_err(|error| input(&error))?;
    let reader = workspace.reader().map_err(|error| input(&error))?;
    let started = Instant::now();
    let mut gate = FileGate::new(plugin, settings, limits, CancellationToken::new()).await?;
    let mut checked = Checked { instance: started.elapsed(), ..Checked::default() };
    let selection = gate.select().await?;
    let (wanted, context) = (globs(&selection.check)?, globs(&selection.context)?);
    let context = files.entries.iter().filter(|entry| !entry.kind.is_symlink() && context.is_match(&entry.path));
    let context = context.map(|entry| read(&reader, entry, limits)).collect::<Result<_, _>>()?;
    let paths = files.entries.iter().filter(|_| selection.paths).map(|entry| entry.path.clone()).collect();
    gate.begin(context, paths).await?;
    for entry in files.selected() {
        if wanted.is_match(&entry.path) && (selection.symlinks || !entry.kind.is_symlink()) {
            let file = read(&reader, entry, limits)?;
            let started = Instant::now();
            let report = gate.check(&file).await?;
            checked.checks += started.elapsed();
            checked.files += 1;
            checked.report.lines += report.lines;
            checked.report.findings.extend(report.findings);
            add_metrics(&mut checked.report, report.metrics);
        }
    }
    checked.log = gate.take_log().unwrap_or_default();
    checked.memory = gate.memory().await?;
    Ok(checked)
}

fn add_metrics(sum: &mut Report, metrics: Vec<sdlc_model::report::Metric>) {
    for metric in metrics {
        match sum.metrics.iter_mut().find(|known| known.name == metric.name) {
            Some(known) => known.value += metric.value,
            None => sum.metrics.push(metric),
        }
    }
}

fn read(reader: &Reader, entry: &Entry, limits: &Limits) -> Result<FileInput, CaseError> {
    let kind = match entry.kind {
        EntryKind::Regular => FileKind::Regular,
        EntryKind::Executable => FileKind::Executable,
        EntryKind::Symlink => FileKind::Symlink,
        EntryKind::BrokenSymlink => FileKind::BrokenSymlink,
    };
    let content = reader.read(entry, limits.file_size).map_err(CaseError::io(entry.path.as_ref()))?;
    Ok(FileInput::new(&entry.path, kind, content.size, content.bytes))
}

fn globs(texts: &[String]) -> Result<GlobSet, CaseError> {
    let input = |error: globset::Error| CaseError::Input(format!("the plugin selects by a glob that is none: {error}"));
    let mut globs = GlobSetBuilder::new();
    for text in texts {
        globs.add(GlobBuilder::new(text).literal_separator(true).build().map_err(input)?);
    }
    globs.build().map_err(input)
}
