//! Name spaces of users, processes, mounts, System V objects and the network, for the processes that are started next.
//!
//! The user keeps its number, without the rights of root over anything outside.

use std::{ffi::CString, fs, io, os::fd::OwnedFd, path::Path};

use nix::sched::{CloneFlags, unshare};
use rustix::{
    mount::{MountFlags, MountPropagationFlags, mount, mount_bind, mount_change},
    process::{getegid, geteuid},
    thread::{
        CapabilitySet, CapabilitySets, capabilities, clear_ambient_capability_set, configure_capability_in_ambient_set,
        remove_capability_from_bounding_set, set_capabilities,
    },
};

use super::{failed, read_only};
use crate::error::ToolError;

/// What [`furnish`] and [`drop_capabilities`] need.
const NEEDED: [CapabilitySet; 3] = [CapabilitySet::SYS_ADMIN, CapabilitySet::SETPCAP, CapabilitySet::SYS_RESOURCE];

/// The lowest that the kernel takes for the highest number of a process.
const LOWEST_PID_MAX: u64 = 301;

/// What of the mounts could be had; the rest is left to Landlock.
pub(super) struct Furniture {
    /// `/proc` shows the processes in here only.
    pub(super) proc: bool,
    /// `/dev/shm` is private.
    pub(super) shared_memory: bool,
}

/// Makes the name spaces; the next process that is started is the first one in them. To be called in a process that
/// has one thread only.
pub(super) fn enter() -> Result<(), ToolError> {
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    let flags = CloneFlags::CLONE_NEWUSER
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWCGROUP
        | CloneFlags::CLONE_NEWNET;
    unshare(flags).map_err(|error| failed("`unshare`")(error.into()))?;
    // Without this the group cannot be mapped; there is no such file where it need not be.
    let _ = fs::write("/proc/self/setgroups", "deny");
    fs::write("/proc/self/uid_map", format!("{user} {user} 1")).map_err(failed("`uid_map`"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1")).map_err(failed("`gid_map`"))?;
    keep_capabilities().map_err(failed("capabilities"))
}

/// Across the start of the next program, which loses them where the user is not root.
fn keep_capabilities() -> io::Result<()> {
    let now = capabilities(None)?;
    let inheritable = NEEDED.into_iter().collect();
    set_capabilities(None, CapabilitySets { inheritable, ..now })?;
    for capability in NEEDED {
        configure_capability_in_ambient_set(capability, true)?;
    }
    Ok(())
}

/// What is mounted over what there is.
pub(super) struct Wanted<'a> {
    /// A directory that is to be empty, and how many bytes it takes.
    pub(super) private: (&'a Path, u64),
    /// What stays writable.
    pub(super) writable: &'a [OwnedFd],
    /// The text of `/etc/hosts`.
    pub(super) hosts: &'a str,
    /// How many there can be.
    pub(super) processes: u64,
}

/// Private mounts, in the first process of the name spaces.
pub(super) fn furnish(wanted: &Wanted<'_>) -> Result<Furniture, ToolError> {
    // Nothing that is mounted here is to be seen outside.
    mount_change("/", MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC)
        .map_err(|error| failed("mounts")(error.into()))?;
    read_only::protect(wanted.writable).map_err(failed("read-only mounts"))?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    let (private, size) = wanted.private;
    let options = CString::new(format!("size={size},mode=700")).map_err(|error| failed("size")(error.into()))?;
    mount("tmpfs", private, "tmpfs", flags, options.as_c_str())
        .map_err(|error| failed("temporary directory")(error.into()))?;
    let hosts = private.join("hosts");
    fs::write(&hosts, wanted.hosts).map_err(failed("`/etc/hosts`"))?;
    // Where there is no such file, names are not looked up in it.
    let _ = mount_bind(&hosts, "/etc/hosts");
    let options = c"mode=1777,size=64m";
    let shared_memory = mount("tmpfs", "/dev/shm", "tmpfs", flags | MountFlags::NOEXEC, options).is_ok();
    // Refused in containers that hide parts of it.
    let proc = mount("proc", "/proc", "proc", flags | MountFlags::NOEXEC, None).is_ok();
    if proc {
        // Of these name spaces alone since Linux 6.14, and not ours to write before.
        let _ = fs::write("/proc/sys/kernel/pid_max", wanted.processes.max(LOWEST_PID_MAX).to_string());
    }
    Ok(Furniture { proc, shared_memory })
}

/// For this process and all that it starts, also as root.
pub(super) fn drop_capabilities() -> Result<(), ToolError> {
    clear_ambient_capability_set().map_err(|error| failed("capabilities")(error.into()))?;
    for bit in 0..u64::BITS {
        // The kernel knows fewer than fit.
        let _ = remove_capability_from_bounding_set(CapabilitySet::from_bits_retain(1 << bit));
    }
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })
        .map_err(|error| failed("capabilities")(error.into()))
}
