//! [`Report`]: what a gate says of one file, or of the workspace.

use serde::{Deserialize, Serialize};

use crate::{finding::Finding, suppression::Allow};

/// A number for conditions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// Kebab-case.
    pub name: String,
    /// Always finite.
    pub value: f64,
    /// Such as `%` or `ms`; none: a count.
    pub unit: Option<String>,
}

/// What a gate found and measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// In the order in which the plugin gave them.
    pub findings: Vec<Finding>,
    /// Measured.
    pub metrics: Vec<Metric>,
    /// Lines of the file that was checked; what the score is relative to.
    pub lines: u32,
    /// Comments of the file that allow findings.
    pub allows: Vec<Allow>,
}
