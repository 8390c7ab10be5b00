//! The other end: what the program does when it was started once more, to confine itself and run a native program.

use std::process::ExitCode;

/// First argument of the program when it is to call [`serve`], before it looks at any other.
pub const ARGUMENT: &str = "__run-confined";

/// Does what the process that started this one asked for. Nothing else may run in this process, before or after.
#[must_use]
pub fn serve() -> ExitCode {
    ExitCode::FAILURE
}
