//! [`Crew`]: checks files on all cores. A file is read once, and handed to every gate that wants it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use sdlc_cache::{notes::Stamp, results::Key};
use sdlc_model::{event::RunEvent, outcome::Failure, report::Report};
use sdlc_workspace::{
    entry::{Entry, FileSet},
    overlay::Formatted,
    scope::WorkspaceError,
    tree::Workspace,
};
use tokio_util::sync::CancellationToken;

use crate::{
    extent::{Enough, Extent},
    plan::GatePlan,
    request::GateRequest,
    worker::Worker,
};

/// Failures after which a gate is given up: the rest would fail the same way, each after its time.
const MOST_FAILURES: usize = 10;
/// Files that are worth a thread of their own.
const FILES_A_THREAD: usize = 16;
/// Most files that a worker takes at once.
const FILES_A_BATCH: usize = 16;
/// Bytes of files that are taken together with others.
pub(crate) const BYTES_A_BATCH: u64 = 64 << 10;
/// At least so many batches a thread, so that no thread is still at one when the others have nothing left to do.
const BATCHES_A_THREAD: usize = 16;

/// A gate at work.
pub(crate) struct Post<'a> {
    pub(crate) request: &'a GateRequest,
    pub(crate) plan: &'a GatePlan,
    failures: AtomicUsize,
    pub(crate) given_up: AtomicBool,
}

impl<'a> Post<'a> {
    pub(crate) fn new(request: &'a GateRequest, plan: &'a GatePlan) -> Self {
        Self { request, plan, failures: AtomicUsize::new(0), given_up: AtomicBool::new(false) }
    }

    pub(crate) fn note_failure(&self) {
        if self.failures.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_FAILURES {
            self.given_up.store(true, Ordering::Relaxed);
        }
    }
}

/// A file, and the posts that have to look at it.
pub(crate) struct Task {
    pub(crate) file: usize,
    pub(crate) posts: Vec<usize>,
}

/// What came of one file at one gate.
pub(crate) enum Checked {
    /// `deferred`: what was found of its formatting may be missing.
    Report {
        report: Report,
        cached: bool,
        deferred: bool,
    },
    Failed(Failure),
    Skipped,
}

impl Checked {
    /// What an earlier run found.
    pub(crate) fn known(report: Report, extent: Extent) -> Self {
        Self::Report { report, cached: true, deferred: extent == Extent::Deferred }
    }
}

/// All that a crew found out.
#[derive(Default)]
pub(crate) struct Haul {
    /// By post, then by file.
    pub(crate) results: Vec<(usize, usize, Checked)>,
    /// Results to keep, by post.
    pub(crate) fresh: BTreeMap<usize, BTreeMap<Key, Vec<u8>>>,
    /// Results of earlier runs that were of use, by post.
    pub(crate) used: BTreeMap<usize, Vec<Key>>,
    pub(crate) digests: HashMap<String, (Stamp, Key)>,
}

impl Haul {
    fn merge(&mut self, other: Self) {
        self.results.extend(other.results);
        for (post, mut fresh) in other.fresh {
            self.fresh.entry(post).or_default().append(&mut fresh);
        }
        for (post, used) in other.used {
            self.used.entry(post).or_default().extend(used);
        }
        if self.digests.is_empty() {
            self.digests = other.digests;
        } else {
            self.digests.extend(other.digests);
        }
    }
}

/// Everything that the workers share.
pub(crate) struct Crew<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) files: &'a FileSet,
    pub(crate) posts: &'a [Post<'a>],
    pub(crate) cancelled: &'a CancellationToken,
    pub(crate) events: &'a (dyn Fn(RunEvent) + Sync),
    /// Whether results are kept, so that contents have to be digested.
    pub(crate) keeps: bool,
    /// Which results are good enough in which something was not looked for.
    pub(crate) enough: Enough,
    /// Files that a gate need not look at for how they are formatted.
    pub(crate) formatted: Option<&'a Formatted>,
}

impl Crew<'_> {
    /// Checks all tasks by at most so many threads.
    pub(crate) fn work(&self, tasks: &[Task], threads: usize) -> Result<Haul, WorkspaceError> {
        let threads = threads.min(tasks.len().div_ceil(FILES_A_THREAD)).max(1);
        let size = |task: &Task| self.files.entries.get(task.file).map_or(0, Entry::known_size);
        let batches = batches(tasks, size, threads);
        let next = AtomicUsize::new(0);
        let total = Mutex::new(Haul::default());
        let mut readers = Vec::new();
        for _ in 0..threads {
            readers.push(self.workspace.reader()?);
        }
        let work = |reader| {
            let haul = Worker::new(self, reader).run(&batches, &next);
            total.lock().unwrap_or_else(PoisonError::into_inner).merge(haul);
        };
        let last = readers.pop();
        thread::scope(|scope| {
            for reader in readers {
                scope.spawn(|| work(reader));
            }
            last.map(work);
        });
        Ok(total.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Tasks that are done together: short files, since to hand one over takes as long as to look at it.
fn batches<T>(tasks: &[T], size: impl Fn(&T) -> u64, threads: usize) -> Vec<&[T]> {
    let most = (tasks.len() / (threads * BATCHES_A_THREAD)).clamp(1, FILES_A_BATCH);
    let (mut batches, mut rest) = (Vec::new(), tasks);
    while !rest.is_empty() {
        let mut bytes: u64 = 0;
        let fitting = rest.iter().take(most).take_while(|task| {
            bytes = bytes.saturating_add(size(task));
            bytes <= BYTES_A_BATCH
        });
        let (batch, others) = rest.split_at(fitting.count().max(1));
        batches.push(batch);
        rest = others;
    }
    batches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn all_tasks_are_in_one_batch_and_long_files_alone(
            sizes in prop::collection::vec(0..2 * BYTES_A_BATCH, 0..2000),
            threads in 1_usize..5,
        ) {
            let batches = batches(&sizes, |size| *size, threads);
            prop_assert_eq!(batches.concat(), sizes.clone());
            for batch in &batches {
                prop_assert!(batch.len() == 1 || batch.iter().sum::<u64>() <= BYTES_A_BATCH);
                prop_assert!(batch.len() == 1 || batch.len() * threads * BATCHES_A_THREAD <= sizes.len());
            }
        }
    }
}
