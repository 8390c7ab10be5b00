//! [`GatePlan`]: what a gate checks, and under which key its results are kept.
//!
//! All of it is answered from what earlier runs know where nothing changed; only otherwise is the plugin asked.

use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};
use sdlc_cache::results::{Key, Shard};
use sdlc_model::outcome::PluginIdentity;
use sdlc_sandbox::{
    call::{CallError, Problem},
    file_gate::{FileGate, FileInput, FileKind, Selection},
    kind::{CONTRACT, Kind},
    plugin::Info,
};
use sdlc_workspace::{
    entry::{Entry, EntryKind, FileSet},
    reader::Reader,
};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{
    knowledge::{Knowledge, digest, digest_of},
    request::GateRequest,
    side_by_side,
};

/// Why a gate cannot start.
pub(crate) enum PlanError {
    /// The plugin refuses its settings: an error of use.
    Settings(Vec<Problem>),
    /// The plugin could not do its work.
    Failed(String),
    /// The user stopped the run.
    Interrupted,
}

impl From<CallError> for PlanError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Settings(problems) => Self::Settings(problems),
            CallError::Cancelled => Self::Interrupted,
            other => Self::Failed(other.to_string()),
        }
    }
}

/// A file that changes how others are judged.
#[derive(Clone)]
struct ContextFile {
    path: String,
    kind: EntryKind,
    size: u64,
    content: Option<Vec<u8>>,
    digest: Key,
}

/// Changes with what is kept of a result.
const RESULTS: u8 = 3;

/// What a gate knows before the first file.
#[derive(Clone, Default)]
pub(crate) struct Project {
    context: Arc<Vec<ContextFile>>,
    paths: Arc<Vec<String>>,
}

impl Project {
    fn key(&self, plugin: &Key) -> Key {
        let context = self.context.iter().map(|file| {
            let kind = [kind(file.kind) as u8];
            digest([file.path.as_bytes(), &kind, &file.digest])
        });
        let context: Vec<_> = context.collect();
        let context = digest(context.iter().map(<[u8; 32]>::as_slice));
        let paths = digest(self.paths.iter().map(String::as_bytes));
        digest([&plugin[..], &context, &paths])
    }
}

/// What a plugin says of itself and of what it wants.
#[derive(Serialize, Deserialize)]
struct Answer {
    info: Info,
    /// None: it does not judge file by file.
    selection: Option<Selection>,
    /// It judges the workspace as a whole.
    judges_workspace: bool,
}

/// What a gate checks.
pub(crate) struct GatePlan {
    pub(crate) identity: PluginIdentity,
    /// Whether it judges the workspace as a whole, too or only.
    pub(crate) judges_workspace: bool,
    /// Indices into the file set, ascending.
    pub(crate) files: Vec<usize>,
    pub(crate) project: Project,
    /// Key of everything that all results of the gate depend on.
    pub(crate) plugin_key: Key,
    /// Name of the file that keeps the results.
    pub(crate) shard_name: String,
    pub(crate) shard: Shard,
    /// Key of what its instances are told of the project.
    pub(crate) project_key: Key,
}

/// Asks what is not known. One per run.
pub(crate) struct Planner<'a> {
    pub(crate) files: &'a FileSet,
    pub(crate) reader: &'a Reader,
    pub(crate) runtime: &'a tokio::runtime::Runtime,
    pub(crate) cancelled: &'a CancellationToken,
    /// Most threads.
    pub(crate) threads: usize,
}

impl Planner<'_> {
    pub(crate) fn plan(&self, request: &GateRequest, knowledge: &mut Knowledge<'_>) -> Result<GatePlan, PlanError> {
        let plugin_key = digest([
            env!("CARGO_PKG_VERSION").as_bytes(),
            CONTRACT.as_bytes(),
            &[RESULTS],
            request.plugin.digest().as_bytes(),
            request.settings.as_bytes(),
            &request.limits.file_size.to_le_bytes(),
        ]);
        let mut instance = None;
        let Answer { info, selection, judges_workspace } = match knowledge.answer::<Answer>(&plugin_key) {
            Some(known) => known,
            None => {
                let answer = self.ask(request, &mut instance)?;
                knowledge.keep_answer(plugin_key, &answer);
                answer
            }
        };
        let identity = info.identity(request.plugin.digest());
        let Some(selection) = selection else {
            return Ok(GatePlan {
                identity,
                judges_workspace,
                files: Vec::new(),
                project: Project::default(),
                plugin_key,
                shard_name: String::new(),
                shard: Shard::default(),
                project_key: plugin_key,
            });
        };
        let project = self.project(request, &selection)?;
        let project_key = project.key(&plugin_key);
        let standing = self.standing(request, &project, &project_key, &mut instance, knowledge)?;
        if let Some(instance) = instance {
            request.idle.put(project_key, instance);
        }
        let shard_name = format!("results-{}", blake3::Hash::from_bytes(digest([&plugin_key[..], &standing])).to_hex());
        let shard = knowledge.store().and_then(|store| store.read(&shard_name)).and_then(Shard::parse);
        Ok(GatePlan {
            identity,
            judges_workspace,
            files: self.matching(request, &selection)?,
            project,
            plugin_key,
            shard_name,
            shard: shard.unwrap_or_default(),
            project_key,
        })
    }

    fn ask(&self, request: &GateRequest, instance: &mut Option<FileGate>) -> Result<Answer, PlanError> {
        let plugin = request.plugin.get().map_err(PlanError::Failed)?;
        let (settings, limits) = (&request.settings, &request.limits);
        let judges_workspace = plugin.kinds().contains(&Kind::WorkspaceGate);
        if plugin.kinds().contains(&Kind::FileGate) {
            return self.runtime.block_on(async {
                let (info, mut gate) = FileGate::introduced(plugin, settings, limits, self.cancelled.clone()).await?;
                let selection = Some(gate.select().await?);
                *instance = Some(gate);
                Ok(Answer { info, selection, judges_workspace })
            });
        }
        if !judges_workspace {
            let kinds = plugin.kinds().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            return Err(PlanError::Failed(format!(
                "is a plugin of kind {kinds}; hint: gates are of kind `file-gate` or `workspace-gate`"
            )));
        }
        self.runtime.block_on(async {
            plugin.check_settings(settings, limits).await?;
            Ok(Answer { info: plugin.describe(limits).await?, selection: None, judges_workspace })
        })
    }

    /// What stands for the project when results are kept.
    fn standing(
        &self,
        request: &GateRequest,
        project: &Project,
        key: &Key,
        instance: &mut Option<FileGate>,
        knowledge: &mut Knowledge<'_>,
    ) -> Result<Vec<u8>, PlanError> {
        // An instance that is there already has to begin in any case.
        if instance.is_none()
            && let Some(known) = knowledge.answer::<Vec<u8>>(key)
        {
            return Ok(known);
        }
        let standing = self.runtime.block_on(async {
            let mut gate = match instance.take() {
                Some(gate) => gate,
                None => instantiate(request, self.cancelled).await?,
            };
            let standing = begin(&mut gate, project).await?;
            *instance = Some(gate);
            Ok::<_, CallError>(standing)
        })?;
        let standing = standing.map_or_else(|| key.to_vec(), |own| digest([own.as_slice()]).to_vec());
        knowledge.keep_answer(*key, &standing);
        Ok(standing)
    }

    fn project(&self, request: &GateRequest, selection: &Selection) -> Result<Project, PlanError> {
        let wanted = globs(&selection.context)?;
        let mut context = Vec::new();
        if !wanted.is_empty() {
            let entries = &self.files.entries;
            let is_wanted = |entry: &Entry| !entry.kind.is_symlink() && wanted.is_match(&entry.path);
            let are_wanted = side_by_side::map(entries, self.threads, is_wanted);
            for (entry, _) in entries.iter().zip(are_wanted).filter(|(_, is_wanted)| *is_wanted) {
                context.push(self.context_file(entry, request)?);
            }
        }
        let paths = self.files.entries.iter().filter(|_| selection.paths).map(|entry| entry.path.clone());
        Ok(Project { context: Arc::new(context), paths: Arc::new(paths.collect()) })
    }

    fn context_file(&self, entry: &Entry, request: &GateRequest) -> Result<ContextFile, PlanError> {
        let content = self
            .reader
            .read(entry, request.limits.file_size)
            .map_err(|error| PlanError::Failed(format!("`{}` cannot be read: {error}", entry.path)))?;
        Ok(ContextFile {
            path: entry.path.clone(),
            kind: entry.kind,
            size: content.size,
            digest: digest_of(content.bytes.as_deref(), content.size),
            content: content.bytes,
        })
    }

    fn matching(&self, request: &GateRequest, selection: &Selection) -> Result<Vec<usize>, PlanError> {
        let wanted = globs(&selection.check)?;
        let checks = |entry: &Entry| {
            (selection.symlinks || !entry.kind.is_symlink())
                && wanted.is_match(&entry.path)
                && request.files.as_ref().is_none_or(|files| files.is_match(&entry.path))
                && !request.exclude.is_match(&entry.path)
        };
        let selected = &self.files.selected;
        let are_wanted =
            side_by_side::map(selected, self.threads, |index| self.files.entries.get(*index).is_some_and(checks));
        Ok(selected.iter().zip(are_wanted).filter_map(|(index, is_wanted)| is_wanted.then_some(*index)).collect())
    }
}

/// A configured instance that has not begun.
async fn instantiate(request: &GateRequest, cancelled: &CancellationToken) -> Result<FileGate, CallError> {
    let plugin = request.plugin.get().map_err(CallError::Plugin)?;
    FileGate::new(plugin, &request.settings, &request.limits, cancelled.clone()).await
}

async fn begin(gate: &mut FileGate, project: &Project) -> Result<Option<Vec<u8>>, CallError> {
    let context = project.context.iter();
    let context = context.map(|file| FileInput::new(&file.path, kind(file.kind), file.size, file.content.clone()));
    gate.begin(context.collect(), project.paths.to_vec()).await
}

/// An instance that is ready to check.
pub(crate) async fn ready(
    request: &GateRequest,
    project: &Project,
    cancelled: &CancellationToken,
) -> Result<FileGate, CallError> {
    let mut gate = instantiate(request, cancelled).await?;
    begin(&mut gate, project).await?;
    Ok(gate)
}

pub(crate) fn kind(kind: EntryKind) -> FileKind {
    match kind {
        EntryKind::Regular => FileKind::Regular,
        EntryKind::Executable => FileKind::Executable,
        EntryKind::Symlink => FileKind::Symlink,
        EntryKind::BrokenSymlink => FileKind::BrokenSymlink,
    }
}

fn globs(texts: &[String]) -> Result<GlobSet, PlanError> {
    let mut globs = GlobSetBuilder::new();
    for text in texts {
        let glob = globset::GlobBuilder::new(text).literal_separator(true).build();
        let glob: Glob = glob.map_err(|error| PlanError::Failed(format!("selects by a glob that is none: {error}")))?;
        globs.add(glob);
    }
    globs.build().map_err(|error| PlanError::Failed(format!("selects by globs that make no sense: {error}")))
}
