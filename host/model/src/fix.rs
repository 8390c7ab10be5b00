//! [`Fix`]: edits that belong together.

use serde::{Deserialize, Serialize};

use crate::finding::Span;

/// Whether applying a fix can change what the program means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Safety {
    /// Keeps the meaning.
    Safe,
    /// May change the meaning.
    Unsafe,
    /// For people to read; never applied by itself.
    DisplayOnly,
}

/// Replaces the bytes of `span` in `path`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Relative to the workspace root.
    pub path: String,
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub replacement: String,
}

/// Edits that belong together: all are applied, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// One line, imperative.
    pub title: String,
    /// Whether it keeps the meaning.
    pub safety: Safety,
    /// In the order of their spans.
    pub edits: Vec<Edit>,
}
