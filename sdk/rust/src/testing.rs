//! Runs a gate natively, in a unit test, in the order in which the host would.
//!
//! ```no_run
//! # use sdlc_sdk::{testing::GateTest, FileGate};
//! # fn example<MyGate: FileGate>() {
//! let gate = GateTest::<MyGate>::new(r#"{"max": 80}"#).context("setup.cfg", "...").path("a/b.txt");
//! let report = gate.check("a.txt", "some text");
//! assert!(report.findings.is_empty());
//! # }
//! ```
#![expect(clippy::panic, reason = "a test kit reports by panicking")]

use crate::{Error, FileGate, FileKind, Problem, Project, Report, SourceFile, settings};

/// A file gate under test, with its settings and its project.
pub struct GateTest<G> {
    settings: String,
    project: Project,
    gate: std::marker::PhantomData<G>,
}

impl<G: FileGate> GateTest<G> {
    /// With settings as JSON, as the host gives them.
    pub fn new(settings: &str) -> Self {
        Self {
            settings: settings.to_owned(),
            project: Project { context: Vec::new(), paths: Vec::new() },
            gate: std::marker::PhantomData,
        }
    }

    /// With a context file.
    #[must_use]
    pub fn context(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.project.context.push(source_file(path, FileKind::Regular, content.as_ref()));
        self.path(path)
    }

    /// With a path in the list of all paths.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        self.project.paths.push(path.to_owned());
        self.project.paths.sort();
        self
    }

    /// What `configure` says of the settings.
    ///
    /// # Errors
    /// The problems of the settings.
    pub fn configure(&self) -> Result<G, Vec<Problem>> {
        G::new(settings::parse(&self.settings)?)
    }

    /// Report on a regular file.
    #[track_caller]
    pub fn check(&self, path: &str, content: impl AsRef<[u8]>) -> Report {
        self.check_kind(path, FileKind::Regular, content)
    }

    /// Report on an entry of any kind.
    #[track_caller]
    pub fn check_kind(&self, path: &str, kind: FileKind, content: impl AsRef<[u8]>) -> Report {
        match self.try_check(source_file(path, kind, content.as_ref())) {
            Ok(report) => report,
            Err(error) => panic!("`{path}` could not be checked: {error}"),
        }
    }

    /// What the gate says of an entry, error or not.
    ///
    /// # Errors
    /// The gate's own.
    #[track_caller]
    pub fn try_check(&self, file: SourceFile) -> Result<Report, Error> {
        let mut gate = match self.configure() {
            Ok(gate) => gate,
            Err(problems) => panic!("the settings are refused: {problems:?}"),
        };
        gate.begin(self.project.clone())?;
        gate.check(file)
    }
}

/// A file as the host would hand it over.
pub fn source_file(path: &str, kind: FileKind, content: &[u8]) -> SourceFile {
    SourceFile { path: path.to_owned(), kind, size: content.len() as u64, content: Some(content.to_vec()) }
}
