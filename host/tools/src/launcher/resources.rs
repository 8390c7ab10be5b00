//! Limits of the resources of each process.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::failed;
use crate::{error::ToolError, limits::Limits};

/// For this process and all that it starts. `processes` counts all of the user's where that has no name space of its
/// own, so it is left out there.
pub(super) fn limit(limits: &Limits, namespaces: bool) -> Result<(), ToolError> {
    let mut all = vec![
        (Resource::Core, 0),
        (Resource::Cpu, limits.cpu.as_secs().max(1)),
        (Resource::Fsize, limits.file_size),
        (Resource::Nofile, limits.open_files),
        (Resource::As, limits.memory),
    ];
    if namespaces {
        // One of them is ours.
        all.push((Resource::Nproc, limits.processes.saturating_add(1)));
    }
    all.into_iter().try_for_each(|(resource, value)| lower(resource, value))
}

/// Not beyond what the host itself may use.
fn lower(resource: Resource, value: u64) -> Result<(), ToolError> {
    let maximum = getrlimit(resource).maximum.map_or(value, |maximum| maximum.min(value));
    let limit = Rlimit { current: Some(maximum), maximum: Some(maximum) };
    setrlimit(resource, limit).map_err(|error| failed("limits")(error.into()))
}
