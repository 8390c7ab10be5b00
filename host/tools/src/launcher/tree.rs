//! Ending all descendants of this process, to which the kernel hands those that lost their parents.

use std::{
    collections::{HashMap, HashSet},
    fs,
    time::{Duration, Instant},
};

use rustix::{
    io::Errno,
    process::{Pid, Signal, WaitOptions, getpid, kill_process, wait},
};

/// How long we try: a program that starts processes faster than we stop them runs into its other limits.
const PATIENCE: Duration = Duration::from_secs(5);

/// Returns when there are none, or when it takes too long.
pub(super) fn kill_descendants() {
    let deadline = Instant::now() + PATIENCE;
    while has_children() && Instant::now() < deadline {
        for pid in freeze(deadline) {
            let _ = kill_process(pid, Signal::KILL);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Collects those that have ended.
fn has_children() -> bool {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) | Err(Errno::INTR) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

/// Stops them until there are no new ones: what is stopped starts no other.
fn freeze(deadline: Instant) -> HashSet<Pid> {
    let mut stopped = HashSet::new();
    loop {
        let new: Vec<Pid> = descendants().into_iter().filter(|pid| !stopped.contains(pid)).collect();
        if new.is_empty() || Instant::now() > deadline {
            return stopped;
        }
        for pid in new {
            let _ = kill_process(pid, Signal::STOP);
            stopped.insert(pid);
        }
    }
}

fn descendants() -> Vec<Pid> {
    let mut children = HashMap::<Pid, Vec<Pid>>::new();
    for (pid, parent) in processes() {
        children.entry(parent).or_default().push(pid);
    }
    let mut found = Vec::new();
    let mut open = vec![getpid()];
    while let Some(pid) = open.pop() {
        let below = children.remove(&pid).unwrap_or_default();
        found.extend_from_slice(&below);
        open.extend(below);
    }
    found
}

/// With their parents.
fn processes() -> Vec<(Pid, Pid)> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let process = |name: &str| {
        let pid = Pid::from_raw(name.parse().ok()?)?;
        let stat = fs::read_to_string(format!("/proc/{name}/stat")).ok()?;
        Some((pid, parent(&stat)?))
    };
    entries.filter_map(|entry| process(entry.ok()?.file_name().to_str()?)).collect()
}

/// The name of the program, in parentheses, may hold anything.
fn parent(stat: &str) -> Option<Pid> {
    let (_, fields) = stat.rsplit_once(')')?;
    Pid::from_raw(fields.split_whitespace().nth(1)?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_fields_does_not_mislead() {
        assert_eq!(parent("12 (x) S 1 (y) S 34 12 12 0"), Pid::from_raw(34));
        assert_eq!(parent("nonsense"), None);
    }
}
