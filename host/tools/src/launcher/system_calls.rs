//! Which system calls are denied: those that make sockets other than granted, look into other processes, change mounts
//! and name spaces, or reach parts of the kernel that ordinary programs do without.

use std::collections::BTreeMap;

use libc::{
    SYS_acct, SYS_add_key, SYS_adjtimex, SYS_bpf, SYS_chroot, SYS_clock_adjtime, SYS_clock_settime, SYS_clone,
    SYS_clone3, SYS_delete_module, SYS_fanotify_init, SYS_finit_module, SYS_fsconfig, SYS_fsmount, SYS_fsopen,
    SYS_fspick, SYS_init_module, SYS_io_uring_enter, SYS_io_uring_register, SYS_io_uring_setup, SYS_ioctl, SYS_kcmp,
    SYS_kexec_load, SYS_keyctl, SYS_listen, SYS_mount, SYS_mount_setattr, SYS_move_mount, SYS_name_to_handle_at,
    SYS_open_by_handle_at, SYS_open_tree, SYS_perf_event_open, SYS_pidfd_getfd, SYS_pivot_root, SYS_process_madvise,
    SYS_process_vm_readv, SYS_process_vm_writev, SYS_ptrace, SYS_quotactl, SYS_reboot, SYS_request_key, SYS_sendmmsg,
    SYS_sendmsg, SYS_sendto, SYS_setdomainname, SYS_sethostname, SYS_setns, SYS_settimeofday, SYS_socket,
    SYS_socketpair, SYS_swapoff, SYS_swapon, SYS_syslog, SYS_truncate, SYS_umount2, SYS_unshare, SYS_userfaultfd,
    SYS_vhangup,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter, sock_filter,
};

use super::CANNOT;
use crate::error::ToolError;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;
type Result<T> = std::result::Result<T, seccompiler::Error>;

/// Denied whatever the arguments are.
const DENIED: [i64; 50] = [
    SYS_acct,
    SYS_add_key,
    SYS_adjtimex,
    SYS_bpf,
    SYS_chroot,
    SYS_clock_adjtime,
    SYS_clock_settime,
    SYS_delete_module,
    SYS_fanotify_init,
    SYS_finit_module,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fsopen,
    SYS_fspick,
    SYS_init_module,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_io_uring_setup,
    SYS_kcmp,
    SYS_kexec_load,
    SYS_keyctl,
    SYS_mount,
    SYS_mount_setattr,
    SYS_move_mount,
    SYS_name_to_handle_at,
    SYS_open_by_handle_at,
    SYS_open_tree,
    SYS_perf_event_open,
    SYS_pidfd_getfd,
    SYS_pivot_root,
    SYS_process_madvise,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_ptrace,
    SYS_quotactl,
    SYS_reboot,
    SYS_request_key,
    SYS_setdomainname,
    SYS_sethostname,
    SYS_setns,
    SYS_settimeofday,
    SYS_swapoff,
    SYS_swapon,
    SYS_syslog,
    SYS_umount2,
    SYS_unshare,
    SYS_userfaultfd,
    SYS_vhangup,
    libc::SYS_kexec_file_load,
    libc::SYS_quotactl_fd,
];

/// Denied where a program sees what others of the same user share: in name spaces there are no others, and what they
/// have is read-only. Landlock does not restrict these.
const SHARED: [i64; 19] = [
    libc::SYS_fchownat,
    libc::SYS_lremovexattr,
    libc::SYS_lsetxattr,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    libc::SYS_msgctl,
    libc::SYS_msgget,
    libc::SYS_msgrcv,
    libc::SYS_msgsnd,
    libc::SYS_removexattr,
    libc::SYS_semctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_setpriority,
    libc::SYS_setxattr,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_shmget,
];

/// Has one number everywhere, and is younger than the lists of them.
const SYS_FCHMODAT2: i64 = 452;

/// Bits of a mode that let others in, or let a program run as its owner.
const EXPOSING: [u64; 9] = [0o4000, 0o2000, 0o1000, 0o040, 0o020, 0o010, 0o004, 0o002, 0o001];

/// The bit of a mode without which the owner cannot read.
const READABLE: u64 = 0o400;

/// What is denied beside what always is.
#[derive(Clone, Copy)]
pub(super) struct Denied {
    /// All sockets; otherwise those for TCP are left.
    pub(super) sockets: bool,
    /// To wait for connections; otherwise Landlock says at which ports.
    pub(super) listen: bool,
    /// For a Landlock that does not restrict it.
    pub(super) truncate: bool,
    /// What is shared with others of the same user.
    pub(super) shared: bool,
}

/// The bits of the second argument of `socket` that are its type, without those that are flags.
const TYPE: u64 = 0xf;

/// A connection that is made by sending, which Landlock does not see.
const FAST_OPEN: u64 = 0x2000_0000;

/// Name spaces that `clone` can make.
const NEW: [i32; 7] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
];

/// Typing into a terminal.
const INJECT: [u64; 2] = [0x5412, 0x541c];

/// For this process and all that it starts. Sockets of the local machine are never left: the Docker daemon listens on
/// one.
pub(super) fn deny(denied: &Denied) -> std::result::Result<(), ToolError> {
    install(denied).map_err(|error| ToolError::Other(format!("{CANNOT}seccomp: {error}")))
}

fn install(denied: &Denied) -> Result<()> {
    // The arguments of `clone3` cannot be looked at; with this answer the C library falls back to `clone`.
    apply(Rules::from([(SYS_clone3, Vec::new())]), libc::ENOSYS)?;
    apply(rules(denied)?, libc::EPERM)
}

fn apply(rules: Rules, error: i32) -> Result<()> {
    let architecture: TargetArch = std::env::consts::ARCH.try_into().map_err(seccompiler::Error::Backend)?;
    let errno = SeccompAction::Errno(error.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, errno, architecture);
    let program = filter.and_then(BpfProgram::try_from).map_err(seccompiler::Error::Backend)?;
    apply_filter(&without_x32(program))
}

/// Ahead of the rest: on x86-64 the calls of the x32 interface have other numbers, under the same name of architecture.
fn without_x32(program: BpfProgram) -> BpfProgram {
    const LOAD_NUMBER: sock_filter = sock_filter { code: 0x20, jt: 0, jf: 0, k: 0 };
    const IS_X32: sock_filter = sock_filter { code: 0x35, jt: 0, jf: 1, k: 0x4000_0000 };
    const NO_SUCH_CALL: sock_filter = sock_filter { code: 0x06, jt: 0, jf: 0, k: 0x0005_0000 | libc::ENOSYS as u32 };
    [LOAD_NUMBER, IS_X32, NO_SUCH_CALL].into_iter().chain(program).collect()
}

fn rules(denied: &Denied) -> Result<Rules> {
    let mut rules: Rules = DENIED.into_iter().map(|call| (call, Vec::new())).collect();
    if denied.listen {
        rules.insert(SYS_listen, Vec::new());
    }
    if denied.truncate {
        rules.insert(SYS_truncate, Vec::new());
    }
    rules.insert(SYS_socket, sockets(denied)?);
    rules.insert(SYS_socketpair, pairs()?);
    rules.insert(SYS_sendto, vec![flag(3, FAST_OPEN)?]);
    rules.insert(SYS_sendmsg, vec![flag(2, FAST_OPEN)?]);
    rules.insert(SYS_sendmmsg, vec![flag(3, FAST_OPEN)?]);
    rules.insert(SYS_clone, NEW.into_iter().map(|new| flag(0, u64::from(new.unsigned_abs()))).collect::<Result<_>>()?);
    let inject = INJECT.into_iter().map(|code| all([compare(1, SeccompCmpOp::Eq, code)?]));
    rules.insert(SYS_ioctl, inject.collect::<Result<_>>()?);
    if denied.shared {
        rules.extend(shared()?);
    }
    #[cfg(target_arch = "x86_64")]
    rules.extend([libc::SYS_iopl, libc::SYS_ioperm].map(|call| (call, Vec::new())));
    Ok(rules)
}

fn shared() -> Result<Rules> {
    let mut rules: Rules = SHARED.into_iter().map(|call| (call, Vec::new())).collect();
    rules.extend([(libc::SYS_fchmodat, modes(2)?), (SYS_FCHMODAT2, modes(2)?)]);
    // Of other processes.
    rules.insert(libc::SYS_prlimit64, vec![all([compare(0, SeccompCmpOp::Ne, 0)?])?]);
    #[cfg(target_arch = "x86_64")]
    rules.extend([(libc::SYS_chmod, modes(1)?), (libc::SYS_chown, Vec::new()), (libc::SYS_lchown, Vec::new())]);
    Ok(rules)
}

/// Compilers and git set modes of what they made. We cannot see of which file they do; so no file gets more open to
/// others than it was, or closed to its owner.
fn modes(argument: u8) -> Result<Vec<SeccompRule>> {
    let exposing = EXPOSING.into_iter().map(|exposing| flag(argument, exposing));
    exposing.chain([bits(argument, READABLE, 0)]).collect()
}

/// Each rule denies; none: all are denied.
fn sockets(denied: &Denied) -> Result<Vec<SeccompRule>> {
    if denied.sockets {
        return Ok(Vec::new());
    }
    let [inet, inet6, stream, tcp] = [libc::AF_INET, libc::AF_INET6, libc::SOCK_STREAM, libc::IPPROTO_TCP]
        .map(|value| u64::from(value.unsigned_abs()));
    let mut rules = types_other_than(&[stream])?;
    rules.push(all([compare(0, SeccompCmpOp::Ne, inet)?, compare(0, SeccompCmpOp::Ne, inet6)?])?);
    // Other protocols, such as multipath TCP, are not what Landlock looks at.
    rules.push(all([compare(2, SeccompCmpOp::Ne, 0)?, compare(2, SeccompCmpOp::Ne, tcp)?])?);
    Ok(rules)
}

/// A datagram socket, even one of a pair, can send to any other of this machine.
fn pairs() -> Result<Vec<SeccompRule>> {
    types_other_than(&[libc::SOCK_STREAM, libc::SOCK_SEQPACKET].map(|value| u64::from(value.unsigned_abs())))
}

fn types_other_than(allowed: &[u64]) -> Result<Vec<SeccompRule>> {
    (0..=TYPE).filter(|kind| !allowed.contains(kind)).map(|kind| bits(1, TYPE, kind)).collect()
}

fn flag(argument: u8, flag: u64) -> Result<SeccompRule> {
    bits(argument, flag, flag)
}

fn bits(argument: u8, mask: u64, value: u64) -> Result<SeccompRule> {
    all([compare(argument, SeccompCmpOp::MaskedEq(mask), value)?])
}

/// Of the lower half: the kernel takes these arguments as 32 bits.
fn compare(argument: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompCondition> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value).map_err(seccompiler::Error::Backend)
}

fn all<const N: usize>(conditions: [SeccompCondition; N]) -> Result<SeccompRule> {
    SeccompRule::new(conditions.into()).map_err(seccompiler::Error::Backend)
}
