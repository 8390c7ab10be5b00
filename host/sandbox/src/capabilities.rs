//! [`Capabilities`]: what a plugin that is not pure may ask of the host.
//!
//! Whoever implements it decides what is granted; here is only what can be asked. A pure plugin has none.

use std::{future::Future, pin::Pin};

use sdlc_model::advisory::{Advisory, Database as AdvisoryDatabase};

/// Why the host does not do what a plugin asked for. The plugin gets the text, and may go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The request makes no sense.
    #[error("{0}")]
    InvalidInput(String),
    /// There is no such thing.
    #[error("{0}")]
    Missing(String),
    /// Not granted; the text names the grant that would allow it.
    #[error("{0}")]
    Denied(String),
    /// A limit of the host; the text names the setting that would raise it.
    #[error("{0}")]
    Exceeded(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// A file that may be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Relative to the workspace root.
    pub path: String,
    /// Bytes.
    pub size: u64,
}

/// A run of lines that differ from the base revision. Both ends count from 1 and are included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedLines {
    /// Relative to the workspace root.
    pub path: String,
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

/// A program to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolCommand {
    /// A bare name.
    pub program: String,
    /// Without the program itself.
    pub arguments: Vec<String>,
    /// Relative to the workspace root; none: the root.
    pub directory: Option<String>,
    /// What the program reads.
    pub stdin: Vec<u8>,
}

/// What became of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolOutput {
    /// Exit status; none where a signal or the time limit ended it.
    pub status: Option<i32>,
    /// What it wrote.
    pub stdout: Vec<u8>,
    /// What it complained.
    pub stderr: Vec<u8>,
    /// Whether only the first part of either was kept.
    pub truncated: bool,
    /// Milliseconds.
    pub duration: u64,
}

/// A program that serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// What to start.
    pub command: ToolCommand,
    /// Host and port that it serves at.
    pub address: String,
    /// Milliseconds until it has to take connections there.
    pub patience: u32,
}

/// Load to put on a service; times are in milliseconds.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "as in `wit/load.wit`")]
pub struct LoadPlan {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub rate: f64,
    pub warm_up: u32,
    pub duration: u32,
    pub connections: u32,
    pub timeout: u32,
}

/// What came of a load; latencies are in milliseconds.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "as in `wit/load.wit`")]
pub struct LoadMeasurement {
    pub requests: u64,
    pub errors: u64,
    pub throughput: f64,
    pub p50: f64,
    pub p90: f64,
    pub p95: f64,
    pub p99: f64,
    pub p999: f64,
    pub max: f64,
    pub saturated: bool,
}

/// The answer to a request that takes time.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Refusal>> + Send + 'a>>;

/// What the host does for a plugin. Each call is an error where it is not granted.
pub trait Capabilities: Send {
    /// Files that may be read and match any of the globs, sorted.
    ///
    /// # Errors
    /// Where a glob makes no sense.
    fn files(&mut self, globs: &[String]) -> Result<Vec<FileEntry>, Refusal>;

    /// Content of a file.
    ///
    /// # Errors
    /// Where it may not be read, or is not there.
    fn read(&mut self, path: &str) -> Result<Vec<u8>, Refusal>;

    /// When a file was last modified: milliseconds since the start of 1970.
    ///
    /// # Errors
    /// Where it may not be read, is not there, or is of the index or a revision.
    fn modified(&mut self, path: &str) -> Result<u64, Refusal>;

    /// Lines changed since the base revision of the run.
    ///
    /// # Errors
    /// Where the run has none.
    fn changes(&mut self) -> Result<Vec<ChangedLines>, Refusal>;

    /// What there is of advisories.
    ///
    /// # Errors
    /// Where there is no database, or it is broken.
    fn advisories(&mut self) -> Result<AdvisoryDatabase, Refusal>;

    /// Advisories about a package of an ecosystem.
    ///
    /// # Errors
    /// Where there is no database, or it is broken.
    fn find_advisories(&mut self, ecosystem: &str, name: &str) -> Result<Vec<Advisory>, Refusal>;

    /// Runs a program.
    fn run(&mut self, command: ToolCommand) -> Answer<'_, ToolOutput>;

    /// Starts a service, and waits until it takes connections.
    fn start(&mut self, service: Service) -> Answer<'_, ()>;

    /// Ends all services that were started, with all that they started.
    fn stop(&mut self) -> Answer<'_, ()>;

    /// Puts load on a service.
    fn load(&mut self, plan: LoadPlan) -> Answer<'_, LoadMeasurement>;
}

/// For calls that need nothing of the host, such as asking a plugin who it is.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Nothing {
    fn refuse<T>() -> Result<T, Refusal> {
        Err(Refusal::Denied("nothing is granted to this call".to_owned()))
    }
}

impl Capabilities for Nothing {
    fn files(&mut self, _globs: &[String]) -> Result<Vec<FileEntry>, Refusal> {
        Self::refuse()
    }

    fn read(&mut self, _path: &str) -> Result<Vec<u8>, Refusal> {
        Self::refuse()
    }

    fn modified(&mut self, _path: &str) -> Result<u64, Refusal> {
        Self::refuse()
    }

    fn changes(&mut self) -> Result<Vec<ChangedLines>, Refusal> {
        Self::refuse()
    }

    fn advisories(&mut self) -> Result<AdvisoryDatabase, Refusal> {
        Self::refuse()
    }

    fn find_advisories(&mut self, _ecosystem: &str, _name: &str) -> Result<Vec<Advisory>, Refusal> {
        Self::refuse()
    }

    fn run(&mut self, _command: ToolCommand) -> Answer<'_, ToolOutput> {
        Box::pin(async { Self::refuse() })
    }

    fn start(&mut self, _service: Service) -> Answer<'_, ()> {
        Box::pin(async { Self::refuse() })
    }

    fn stop(&mut self) -> Answer<'_, ()> {
        Box::pin(async { Self::refuse() })
    }

    fn load(&mut self, _plan: LoadPlan) -> Answer<'_, LoadMeasurement> {
        Box::pin(async { Self::refuse() })
    }
}
