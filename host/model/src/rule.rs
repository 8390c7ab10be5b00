//! [`Rule`]: what a rule is about, as its plugin describes it.

use serde::{Deserialize, Serialize};

use crate::finding::Severity;

/// What a rule is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// As in [`Finding::rule`](crate::finding::Finding).
    pub id: String,
    /// Kebab-case name for people.
    pub name: String,
    /// One line.
    pub summary: String,
    /// Markdown; may be empty.
    pub explanation: String,
    /// Where it is documented.
    pub help: Option<String>,
    /// What its findings have unless they say otherwise.
    pub severity: Severity,
    /// Such as `security`.
    pub tags: Vec<String>,
    /// 0 to 10, as CVSS counts.
    pub security_severity: Option<f64>,
}
