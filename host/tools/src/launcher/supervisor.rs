//! Starting the confined process, waiting for it and ending all that is left over. Runs no foreign code.

use std::{
    ffi::OsString,
    fs::File,
    io,
    net::SocketAddr,
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Child, Command, ExitStatus},
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    fs::Mode,
    process::{DumpableBehavior, Pid, PidfdFlags, Signal},
};

use super::{ARGUMENT, SELF, failed, namespaces, network, role, tree};
use crate::{
    error::ToolError,
    message::{self, Report},
};

/// How far descriptors are closed where there is no list of them.
const LIKELY_DESCRIPTORS: i32 = 4096;

/// In name spaces where a network is given, with these addresses; in those of the host otherwise.
pub(super) fn run(control: &File, network: Option<Vec<SocketAddr>>) -> Result<(), ToolError> {
    detach().map_err(failed("session"))?;
    match &network {
        Some(addresses) => {
            namespaces::enter()?;
            match addresses.is_empty() {
                false => network::open(control, addresses)?,
                // For those who may talk to themselves; nobody else can make a socket.
                true => {
                    let _ = network::up();
                }
            }
        }
        None => rustix::process::set_child_subreaper(Some(rustix::process::getpid()))
            .map_err(|error| failed("subreaper")(error.into()))?,
    }
    let mut child = start(network.is_some()).map_err(failed("second start"))?;
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let status = wait(control, &mut child).map_err(failed("wait"));
    if network.is_none() {
        tree::kill_descendants();
    }
    if let Some(status) = status? {
        let _ = message::write(control, &report(status, network.is_some()));
    }
    Ok(())
}

/// From the terminal and from what may come of a set-user-ID program.
fn detach() -> io::Result<()> {
    rustix::process::setsid()?;
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    rustix::thread::set_no_new_privs(true)?;
    Ok(())
}

/// All but the standard ones: they may have come from whoever started the host, without the mark that closes them.
/// Before anything of ours is open.
pub(super) fn close_descriptors() {
    let number = |name: OsString| name.to_str()?.parse::<i32>().ok();
    let open: Vec<i32> = match std::fs::read_dir("/proc/self/fd") {
        Ok(entries) => entries.filter_map(|entry| number(entry.ok()?.file_name())).collect(),
        Err(_) => (0..LIKELY_DESCRIPTORS).collect(),
    };
    for descriptor in open.into_iter().filter(|descriptor| *descriptor > 2) {
        // One of them was that of the listing, which is closed already.
        let _ = nix::unistd::close(descriptor);
    }
}

fn start(namespaces: bool) -> io::Result<Child> {
    let mut command = Command::new(SELF);
    command.arg0("sdlc").args([ARGUMENT, role::CONFINED]);
    if !namespaces {
        // Without a process group of its own, the program could signal this process with its group.
        command.process_group(0);
    }
    command.spawn()
}

/// For the child to end, or for the host to hang up; then none, and the child is no more.
fn wait(control: &File, child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidData)?;
    let ended = rustix::process::pidfd_open(pid, PidfdFlags::empty())?;
    loop {
        let mut watched = [PollFd::new(control, PollFlags::RDHUP), PollFd::new(&ended, PollFlags::IN)];
        match poll(&mut watched, None) {
            Err(rustix::io::Errno::INTR) => continue,
            result => result?,
        };
        let [host, program] = watched.map(|descriptor| !descriptor.revents().is_empty());
        if program {
            return child.wait().map(Some);
        }
        if host {
            rustix::process::pidfd_send_signal(&ended, Signal::KILL)?;
            return child.wait().map(|_| None);
        }
    }
}

/// In name spaces the child is the parent of the program and has told how that ended, unless it was killed itself.
fn report(status: ExitStatus, namespaces: bool) -> Report {
    match (status.code(), status.signal()) {
        (Some(code), _) if !namespaces => Report::Exited(code),
        (None, Some(signal)) => Report::Signal(signal),
        _ => Report::Failed(ToolError::Other("the launcher ended without an answer".to_owned())),
    }
}
