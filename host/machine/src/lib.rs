//! [`Machine`]: what this machine and processes on it use. The only crate that knows `sysinfo`.
//!
//! Does not decide anything, and does not wait.
#![forbid(unsafe_code)]

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use sdlc_model::reading::Measured;
use sysinfo::{CpuRefreshKind, MINIMUM_CPU_UPDATE_INTERVAL, Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// All processes of a machine are many files to read.
const PROCESSES: Duration = Duration::from_secs(5);

/// What this machine and processes on it use.
pub struct Machine {
    /// None: this is a system that nobody knows how to ask.
    system: Option<System>,
    names: Vec<String>,
    looked: Option<Duration>,
    processes: Option<Duration>,
    seen: Vec<Measured>,
    trees: Vec<Measured>,
}

impl Machine {
    /// `names`: of processes, each of which is told with all that it started.
    pub fn new(names: &[String]) -> Self {
        let (system, names) = (System::new().ok(), names.to_vec());
        Self { system, names, looked: None, processes: None, seen: Vec::new(), trees: Vec::new() }
    }

    /// What is used, in per cent of all processors and of all memory, and in bytes; by processes, in per cent of one
    /// processor. `clock`: of a clock that never goes back. Rates are of the time since the last look, so that there is less
    /// at the first one; processes are looked at every 5 seconds.
    pub fn look(&mut self, clock: Duration) -> Vec<Measured> {
        let is_due = |last: Option<Duration>, pause| last.is_none_or(|last| clock.saturating_sub(last) >= pause);
        let Some(system) = &mut self.system else { return Vec::new() };
        if is_due(self.looked, MINIMUM_CPU_UPDATE_INTERVAL) {
            system.refresh_cpu_specifics(CpuRefreshKind::nothing().with_usage());
            system.refresh_memory();
            let first = self.looked.replace(clock).is_none();
            self.seen = machine(system, !first);
        }
        if !self.names.is_empty() && is_due(self.processes, PROCESSES) {
            let kind = ProcessRefreshKind::nothing().with_cpu().with_memory().without_tasks();
            system.refresh_processes_specifics(ProcessesToUpdate::All, true, kind);
            let first = self.processes.replace(clock).is_none();
            self.trees = self.names.iter().flat_map(|name| tree(system, name, !first)).collect();
        }
        self.seen.iter().chain(&self.trees).cloned().collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "bytes of a machine are below 2^53")]
fn machine(system: &System, rates: bool) -> Vec<Measured> {
    let (total, available) = (system.total_memory(), system.available_memory());
    let used = total.saturating_sub(available) as f64;
    let measured = |name, value| measured("machine", name, value);
    let cpu = rates.then(|| measured("cpu-percent", system.global_cpu_usage().into()));
    let memory = [measured("memory-bytes", used), measured("memory-percent", 100.0 * used / (total.max(1) as f64))];
    cpu.into_iter().chain(memory).collect()
}

/// Processes of that name, and all that they started.
#[expect(clippy::cast_precision_loss, reason = "bytes of a machine are below 2^53")]
fn tree(system: &System, name: &str, rates: bool) -> Vec<Measured> {
    let named = system.processes().iter().filter(|(_, process)| process.name() == name).map(|(pid, _)| *pid);
    let parents: Vec<_> =
        system.processes().iter().filter_map(|(pid, process)| Some((*pid, process.parent()?))).collect();
    let tree = descendants(named, &parents);
    let source = format!("process {name}");
    let mut found = vec![measured(&source, "processes", tree.len() as f64)];
    let processes = || tree.iter().filter_map(|pid| system.process(*pid));
    if rates {
        let cpu = processes().map(|process| f64::from(process.cpu_usage())).sum();
        found.push(measured(&source, "cpu-percent", cpu));
    }
    found.push(measured(&source, "memory-bytes", processes().map(|process| process.memory() as f64).sum()));
    found
}

fn descendants(roots: impl Iterator<Item = Pid>, parents: &[(Pid, Pid)]) -> HashSet<Pid> {
    let mut children: HashMap<Pid, Vec<Pid>> = HashMap::new();
    for (child, parent) in parents {
        children.entry(*parent).or_default().push(*child);
    }
    let (mut tree, mut next): (HashSet<_>, Vec<_>) = (HashSet::new(), roots.collect());
    while let Some(pid) = next.pop() {
        if tree.insert(pid) {
            next.extend(children.get(&pid).into_iter().flatten());
        }
    }
    tree
}

fn measured(source: &str, name: &str, value: f64) -> Measured {
    Measured { source: source.to_owned(), name: name.to_owned(), value }
}

#[cfg(test)]
mod tests {
    use std::{process::Command, thread};

    use super::*;

    fn find(seen: &[Measured], source: &str, name: &str) -> Option<f64> {
        seen.iter().find(|measured| measured.source == source && measured.name == name).map(|measured| measured.value)
    }

    #[test]
    fn the_machine_uses_something_and_a_process_counts_with_what_it_started() {
        // The shell waits for two that sleep.
        let mut shell = Command::new("sh").args(["-c", "sleep 3 & sleep 3; :"]).spawn().unwrap();
        thread::sleep(Duration::from_millis(300));
        let mut machine = Machine::new(&["sh".to_owned(), "no-such-program".to_owned()]);
        let first = machine.look(Duration::ZERO);
        assert_eq!(find(&first, "machine", "cpu-percent"), None);
        assert!(find(&first, "machine", "memory-bytes").unwrap() > 1e6);
        assert!(find(&first, "process sh", "processes").unwrap() >= 3.0, "{first:?}");
        assert!(find(&first, "process sh", "memory-bytes").unwrap() > 1e5, "{first:?}");
        assert_eq!(find(&first, "process no-such-program", "processes"), Some(0.0));
        thread::sleep(MINIMUM_CPU_UPDATE_INTERVAL);
        let second = machine.look(Duration::from_secs(6));
        assert!((0.0..=100.0).contains(&find(&second, "machine", "cpu-percent").unwrap()), "{second:?}");
        assert!(find(&second, "process sh", "cpu-percent").is_some(), "{second:?}");
        shell.wait().unwrap();
    }

    #[test]
    fn processes_that_are_each_others_parents_come_to_an_end() {
        let pid = |number: usize| Pid::from(number);
        let tree = descendants([pid(1)].into_iter(), &[(pid(2), pid(1)), (pid(1), pid(2)), (pid(4), pid(3))]);
        assert_eq!(tree, HashSet::from([pid(1), pid(2)]));
    }
}
