//! [`Granted`]: does for a plugin what it was granted, and says what would grant the rest.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sdlc_model::advisory::{Advisory, Database as AdvisoryDatabase};
use sdlc_resilience::retry::{Budget, Policy};
use sdlc_sandbox::capabilities::{
    Answer, Capabilities, ChangedLines, FileEntry, LoadMeasurement, LoadPlan, Refusal, Service, ToolCommand, ToolOutput,
};
use sdlc_tools::{
    command::{Command, Output},
    error::ToolError,
    grant::Grant as ToolGrant,
    secrets::Secrets,
    tier::Tier,
    tools::{Confinement, Tools},
};
use sdlc_workspace::{
    entry::FileSet,
    granted::Granted as Globs,
    lines,
    reader::Reader,
    scope::Scope,
    tree::Workspace,
    view::{View, ViewError},
};

use crate::{advisories::Advisories, grant::Grant, services::Services};

/// Programs that the system could not start are started again, for that passes: too many processes, a binary that is just
/// being replaced. What a program itself does is never tried again, and neither is what is not granted.
const STARTS: Policy = Policy::new(2, Duration::from_millis(100));
/// Further starts of all programs of a plugin together.
const FURTHER_STARTS: u32 = 4;

/// Why a grant cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// A glob makes no sense.
    #[error("`{0}grant.read`: {1}")]
    Glob(String, globset::Error),
    /// Programs cannot be run.
    #[error("{0}")]
    Tools(#[from] ToolError),
}

/// What a run knows of the workspace that a plugin is let at.
pub struct Files {
    /// All files, and which of them are in scope.
    pub set: Arc<FileSet>,
    /// Reads them.
    pub reader: Reader,
    /// Lines that differ from the base revision; none where the run has none.
    pub changes: Option<Vec<lines::ChangedLines>>,
    /// Whose files are listed anew after each program, since programs may change them; none: they may not.
    pub changing: Option<Workspace>,
}

/// How well programs were confined; the worst of all that were run.
#[derive(Clone, Debug, Default)]
pub struct Reached(Arc<Mutex<Option<Tier>>>);

impl Reached {
    /// None: no program was run.
    pub fn tier(&self) -> Option<Tier> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(&self, tier: Tier) {
        let mut reached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *reached = Some(reached.map_or(tier, |worst| worst.min(tier)));
    }
}

/// Does for a plugin what it was granted.
pub struct Granted {
    view: View,
    changes: Option<Vec<lines::ChangedLines>>,
    changing: Option<Workspace>,
    tools: Arc<Tools>,
    advisories: Advisories,
    prefix: String,
    reached: Reached,
    services: Services,
    /// What is left of further starts of programs, of all of them together.
    retries: Budget,
}

impl Granted {
    /// What a grant comes to in a workspace.
    ///
    /// # Errors
    /// Where the grant makes no sense here.
    pub fn new(grant: &Grant, files: Files) -> Result<Self, GrantError> {
        let globs = Globs::new(&grant.read).map_err(|error| GrantError::Glob(grant.prefix.clone(), error))?;
        let view = View::new(files.set, files.reader, globs, grant.file_size);
        let (read, hidden) = if grant.run.is_empty() { (Vec::new(), Vec::new()) } else { view.paths() };
        let tool_grant = ToolGrant {
            run: grant.run.clone(),
            read,
            write: if grant.copy { vec![PathBuf::from(".")] } else { Vec::new() },
            hidden,
            connect: grant.connect.clone(),
            loopback: grant.loopback,
            environment: grant.environment.clone(),
        };
        let confinement =
            Confinement { least: grant.confinement.unwrap_or(Tier::Environment), ..Confinement::default() };
        let tools =
            Tools::new(grant.host.clone(), tool_grant, grant.limits.clone(), confinement, grant.prefix.clone())?;
        let (tools, reached, prefix) = (Arc::new(tools), Reached::default(), grant.prefix.clone());
        let services = Services::new(grant, Arc::clone(&tools), reached.clone());
        let advisories = Advisories::new(grant.advisories.clone());
        let (changes, changing) = (files.changes, files.changing);
        Ok(Self {
            view,
            changes,
            changing,
            tools,
            advisories,
            prefix,
            reached,
            services,
            retries: Budget::new(FURTHER_STARTS),
        })
    }

    /// Values that have to be made unreadable wherever text of the plugin goes.
    pub fn secrets(&self) -> Secrets {
        self.tools.secrets().clone()
    }

    /// Where it is noted how well programs were confined.
    pub fn reached(&self) -> Reached {
        self.reached.clone()
    }

    fn refusal(&self, error: ViewError) -> Refusal {
        match &error {
            ViewError::Denied(path) => {
                let prefix = &self.prefix;
                Refusal::Denied(format!("{error}; hint: `{prefix}grant = {{ read = [\"{path}\"] }}`"))
            }
            ViewError::Missing(_) | ViewError::NoTime(_) => Refusal::Missing(error.to_string()),
            ViewError::TooLarge { .. } => {
                Refusal::Exceeded(format!("{error}; hint: `{}limits.file-size` sets how much it may be", self.prefix))
            }
            ViewError::Io { .. } => Refusal::Other(error.to_string()),
        }
    }

    /// What came of a program, which is tried again where the system could not start it.
    async fn started(&mut self, command: &Command) -> Result<Output, ToolError> {
        let mut taken = 0;
        loop {
            let output = self.tools.run(command).await;
            let pause = match &output {
                Err(ToolError::Busy(_)) => STARTS.pause(taken, None).filter(|_| self.retries.take()),
                _ => None,
            };
            let Some(pause) = pause else { return output };
            tokio::time::sleep(pause).await;
            taken += 1;
        }
    }

    async fn run_tool(&mut self, command: ToolCommand) -> Result<ToolOutput, Refusal> {
        let output = self.started(&tools_command(command)).await.map_err(refused)?;
        self.reached.note(output.tier);
        if let Some(workspace) = &self.changing {
            let files = workspace.files(&Scope::All).map_err(|error| Refusal::Other(error.to_string()))?;
            self.view.replace(Arc::new(files));
        }
        Ok(ToolOutput {
            status: output.status(),
            duration: u64::try_from(output.duration.as_millis()).unwrap_or(u64::MAX),
            truncated: output.truncated,
            stdout: output.stdout,
            stderr: output.stderr,
        })
    }
}

/// As the crate that runs it has it.
pub(crate) fn tools_command(command: ToolCommand) -> Command {
    let ToolCommand { program, arguments, directory, stdin } = command;
    Command { program, arguments, directory: directory.map(PathBuf::from), stdin }
}

/// As the plugin gets it.
pub(crate) fn refused(error: ToolError) -> Refusal {
    match error {
        ToolError::Denied(text) => Refusal::Denied(text),
        ToolError::Missing(text) => Refusal::Missing(text),
        ToolError::Limit(text) => Refusal::Exceeded(text),
        ToolError::Busy(text) | ToolError::Other(text) => Refusal::Other(text),
    }
}

impl Capabilities for Granted {
    fn files(&mut self, globs: &[String]) -> Result<Vec<FileEntry>, Refusal> {
        let files = self.view.files(globs).map_err(|error| Refusal::InvalidInput(error.to_string()))?;
        Ok(files.into_iter().map(|(path, size)| FileEntry { path, size }).collect())
    }

    fn read(&mut self, path: &str) -> Result<Vec<u8>, Refusal> {
        self.view.read(path).map_err(|error| self.refusal(error))
    }

    fn modified(&mut self, path: &str) -> Result<u64, Refusal> {
        self.view.modified(path).map_err(|error| self.refusal(error))
    }

    fn changes(&mut self) -> Result<Vec<ChangedLines>, Refusal> {
        let changes = self.changes.as_ref().ok_or_else(|| {
            Refusal::Missing(
                "the run has no base revision; hint: `--from-ref REV` or `--staged` gives it one".to_owned(),
            )
        })?;
        let granted = changes.iter().filter(|lines| self.view.may_read(&lines.path));
        Ok(granted
            .map(|lines| ChangedLines { path: lines.path.clone(), first: lines.first, last: lines.last })
            .collect())
    }

    fn advisories(&mut self) -> Result<AdvisoryDatabase, Refusal> {
        self.advisories.info(&self.prefix)
    }

    fn find_advisories(&mut self, ecosystem: &str, name: &str) -> Result<Vec<Advisory>, Refusal> {
        self.advisories.find(&self.prefix, ecosystem, name)
    }

    fn run(&mut self, command: ToolCommand) -> Answer<'_, ToolOutput> {
        Box::pin(self.run_tool(command))
    }

    fn start(&mut self, service: Service) -> Answer<'_, ()> {
        Box::pin(self.services.start(service))
    }

    fn stop(&mut self) -> Answer<'_, ()> {
        Box::pin(self.services.stop())
    }

    fn load(&mut self, plan: LoadPlan) -> Answer<'_, LoadMeasurement> {
        Box::pin(self.services.load(plan))
    }
}
