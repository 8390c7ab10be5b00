//! The other end: what the program does when it was started once more, to confine itself and run a native program.
//!
//! `supervisor` stays outside of the confinement, in a session of its own, and sees to it that nothing is left over.
//! It starts the program once more as `confined`, which takes the plan, locks itself in and becomes the native
//! program or, in name spaces of its own, its parent. `probe` finds out what can be had.

mod confined;
mod filesystem;
mod namespaces;
mod network;
mod probe;
mod read_only;
mod resources;
mod supervisor;
mod system_calls;
mod tree;

use std::{fs::File, io, os::fd::AsFd, process::ExitCode};

use crate::{error::ToolError, message};

/// First argument of the program when it is to call [`serve`], before it looks at any other.
pub const ARGUMENT: &str = "__run-confined";

/// Second arguments: what [`serve`] is to do.
pub(crate) mod role {
    pub(crate) const PROBE: &str = "probe";
    pub(crate) const PROBE_INSIDE: &str = "probe-inside";
    pub(crate) const SUPERVISE: &str = "supervise";
    /// What follows are the addresses of the network.
    pub(crate) const SUPERVISE_NAMESPACES: &str = "supervise-namespaces";
    pub(crate) const CONFINED: &str = "confined";
}

/// This program; a path would do too, but may lead to another file by now.
const SELF: &str = "/proc/self/exe";

/// Does what the process that started this one asked for. Nothing else may run in this process, before or after.
#[must_use]
pub fn serve() -> ExitCode {
    let mut arguments = std::env::args().skip(2);
    let role = arguments.next().unwrap_or_default();
    if role != role::CONFINED && role != role::PROBE_INSIDE {
        supervisor::close_descriptors();
    }
    let Ok(control) = control() else { return ExitCode::FAILURE };
    let result = match role.as_str() {
        role::PROBE => probe::outside(),
        role::PROBE_INSIDE => probe::inside(&control, arguments.next().unwrap_or_default()),
        role::SUPERVISE => supervisor::run(&control, None),
        role::SUPERVISE_NAMESPACES => {
            supervisor::run(&control, Some(arguments.filter_map(|text| text.parse().ok()).collect()))
        }
        role::CONFINED => confined::run(&control),
        _ => return ExitCode::FAILURE,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without an answer the host says that the launcher failed.
            let _ = message::write(&control, &message::Report::Failed(error));
            ExitCode::FAILURE
        }
    }
}

/// The socket that is the standard input, under a number that no program inherits.
fn control() -> io::Result<File> {
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// What messages of failures begin with.
const CANNOT: &str = "the program cannot be confined: ";

/// What a step of ours was about, and what the system says to it.
fn failed(step: &str) -> impl FnOnce(io::Error) -> ToolError {
    let step = step.to_owned();
    move |error| ToolError::Other(format!("{CANNOT}{step}: {error}"))
}
