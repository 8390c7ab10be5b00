//! [`Exit`]: what a container ended with.

use std::fmt;

use bollard::models::ContainerState;

/// Signals are told by a code above this one.
const SIGNALS: i64 = 128;

/// What a container ended with, the last time it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// As its first process said it.
    pub code: i64,
    /// Whether the kernel ended it, because it used more memory than it may.
    pub out_of_memory: bool,
}

impl Exit {
    /// None: it never ended.
    pub(crate) fn of(state: &ContainerState) -> Option<Self> {
        let ended = state.finished_at.as_deref().is_some_and(|at| !at.starts_with("0001"));
        let code = state.exit_code.filter(|_| ended)?;
        Some(Self { code, out_of_memory: state.oom_killed.unwrap_or_default() })
    }
}

impl fmt::Display for Exit {
    /// Such as `exited with 137 (killed: out of memory)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exited with {}", self.code)?;
        match self.code - SIGNALS {
            _ if self.out_of_memory => write!(f, " (killed: out of memory)"),
            9 => write!(f, " (killed)"),
            6 => write!(f, " (aborted)"),
            11 => write!(f, " (segmentation fault)"),
            15 => write!(f, " (asked to end)"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exit_says_what_killed_it() {
        let say = |code, out_of_memory| Exit { code, out_of_memory }.to_string();
        assert_eq!(say(137, true), "exited with 137 (killed: out of memory)");
        assert_eq!(say(137, false), "exited with 137 (killed)");
        assert_eq!(say(1, false), "exited with 1");
    }

    #[test]
    fn what_never_ended_has_none() {
        let state = |finished: &str| ContainerState {
            exit_code: Some(0),
            finished_at: Some(finished.to_owned()),
            ..ContainerState::default()
        };
        assert_eq!(Exit::of(&state("0001-01-01T00:00:00Z")), None);
        assert_eq!(Exit::of(&state("2026-11-24T09:59:59Z")), Some(Exit { code: 0, out_of_memory: false }));
    }
}
