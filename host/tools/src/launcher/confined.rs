//! The process that locks itself in. Outside of name spaces it becomes the program; in them it is the first process,
//! starts the program, collects what is orphaned, and takes everything with it when it ends.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, Seek, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command},
};

use rustix::{
    fs::{MemfdFlags, memfd_create},
    process::{DumpableBehavior, Pid, Signal, WaitOptions},
};

use super::{
    failed,
    filesystem::{self, open},
    namespaces::{self, Wanted},
    resources,
    system_calls::{self, Denied},
};
use crate::{
    error::ToolError,
    message::{self, LONGEST_PLAN, Plan, Report},
};

/// Takes the plan from the socket, and returns only when the program has ended or cannot be started.
pub(super) fn run(control: &File) -> Result<(), ToolError> {
    // Where the supervisor is killed, this goes too.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|error| failed("parent")(error.into()))?;
    let plan: Plan = message::read(control, LONGEST_PLAN).map_err(failed("plan"))?;
    let stdin = stdin(&plan.stdin).map_err(failed("standard input"))?;
    if plan.layers.namespaces {
        // The supervisor's session has no number in here, and programs take a 0 for an error.
        rustix::process::setsid().map_err(|error| failed("session")(error.into()))?;
    }
    confine(&plan)?;
    let mut command = command(&plan, stdin);
    message::write(control, &Report::Started).map_err(failed("answer"))?;
    if !plan.layers.namespaces {
        return Err(not_started(&plan, &command.exec()));
    }
    // Nothing in here may look into this process.
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let child = command.process_group(0).spawn().map_err(|error| not_started(&plan, &error))?;
    let report = collect(&child).map_err(failed("wait"))?;
    message::write(control, &report).map_err(failed("answer"))
}

/// Each step takes away what the ones before it need.
fn confine(plan: &Plan) -> Result<(), ToolError> {
    let private = Path::new(&plan.private);
    let furniture = match plan.layers.namespaces {
        true => Some(namespaces::furnish(&Wanted {
            private: (private, plan.limits.temporary),
            writable: &filesystem::writable_handles(plan),
            hosts: &plan.hosts,
            processes: plan.limits.processes,
        })?),
        false => None,
    };
    for name in ["home", "tmp"] {
        std::fs::create_dir(private.join(name)).map_err(failed("temporary directory"))?;
    }
    enter_directory(plan)?;
    if plan.layers.namespaces {
        namespaces::drop_capabilities()?;
    }
    if plan.layers.landlock {
        filesystem::restrict(plan, furniture.as_ref())?;
    }
    resources::limit(&plan.limits, plan.layers.namespaces)?;
    if plan.layers.seccomp {
        system_calls::deny(&Denied {
            sockets: plan.ports.is_empty() && plan.serve.is_empty() && !plan.loopback,
            listen: plan.serve.is_empty() && !plan.loopback,
            truncate: plan.layers.deny_truncate,
            shared: !plan.layers.namespaces,
        })?;
    }
    Ok(())
}

fn enter_directory(plan: &Plan) -> Result<(), ToolError> {
    let directory = Path::new(&plan.directory);
    let wrong = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => ToolError::Missing(format!("there is no directory `{}`", directory.display())),
        _ => ToolError::Denied(format!("`{}` is no directory in the workspace", directory.display())),
    };
    let root = open(None, Path::new(&plan.workspace)).map_err(failed("workspace"))?;
    let handle = open(Some(&root), directory).map_err(wrong)?;
    rustix::process::fchdir(handle).map_err(|error| wrong(error.into()))
}

/// In memory: nobody has to be there to write it, and its end is the end of the file.
fn stdin(bytes: &[u8]) -> io::Result<File> {
    if bytes.is_empty() {
        return File::open("/dev/null");
    }
    let mut file = File::from(memfd_create("stdin", MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file)
}

fn command(plan: &Plan, stdin: File) -> Command {
    let mut command = Command::new(&plan.program);
    command.arg0(&plan.name).args(&plan.arguments).stdin(stdin);
    command.env_clear().envs(plan.environment.iter().map(|(name, value)| (name, value)));
    command
}

/// As the first process of the name spaces it is the parent of all that lost theirs.
fn collect(child: &Child) -> io::Result<Report> {
    let program = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    loop {
        let (pid, status) = match rustix::process::wait(WaitOptions::empty()) {
            Ok(Some(ended)) => ended,
            Ok(None) | Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        };
        match (status.exit_status(), status.terminating_signal()) {
            (Some(status), _) if Some(pid) == program => return Ok(Report::Exited(status)),
            (_, Some(signal)) if Some(pid) == program => return Ok(Report::Signal(signal)),
            _ => {}
        }
    }
}

fn not_started(plan: &Plan, error: &io::Error) -> ToolError {
    let name = OsStr::new(&plan.name).display();
    match error.kind() {
        io::ErrorKind::NotFound => ToolError::Missing(format!(
            "`{name}` cannot be started: the program that runs it, named in its first line or its header, is not there"
        )),
        io::ErrorKind::ArgumentListTooLong => {
            ToolError::Limit(format!("`{name}` got more arguments than can be passed"))
        }
        io::ErrorKind::OutOfMemory => ToolError::Limit(format!(
            "`{name}` cannot be started in {} bytes of memory; hint: raise the limit",
            plan.limits.memory
        )),
        io::ErrorKind::PermissionDenied => ToolError::Denied(format!(
            "`{name}` cannot be started: `{}`, or the program that runs it, is not in a place that programs may use",
            plan.program.display()
        )),
        _ => ToolError::of_start(error, format!("`{name}` cannot be started: {error}")),
    }
}
