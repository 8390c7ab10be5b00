//! [`Tools`]: the programs that one gate or healer may run.

use crate::{
    command::{Command, Output},
    error::ToolError,
    grant::Grant,
    host::Host,
    limits::Limits,
    secrets::Secrets,
    tier::Tier,
};

/// How well programs have to be, and are at most, confined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confinement {
    /// Less is an error.
    pub least: Tier,
    /// More is not tried.
    pub most: Tier,
}

impl Default for Confinement {
    fn default() -> Self {
        Self { least: Tier::Environment, most: Tier::Namespaces }
    }
}

/// The programs that one gate or healer may run.
#[derive(Debug)]
pub struct Tools {
    host: Host,
    grant: Grant,
    limits: Limits,
    confinement: Confinement,
    /// What stands before `grant` in hints, such as `gates.coverage.`.
    prefix: String,
}

impl Tools {
    /// Of a grant; `prefix` is what stands before `grant` in hints, such as `gates.coverage.`.
    pub fn new(
        host: Host,
        grant: Grant,
        limits: Limits,
        confinement: Confinement,
        prefix: impl Into<String>,
    ) -> Result<Self, ToolError> {
        Ok(Self { host, grant, limits, confinement, prefix: prefix.into() })
    }

    /// The granted values, which are to be redacted wherever text of the plugin goes.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        todo!()
    }

    /// How well programs are confined here. Finds out at the first call in this process.
    pub async fn tier(&self) -> Result<Tier, ToolError> {
        todo!()
    }

    /// Runs a program to its end, or to the end of its time. When the future is dropped the program is ended, with all
    /// that it started.
    pub async fn run(&self, command: &Command) -> Result<Output, ToolError> {
        let _ = command;
        todo!()
    }
}
