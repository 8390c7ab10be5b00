//! Finding out what this kernel lets us confine with, by doing it.

use std::{fs::File, os::unix::process::CommandExt, path::Path, process::Command};

use landlock::LandlockStatus;

use super::{
    ARGUMENT, CANNOT, SELF, failed, filesystem,
    namespaces::{self, Wanted},
    role,
    system_calls::{self, Denied},
};
use crate::{capability::Capabilities, error::ToolError, message};

/// Bytes of the directory that is mounted to see whether it can be.
const SIZE: u64 = 1 << 20;

/// Tries to make name spaces, and goes on in or without them.
pub(super) fn outside() -> Result<(), ToolError> {
    let problem = namespaces::enter().err().map(reason).unwrap_or_default();
    let status = Command::new(SELF).arg0("sdlc").args([ARGUMENT, role::PROBE_INSIDE, &problem]).status();
    status.map(drop).map_err(failed("second start"))
}

/// Tries the rest; `problem` is what was wrong with name spaces, and empty where nothing was.
pub(super) fn inside(control: &File, problem: String) -> Result<(), ToolError> {
    let namespaces = match problem.is_empty() {
        // Any directory does, and this one is everywhere.
        true => {
            namespaces::furnish(&Wanted { private: (Path::new("/dev"), SIZE), writable: &[], hosts: "", processes: 0 })
                .and_then(|_| namespaces::drop_capabilities())
        }
        false => Err(ToolError::Other(problem)),
    };
    let landlock = match filesystem::restrict_entirely().map(|status| status.landlock) {
        Ok(LandlockStatus::Available { effective_abi, .. }) => effective_abi as u32,
        _ => 0,
    };
    let capabilities = Capabilities {
        landlock,
        seccomp: system_calls::deny(&Denied { sockets: true, listen: true, truncate: true, shared: true })
            .map_err(reason),
        namespaces: namespaces.map_err(reason),
    };
    message::write(control, &capabilities).map_err(failed("answer"))
}

/// Without what is said when a program was to be run.
fn reason(error: ToolError) -> String {
    let message = error.to_string();
    message.strip_prefix(CANNOT).map(str::to_owned).unwrap_or(message)
}
