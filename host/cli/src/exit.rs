//! Exit codes. Part of what users rely on: see README.md.

use std::process::ExitCode;

use sdlc_model::outcome::Verdict;

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything asked for was done, and passed.
    Passed,
    /// A finding or a condition says no.
    Rejected,
    /// Wrong arguments or configuration; nothing ran.
    Usage,
    /// A plugin, or the host itself, could not do its work.
    Failed,
    /// The user stopped it.
    Interrupted,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Rejected => 1,
            Self::Usage => 2,
            Self::Failed => 3,
            Self::Interrupted => 130,
        }
    }
}

impl Exit {
    /// Of an error that stopped a command: the machine's, where a deployment could not be carried out; else the user's.
    pub(crate) fn of_error(error: &anyhow::Error) -> Self {
        use sdlc_deploy::{journal::JournalError, live::router::RouterError, rollout::RolloutError, world::Failure};
        let machine = error.chain().any(|cause| {
            cause.is::<sdlc_docker::DockerError>()
                || cause.is::<sdlc_proxy::error::Error>()
                || cause.is::<sdlc_haproxy::HaproxyError>()
                || cause.is::<RouterError>()
                || cause.is::<RolloutError>()
                || cause.is::<JournalError>()
                || cause.is::<Failure>()
        });
        if machine { Self::Failed } else { Self::Usage }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Passed => Self::Passed,
            Verdict::Rejected => Self::Rejected,
            Verdict::Failed => Self::Failed,
            Verdict::Interrupted => Self::Interrupted,
        }
    }
}
