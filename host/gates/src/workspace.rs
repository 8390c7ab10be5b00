//! Gates that judge the workspace as a whole: one call each, beside the crew that checks files.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use sdlc_grants::capabilities::{Files, Granted};
use sdlc_model::{event::RunEvent, outcome::Failure, report::Report, suppression::Allow};
use sdlc_sandbox::{call::CallError, workspace_gate::WorkspaceGate};
use sdlc_tools::secrets::Secrets;
use sdlc_workspace::{entry::FileSet, lines::ChangedLines, scope::WorkspaceError, tree::Workspace};
use tokio_util::sync::CancellationToken;

use crate::{allow, redact, request::GateRequest};

/// What came of one gate.
pub(crate) struct Judged {
    /// None: the run was interrupted.
    pub(crate) report: Option<Result<Report, Failure>>,
    /// How well the programs that it ran were confined.
    pub(crate) confinement: Option<&'static str>,
    /// Comments of the files that something was found in.
    pub(crate) allows: BTreeMap<String, Vec<Allow>>,
}

impl Judged {
    /// For a thread that ended in a bug of ours.
    pub(crate) fn panicked() -> Self {
        let failure = Failure { path: None, message: "could not be run: a bug in `sdlc`; please report it".to_owned() };
        Self { report: Some(Err(failure)), confinement: None, allows: BTreeMap::new() }
    }
}

/// Everything that these gates share.
pub(crate) struct Bench<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) files: &'a Arc<FileSet>,
    pub(crate) changes: &'a Option<Vec<ChangedLines>>,
    pub(crate) cancelled: &'a CancellationToken,
    pub(crate) events: &'a (dyn Fn(RunEvent) + Sync),
    /// Where programs find the files; none: in the workspace.
    pub(crate) copy: Option<&'a Path>,
}

impl Bench<'_> {
    /// Makes the one call of a gate, within what it was granted.
    pub(crate) fn judge(&self, request: &GateRequest) -> Judged {
        let failed = |message: String| Judged {
            report: Some(Err(Failure { path: None, message })),
            confinement: None,
            allows: BTreeMap::new(),
        };
        let granted = match self.granted(request) {
            Ok(granted) => granted,
            Err(message) => return failed(message),
        };
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return failed(format!("no runtime could be started: {error}")),
        };
        let (secrets, reached) = (granted.secrets(), granted.reached());
        let outcome = runtime.block_on(self.call(request, granted, &secrets));
        let report = match outcome {
            Ok(mut report) => {
                redact::report(&mut report, &secrets);
                Some(Ok(report))
            }
            Err(CallError::Cancelled) => None,
            Err(error) => {
                let message = secrets.redact_str(&error.to_string());
                Some(Err(Failure { path: None, message }))
            }
        };
        let allows = match &report {
            Some(Ok(report)) => self.allows(report, request.limits.file_size),
            _ => BTreeMap::new(),
        };
        Judged { report, confinement: reached.tier().map(sdlc_tools::tier::Tier::name), allows }
    }

    /// Of the files that a report speaks of; one that cannot be read has none.
    fn allows(&self, report: &Report, most: u64) -> BTreeMap<String, Vec<Allow>> {
        let Ok(reader) = self.workspace.reader() else { return BTreeMap::new() };
        let paths = report.findings.iter().filter_map(|finding| Some(finding.location.as_ref()?.path.as_str()));
        let paths: BTreeSet<_> = paths.collect();
        let entries = self.files.entries.iter().filter(|entry| paths.contains(entry.path.as_str()));
        let allows = entries.filter_map(|entry| {
            let content = reader.read(entry, most).ok()?.bytes?;
            Some((entry.path.clone(), allow::find(&entry.path, &content)))
        });
        allows.collect()
    }

    fn granted(&self, request: &GateRequest) -> Result<Granted, String> {
        let reader = self.workspace.reader().map_err(|error: WorkspaceError| error.to_string())?;
        let files = Files { set: Arc::clone(self.files), reader, changes: self.changes.clone(), changing: None };
        let mut grant = request.grant.clone();
        if let Some(copy) = self.copy {
            grant.host.workspace = copy.to_owned();
        }
        Granted::new(&grant, files).map_err(|error| error.to_string())
    }

    async fn call(&self, request: &GateRequest, granted: Granted, secrets: &Secrets) -> Result<Report, CallError> {
        let plugin = request.plugin.get().map_err(CallError::Plugin)?;
        let (settings, limits) = (&request.settings, &request.limits);
        let mut gate = WorkspaceGate::new(plugin, settings, limits, Box::new(granted), self.cancelled.clone()).await?;
        let report = gate.check().await;
        if let Some(text) = gate.take_log() {
            let text = secrets.redact_str(&text);
            (self.events)(RunEvent::Log { gate: request.name.clone(), text });
        }
        report
    }
}
