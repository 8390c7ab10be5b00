//! [`Patient`] and [`Treatment`]: what a healer gets, and what it proposes. As JSON, the names are those of the
//! contract.

use serde::{Deserialize, Serialize};

use crate::{finding::Finding, opaque};

/// What is wrong with a running service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncidentKind {
    /// Probes get no answer.
    Unreachable,
    /// It ends again and again soon after its start.
    CrashLoop,
    /// Its memory grows steadily, whatever the load.
    MemoryLeak,
    /// More requests fail than the environment allows.
    ErrorRate,
    /// Answers take longer than the environment allows.
    Latency,
}

/// Something wrong with a running service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Incident {
    /// As named in `sdlc.toml`.
    pub environment: String,
    /// The service.
    pub service: String,
    /// None: the service as a whole.
    #[serde(default)]
    pub replica: Option<String>,
    /// What is wrong with it.
    pub kind: IncidentKind,
    /// What was observed, in words.
    pub evidence: String,
}

/// What is to be healed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Patient {
    /// What the gates found.
    Findings(Vec<Finding>),
    /// What the monitor saw.
    Incident(Incident),
}

/// A file as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileContent {
    /// Relative to the workspace root.
    pub path: String,
    /// All of it.
    #[serde(with = "opaque")]
    pub content: Vec<u8>,
}

/// One thing for the host to do, if its grant allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Writes a file as a whole.
    Write(FileContent),
    /// Deletes a file.
    Delete(String),
    /// Replaces one replica of the incident's service by a fresh one.
    RestartReplica(String),
    /// Replaces all replicas, one after the other.
    RestartService,
    /// Sets the number of replicas.
    Scale(u32),
    /// Goes back to the version before.
    RollBack,
}

/// Actions that belong together: all of them are tried, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Treatment {
    /// One line, imperative.
    pub summary: String,
    /// In the order in which they are done.
    pub actions: Vec<Action>,
}
