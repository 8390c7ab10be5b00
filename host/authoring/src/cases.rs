//! Golden tests: `cases/NAME/` holds what a plugin gets and, in `expected.json`, what it has to say.
//!
//! | kind | what it gets |
//! | --- | --- |
//! | file gate | each file of `input/` that it selects |
//! | workspace gate | `input/` as the workspace, all of it readable, no programs |
//! | healer | the same, and `patient.json` |
//! | scaling policy | `observation.json` |
//! | deploy strategy | `rollout.json` |
//!
//! `settings.toml`, where there is one, has the plugin's own settings.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use sdlc_grants::{
    capabilities::{Files, Granted},
    grant::Grant,
};
use sdlc_model::{report::Report, rollout::Rollout, scaling::Observation, treatment::Patient};
use sdlc_sandbox::{
    call::CallError, deploy_strategy::DeployStrategy, healer::Healer, kind::Kind, limits::Limits, plugin::Plugin,
    scaling_policy::ScalingPolicy, workspace_gate::WorkspaceGate,
};
use sdlc_tools::host::Host;
use sdlc_workspace::{scope::Scope, tree::Workspace};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::files::check_files;

/// Directory of the cases, in a project.
pub const DIRECTORY: &str = "cases";
const EXPECTED: &str = "expected.json";

/// Why a case cannot be run. What a plugin says, an error of its own included, is a result.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// A file cannot be read or written.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        source: io::Error,
    },
    /// A file makes no sense.
    #[error("`{}` makes no sense: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There are none.
    #[error("there are no cases in `{}`; hint: a case is a directory `{DIRECTORY}/NAME` with an `input`", .0.display())]
    None(PathBuf),
    /// The input cannot be had.
    #[error("{0}")]
    Input(String),
    /// The plugin failed in a way that no case can expect.
    #[error("the plugin {0}")]
    Call(#[from] CallError),
}

impl CaseError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

/// One test.
#[derive(Clone, Debug)]
pub struct Case {
    /// Name of its directory.
    pub name: String,
    directory: PathBuf,
}

/// Runs cases of one plugin.
pub struct Runner<'a> {
    /// The plugin.
    pub plugin: &'a Plugin,
    /// What it is tested as.
    pub kind: Kind,
    /// How much it may use.
    pub limits: Limits,
    /// What the caller knows of the machine.
    pub host: Host,
    /// How a report is written.
    pub report: &'a dyn Fn(&Report) -> Value,
}

/// All cases of a project, by name.
///
/// # Errors
/// Where there are none.
pub fn cases(project: &Path) -> Result<Vec<Case>, CaseError> {
    let directory = project.join(DIRECTORY);
    let mut cases = Vec::new();
    for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            cases.push(Case { name: entry.file_name().to_string_lossy().into_owned(), directory: entry.path() });
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    if cases.is_empty() { Err(CaseError::None(directory)) } else { Ok(cases) }
}

impl Case {
    /// What the plugin has to say, as text; none: not written yet.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn expected(&self) -> Result<Option<String>, CaseError> {
        let path = self.directory.join(EXPECTED);
        match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            text => text.map(Some).map_err(CaseError::io(&path)),
        }
    }

    /// Makes what it says what it has to say.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn update(&self, found: &str) -> Result<(), CaseError> {
        let path = self.directory.join(EXPECTED);
        fs::write(&path, found).map_err(CaseError::io(&path))
    }

    fn settings(&self) -> Result<String, CaseError> {
        let path = self.directory.join("settings.toml");
        match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok("{}".to_owned()),
            text => {
                let malformed = |reason: String| CaseError::Malformed { path: path.clone(), reason };
                let text = text.map_err(CaseError::io(&path))?;
                let value: Value = toml::from_str(&text).map_err(|error| malformed(error.message().to_owned()))?;
                Ok(value.to_string())
            }
        }
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<T, CaseError> {
        let path = self.directory.join(name);
        let text = fs::read(&path).map_err(CaseError::io(&path))?;
        serde_json::from_slice(&text).map_err(|error| CaseError::Malformed { path, reason: error.to_string() })
    }

    fn workspace(&self) -> Result<Workspace, CaseError> {
        let input = self.directory.join("input");
        Workspace::open(&input, &[]).map_err(|error| CaseError::Input(error.to_string()))
    }
}

impl Runner<'_> {
    /// What the plugin says of a case, as it stands in `expected.json`. An error that the plugin gives is what it says.
    ///
    /// # Errors
    /// Where the case makes no sense, or the plugin traps, exceeds a limit, or gives a result that makes no sense.
    pub async fn run(&self, case: &Case) -> Result<String, CaseError> {
        let said = match self.call(case, &case.settings()?).await {
            Err(CaseError::Call(CallError::Plugin(message))) => serde_json::json!({ "error": message }),
            Err(CaseError::Call(CallError::Settings(problems))) => {
                let problems = problems.iter().map(ToString::to_string).collect::<Vec<_>>();
                serde_json::json!({ "settings": problems })
            }
            said => said?,
        };
        Ok(format!("{said:#}\n"))
    }

    async fn call(&self, case: &Case, settings: &str) -> Result<Value, CaseError> {
        let (plugin, limits, token) = (self.plugin, &self.limits, CancellationToken::new());
        let json = |value: Result<Value, serde_json::Error>| value.map_err(|error| CaseError::Input(error.to_string()));
        match self.kind {
            Kind::FileGate => {
                let workspace = case.workspace()?;
                let checked = check_files(plugin, &workspace, &Scope::All, settings, limits).await?;
                Ok((self.report)(&checked.report))
            }
            Kind::WorkspaceGate => {
                let granted = self.granted(&case.workspace()?)?;
                let mut gate = WorkspaceGate::new(plugin, settings, limits, Box::new(granted), token).await?;
                Ok((self.report)(&gate.check().await?))
            }
            Kind::Healer => {
                let granted = self.granted(&case.workspace()?)?;
                let patient: Patient = case.read("patient.json")?;
                let mut healer = Healer::new(plugin, settings, limits, Box::new(granted), token).await?;
                json(serde_json::to_value(healer.heal(&patient).await?))
            }
            Kind::ScalingPolicy => {
                let observation: Observation = case.read("observation.json")?;
                let mut policy = ScalingPolicy::new(plugin, settings, limits, token).await?;
                json(serde_json::to_value(policy.decide(&observation).await?))
            }
            Kind::DeployStrategy => {
                let rollout: Rollout = case.read("rollout.json")?;
                let mut strategy = DeployStrategy::new(plugin, settings, limits, token).await?;
                json(serde_json::to_value(strategy.next(&rollout).await?))
            }
        }
    }

    fn granted(&self, workspace: &Workspace) -> Result<Granted, CaseError> {
        let input = |error: &dyn std::fmt::Display| CaseError::Input(error.to_string());
        let set = Arc::new(workspace.files(&Scope::All).map_err(|error| input(&error))?);
        let reader = workspace.reader().map_err(|error| input(&error))?;
        let grant = Grant {
            copy: false,
            prefix: String::new(),
            read: vec!["**".to_owned()],
            run: Vec::new(),
            connect: Vec::new(),
            serve: Vec::new(),
            loopback: false,
            environment: Vec::new(),
            advisories: None,
            confinement: None,
            limits: sdlc_tools::limits::Limits::default(),
            file_size: self.limits.file_size,
            host: Host { workspace: workspace.root().to_owned(), ..self.host.clone() },
        };
        Granted::new(&grant, Files { set, reader, changes: None, changing: None }).map_err(|error| input(&error))
    }
}
