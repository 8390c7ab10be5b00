//! Which files and TCP ports Landlock leaves open. What is not named here is denied.

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    os::{fd::OwnedFd, unix::fs::OpenOptionsExt},
    path::{Component, Path, PathBuf},
};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, NetPort, PathBeneath, RestrictionStatus,
    Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, Scope,
};
use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};

use super::{CANNOT, namespaces::Furniture};
use crate::{error::ToolError, message::Plan};

/// What we know to restrict; of it, the kernel does what it can.
const LATEST: ABI = ABI::V10;

/// Programs and what they are made of, as the usual systems have them.
const SYSTEM: [&str; 15] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/opt",
    "/nix/store",
    "/gnu/store",
    "/etc/alternatives",
    "/etc/ssl/certs",
    "/etc/pki/tls/certs",
    "/etc/ca-certificates",
    "/etc/pki/ca-trust/extracted",
];

/// Settings that ordinary programs look for, without the secrets that are beside them.
const SETTINGS: [&str; 26] = [
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/ssl/openssl.cnf",
    "/etc/ssl/cert.pem",
    "/etc/passwd",
    "/etc/group",
    "/etc/nsswitch.conf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/protocols",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/mime.types",
    "/etc/os-release",
    "/etc/debian_version",
    "/etc/perl",
    "/etc/python3",
    "/etc/fonts",
    "/etc/magic",
    "/etc/locale.alias",
    "/etc/terminfo",
    "/sys/devices/system/cpu",
];

/// What can be read of `/proc` where it shows the processes of others too.
const PROC: [&str; 11] = [
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/uptime",
    "/proc/version",
    "/proc/loadavg",
    "/proc/filesystems",
    "/proc/sys/kernel/osrelease",
    "/proc/sys/kernel/random",
    "/proc/sys/kernel/ngroups_max",
    "/proc/sys/vm/overcommit_memory",
];

/// Locks this process, and all that it starts, in. `furniture` is none outside of name spaces.
pub(super) fn restrict(plan: &Plan, furniture: Option<&Furniture>) -> Result<(), ToolError> {
    let lock =
        Lock::new(!plan.loopback).and_then(|lock| lock.system(plan, furniture)).and_then(|lock| lock.workspace(plan));
    let ports = if plan.loopback { &[] } else { plan.ports.as_slice() };
    lock.and_then(|lock| lock.close(ports, &plan.serve))
        .map(drop)
        .map_err(|error| ToolError::Other(format!("{CANNOT}landlock: {error}")))
}

/// Locks this process in for good, with nothing but the system to be read: for finding out what can be had.
pub(super) fn restrict_entirely() -> Result<RestrictionStatus, String> {
    Lock::new(true).and_then(|lock| lock.close(&[], &[])).map_err(|error| error.to_string())
}

struct Lock(RulesetCreated);

impl Lock {
    /// `network`: only what is granted by number of a port. Nothing can be granted where it is not handled.
    fn new(network: bool) -> Result<Self, RulesetError> {
        let mut ruleset = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(LATEST))?
            .scope(Scope::from_all(LATEST))?;
        if network {
            ruleset = ruleset.handle_access(AccessNet::from_all(LATEST))?;
        }
        Ok(Self(ruleset.create()?))
    }

    fn system(self, plan: &Plan, furniture: Option<&Furniture>) -> Result<Self, RulesetError> {
        let workspace = [PathBuf::from(&plan.workspace)];
        let roots = SYSTEM.iter().map(OsStr::new).chain(plan.system.iter().map(OsString::as_os_str));
        // Canonical, so that one that leads to the workspace in a roundabout way is seen for what it is.
        let mut lock = roots
            .filter_map(|root| fs::canonicalize(root).ok())
            .try_fold(self, |lock, root| lock.tree(None, &root, &workspace, readable()))?;
        for path in SETTINGS {
            lock = lock.path(path, AccessFs::ReadFile | AccessFs::ReadDir)?;
        }
        for path in ["/dev/null", "/dev/zero", "/dev/full"] {
            lock = lock.path(path, AccessFs::ReadFile | AccessFs::WriteFile)?;
        }
        for path in ["/dev/random", "/dev/urandom"] {
            lock = lock.path(path, AccessFs::ReadFile.into())?;
        }
        lock.proc(furniture)?.path(&plan.private, writable())
    }

    fn proc(mut self, furniture: Option<&Furniture>) -> Result<Self, RulesetError> {
        let entries = AccessFs::ReadFile | AccessFs::ReadDir;
        for path in PROC {
            self = self.path(path, entries)?;
        }
        match furniture {
            Some(furniture) => {
                let lock = if furniture.proc { self.path("/proc", entries)? } else { self };
                if furniture.shared_memory { lock.path("/dev/shm", writable()) } else { Ok(lock) }
            }
            // This process is to become the program; what that starts cannot look at itself.
            None => self.path("/proc/self", entries),
        }
    }

    fn workspace(mut self, plan: &Plan) -> Result<Self, RulesetError> {
        let root = Path::new(&plan.workspace);
        let Ok(handle) = directory(root) else { return Ok(self) };
        let hidden: Vec<PathBuf> = plan.hidden.iter().map(|path| normal(path)).collect();
        for path in &plan.read {
            self = self.tree(Some((root, &handle)), &normal(path), &hidden, readable())?;
        }
        for path in &plan.write {
            self = self.tree(Some((root, &handle)), &normal(path), &[], writable())?;
        }
        Ok(self)
    }

    /// A path with all below it but what is hidden. Of a directory that has something hidden in it, the names are
    /// readable and the other entries of now. `root`: what the path is relative to, and never left.
    fn tree(
        self,
        root: Option<(&Path, &OwnedFd)>,
        path: &Path,
        hidden: &[PathBuf],
        access: BitFlags<AccessFs>,
    ) -> Result<Self, RulesetError> {
        if hidden.iter().any(|hidden| path.starts_with(hidden)) {
            return Ok(self);
        }
        let Ok(handle) = open(root.map(|(_, handle)| handle), path) else { return Ok(self) };
        if !hidden.iter().any(|hidden| hidden.starts_with(path)) {
            return self.add(handle, access);
        }
        let place = root.map_or_else(|| path.to_owned(), |(root, _)| root.join(path));
        let mut lock = self.add(handle, AccessFs::ReadDir.into())?;
        for entry in fs::read_dir(place).into_iter().flatten().flatten() {
            // What a link leads to is granted by its own name, or not at all.
            if entry.file_type().is_ok_and(|kind| !kind.is_symlink()) {
                lock = lock.tree(root, &path.join(entry.file_name()), hidden, access)?;
            }
        }
        Ok(lock)
    }

    /// Where there is none, there is nothing to be opened either.
    fn path(self, path: impl AsRef<Path>, access: BitFlags<AccessFs>) -> Result<Self, RulesetError> {
        match open(None, path.as_ref()) {
            Ok(handle) => self.add(handle, access),
            Err(_) => Ok(self),
        }
    }

    fn add(self, handle: OwnedFd, access: BitFlags<AccessFs>) -> Result<Self, RulesetError> {
        Ok(Self(self.0.add_rule(PathBeneath::new(handle, access))?))
    }

    fn close(mut self, ports: &[u16], serve: &[u16]) -> Result<RestrictionStatus, RulesetError> {
        for port in ports {
            self.0 = self.0.add_rule(NetPort::new(*port, AccessNet::ConnectTcp))?;
        }
        for port in serve {
            self.0 = self.0.add_rule(NetPort::new(*port, AccessNet::BindTcp))?;
        }
        self.0.restrict_self()
    }
}

/// What is granted for writing, as far as it is there.
pub(super) fn writable_handles(plan: &Plan) -> Vec<OwnedFd> {
    let Ok(root) = directory(Path::new(&plan.workspace)) else { return Vec::new() };
    plan.write.iter().filter_map(|path| open(Some(&root), &normal(path)).ok()).collect()
}

fn readable() -> BitFlags<AccessFs> {
    AccessFs::ReadFile | AccessFs::ReadDir | AccessFs::Execute
}

/// No devices, and no sockets of others.
fn writable() -> BitFlags<AccessFs> {
    AccessFs::from_all(LATEST)
        & !(AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::IoctlDev | AccessFs::ResolveUnix)
}

/// Without `.`, so that paths can be compared.
fn normal(path: &OsStr) -> PathBuf {
    Path::new(path).components().filter(|part| !matches!(part, Component::CurDir)).collect()
}

fn directory(path: &Path) -> io::Result<OwnedFd> {
    let flags = libc::O_PATH | libc::O_DIRECTORY;
    Ok(fs::OpenOptions::new().read(true).custom_flags(flags).open(path)?.into())
}

/// A handle to refer to it by. Relative to a root, no link leads out of it, even when it is swapped right now.
pub(super) fn open(root: Option<&OwnedFd>, path: &Path) -> io::Result<OwnedFd> {
    match root {
        None => Ok(fs::OpenOptions::new().read(true).custom_flags(libc::O_PATH).open(path)?.into()),
        Some(root) => {
            let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
            let flags = OFlags::PATH | OFlags::CLOEXEC;
            Ok(openat2(root, path, flags, Mode::empty(), ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS)?)
        }
    }
}
