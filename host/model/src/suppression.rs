//! [`Allow`] and [`Why`]: findings that do not count, and what says so.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;

/// A comment `sdlc: allow(rule) -- reason` in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allow {
    /// Line of the comment, from 1.
    pub line: u32,
    /// Whose findings it allows.
    pub scope: AllowScope,
    /// Rules, as `rule` or `gate/rule`.
    pub rules: Vec<String>,
    /// Why; a comment without a reason allows nothing.
    pub reason: String,
}

impl Allow {
    /// Whether it is written as it has to be: with rules and a reason.
    pub fn is_complete(&self) -> bool {
        !self.rules.is_empty() && !self.reason.is_empty()
    }

    /// Whether it names the rule of this gate.
    pub fn names(&self, gate: &str, rule: &str) -> bool {
        self.rules.iter().any(|named| {
            named == rule
                || named.strip_prefix(gate).and_then(|rest| rest.strip_prefix('/')).is_some_and(|named| named == rule)
        })
    }
}

/// Which findings a comment allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AllowScope {
    /// Those that start or end on this line.
    Line(u32),
    /// All of the file.
    File,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A comment allows it.
    Allowed {
        /// What the comment says.
        reason: String,
    },
    /// It is in the baseline.
    Baseline,
    /// It is not in the lines that the run asks about.
    Unchanged,
}

impl Why {
    /// As written in reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Allowed { .. } => "allowed",
            Self::Baseline => "baseline",
            Self::Unchanged => "unchanged",
        }
    }
}

/// A finding that does not count.
#[derive(Clone, Debug)]
pub struct SetAside {
    /// What was found.
    pub finding: Finding,
    /// Why it does not count.
    pub why: Why,
}

/// What people should know of a run that is no finding of a gate, such as a comment that suppresses nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The file.
    pub path: String,
    /// The line, from 1; none: the file as a whole.
    pub line: Option<u32>,
    /// One line, may hold text of the file.
    pub message: String,
}
