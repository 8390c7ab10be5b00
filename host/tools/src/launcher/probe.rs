//! Finding out what this kernel lets us confine with, by doing it.

use std::{fs::File, os::unix::process::CommandExt, process::Command};

use landlock::LandlockStatus;

use super::{
    ARGUMENT, SELF, failed, filesystem,
    namespaces::{self, Wanted},
    role,
    system_calls::{self, Denied},
};
use crate::{capability::Capabilities, error::ToolError, message};

/// Tries to make name spaces, and goes on in or without them.
pub(super) fn outside() -> Result<(), ToolError> {
    let problem = namespaces::enter().err().map(|error| error.to_string()).unwrap_or_default();
    let status = Command::new(SELF).arg0("sdlc").args([ARGUMENT, role::PROBE_INSIDE, &problem]).status();
    status.map(drop).map_err(failed("second start"))
}

/// Tries the rest; `problem` is what was wrong with name spaces, and empty where nothing was.
pub(super) fn inside(control: &File, problem: String) -> Result<(), ToolError> {
    let namespaces = match problem.is_empty() {
        true => namespaces::furnish(&Wanted { private: None, writable: &[], hosts: "", processes: 0 })
            .and_then(|_| namespaces::drop_capabilities()),
        false => Err(ToolError::Other(problem)),
    };
    let landlock = match filesystem::restrict_entirely().map(|status| status.landlock) {
        Ok(LandlockStatus::Available { effective_abi, .. }) => effective_abi as u32,
        _ => 0,
    };
    let capabilities = Capabilities {
        landlock,
        seccomp: system_calls::deny(&Denied { connect: true, truncate: true, shared: true })
            .map_err(|error| error.to_string()),
        namespaces: namespaces.map_err(|error| error.to_string()),
    };
    message::write(control, &capabilities).map_err(failed("answer"))
}
