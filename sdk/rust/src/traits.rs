//! One trait per kind of plugin, and [`Plugin`], which all of them build on.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::{
    Error, Info, Observation, Patient, Problem, Project, Report, Rollout, RolloutDecision, Rule, ScalingDecision,
    Selection, SourceFile, Treatment,
};

/// Who a plugin is, and how it is made from its settings.
pub trait Plugin: Sized + 'static {
    /// The plugin's own table of `sdlc.toml`. Give it `#[serde(deny_unknown_fields)]`, so that a
    /// misspelt key is an error, and `#[serde(default)]`, so that a missing one is not.
    type Settings: DeserializeOwned + JsonSchema;

    /// Name, version and a one-line summary. The schema of the settings is added to it.
    fn info() -> Info;

    /// The rules of these ids, or all of them where `ids` is empty.
    fn rules(ids: &[String]) -> Vec<Rule> {
        let _ = ids;
        Vec::new()
    }

    /// A plugin ready for work.
    ///
    /// # Errors
    /// Everything that is wrong with the settings beyond their types.
    fn new(settings: Self::Settings) -> Result<Self, Vec<Problem>>;
}

/// Judges one file at a time, as a pure function.
pub trait FileGate: Plugin {
    /// Which files are wanted.
    fn select(&self) -> Selection;

    /// Takes the context files, and the list of paths if it was asked for. What it returns stands for
    /// them when results are kept; `None` is all of `project`.
    ///
    /// # Errors
    /// Where the project makes no sense to the gate; no file is checked then.
    fn begin(&mut self, project: Project) -> Result<Option<Vec<u8>>, Error> {
        let _ = project;
        Ok(None)
    }

    /// Judges one file.
    ///
    /// # Errors
    /// Where the file could not be judged. What is wrong *in* a file is a finding.
    fn check(&self, file: SourceFile) -> Result<Report, Error>;
}

/// Saves a file gate work that would be in vain while a file is fixed.
pub trait Deferral: FileGate {
    /// In the file that [`check`](FileGate::check) gets next, it need not look for what rules tagged `formatting` find if it finds
    /// something else with a safe fix: it gives all of that, or nothing. False: it looks for all in any case.
    fn defer_formatting(&mut self) -> bool;

    /// The file that [`check`](FileGate::check) gets next is what the gate's own fixes of formatting made of it: what rules tagged
    /// `formatting` find in it need not be looked for. False: they are looked for in any case.
    fn skip_formatting(&mut self) -> bool {
        false
    }
}

/// Judges the workspace as a whole, through [`workspace`](crate::workspace), [`tools`](crate::tools),
/// [`load`](crate::load) and [`advisories`](crate::advisories), as far as they were granted.
pub trait WorkspaceGate: Plugin {
    /// Judges the workspace.
    ///
    /// # Errors
    /// Where it could not be judged, such as a missing report.
    fn check(&self) -> Result<Report, Error>;
}

/// Proposes cures. The host tries them, and keeps what helped.
pub trait Healer: Plugin {
    /// Treatments for a patient; none where there is nothing to offer.
    ///
    /// # Errors
    /// Where the healer could not do its work.
    fn heal(&self, patient: Patient) -> Result<Vec<Treatment>, Error>;
}

/// Says how many replicas a service needs, as a pure function.
pub trait ScalingPolicy: Plugin {
    /// Number of replicas for what was observed.
    ///
    /// # Errors
    /// Where no number can be given; the current one is kept then.
    fn decide(&self, observation: Observation) -> Result<ScalingDecision, Error>;
}

/// Says the next step of a deployment, as a pure function.
pub trait DeployStrategy: Plugin {
    /// The next step for what was observed.
    ///
    /// # Errors
    /// Where no step can be given; the rollout is rolled back then.
    fn next(&self, rollout: Rollout) -> Result<RolloutDecision, Error>;
}
