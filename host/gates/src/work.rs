//! [`Crew`]: checks files on all cores. A file is read once, and handed to every gate that wants it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use sdlc_cache::{
    notes::Stamp,
    results::{Key, Shard},
};
use sdlc_model::{event::RunEvent, finding::Finding, fix::Safety, outcome::Failure, report::Report};
use sdlc_sandbox::{
    call::CallError,
    file_gate::{FileGate, FileInput},
};
use sdlc_workspace::{
    entry::{Entry, FileSet},
    overlay::Formatted,
    reader::Reader,
    scope::WorkspaceError,
    tree::Workspace,
};
use tokio_util::sync::CancellationToken;

use crate::{
    allow,
    knowledge::{digest, digest_of, result_key},
    plan::{GatePlan, kind, ready},
    request::GateRequest,
};

/// Failures after which a gate is given up: the rest would fail the same way, each after its time.
const MOST_FAILURES: usize = 10;
/// Files that are worth a thread of their own.
const FILES_A_THREAD: usize = 16;

/// A gate at work.
pub(crate) struct Post<'a> {
    pub(crate) request: &'a GateRequest,
    pub(crate) plan: &'a GatePlan,
    failures: AtomicUsize,
    given_up: AtomicBool,
}

impl<'a> Post<'a> {
    pub(crate) fn new(request: &'a GateRequest, plan: &'a GatePlan) -> Self {
        Self { request, plan, failures: AtomicUsize::new(0), given_up: AtomicBool::new(false) }
    }

    fn note_failure(&self) {
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
        for (post, fresh) in other.fresh {
            self.fresh.entry(post).or_default().extend(fresh);
        }
        for (post, used) in other.used {
            self.used.entry(post).or_default().extend(used);
        }
        self.digests.extend(other.digests);
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
        let next = AtomicUsize::new(0);
        let total = Mutex::new(Haul::default());
        let mut readers = Vec::new();
        for _ in 0..threads {
            readers.push(self.workspace.reader()?);
        }
        let work = |reader| {
            let haul = Worker::new(self, reader).run(tasks, &next);
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

/// Which results are good enough in which something was not looked for.
#[derive(Clone, Copy)]
pub(crate) struct Enough {
    /// Those without what fixes make void.
    pub(crate) deferred: bool,
    /// Those of files that the gate's own fixes have formatted: in the run that applied them, and in no later one, which sees for
    /// itself.
    pub(crate) skipped: bool,
}

/// How much was looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    /// What was found of the formatting may be missing, since fixes make it void.
    Deferred,
    /// The formatting was not looked at, since it is the gate's own.
    Skipped,
}

impl Extent {
    /// Key of a result of this extent.
    fn key(self, key: Key) -> Key {
        match self {
            Self::Whole => key,
            Self::Deferred => digest([key.as_slice(), b"deferred"]),
            Self::Skipped => digest([key.as_slice(), b"skipped"]),
        }
    }
}

/// A result of an earlier run, and its key.
pub(crate) fn kept(shard: &Shard, key: Key, enough: Enough) -> Option<(Key, Checked)> {
    let find = |extent: Extent| {
        let key = extent.key(key);
        let report = postcard::from_bytes(shard.get(&key)?).ok()?;
        Some((key, Checked::Report { report, cached: true, deferred: extent == Extent::Deferred }))
    };
    let less = |extent, is_enough: bool| is_enough.then(|| find(extent)).flatten();
    find(Extent::Whole)
        .or_else(|| less(Extent::Skipped, enough.skipped))
        .or_else(|| less(Extent::Deferred, enough.deferred))
}

fn has_safe_fix(finding: &Finding) -> bool {
    finding.fixes.iter().any(|fix| fix.safety == Safety::Safe && !fix.edits.is_empty())
}

struct Worker<'a> {
    crew: &'a Crew<'a>,
    reader: Reader,
    gates: Vec<Option<FileGate>>,
    haul: Haul,
}

impl<'a> Worker<'a> {
    fn new(crew: &'a Crew<'a>, reader: Reader) -> Self {
        let gates = crew.posts.iter().map(|_| None).collect();
        Self { crew, reader, gates, haul: Haul::default() }
    }

    fn run(mut self, tasks: &[Task], next: &AtomicUsize) -> Haul {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_time().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                for task in tasks {
                    self.fail_all(task, &format!("no runtime could be started: {error}"));
                }
                return self.haul;
            }
        };
        runtime.block_on(async {
            while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.task(task).await;
            }
        });
        for (post, gate) in self.crew.posts.iter().zip(self.gates) {
            if let Some(gate) = gate {
                post.request.idle.put(post.plan.project_key, gate);
            }
        }
        self.haul
    }

    async fn task(&mut self, task: &Task) {
        let Some(entry) = self.crew.files.entries.get(task.file) else { return };
        if self.crew.cancelled.is_cancelled() {
            self.haul.results.extend(task.posts.iter().map(|post| (*post, task.file, Checked::Skipped)));
            return;
        }
        let posts = || task.posts.iter().filter_map(|post| self.crew.posts.get(*post));
        let most = posts().map(|post| post.request.limits.file_size).max().unwrap_or(0);
        let content = match self.reader.read(entry, most) {
            Ok(content) => content,
            Err(error) => return self.fail_all(task, &format!("cannot be read: {error}")),
        };
        let digest = self.crew.keeps.then(|| digest_of(content.bytes.as_deref(), content.size));
        if let (Some(stamp), Some(digest)) = (content.stamp, digest) {
            self.haul.digests.insert(entry.path.clone(), (stamp, digest));
        }
        let size = content.size;
        let whole = FileInput::new(&entry.path, kind(entry.kind), size, content.bytes);
        let cut = FileInput::new(&entry.path, kind(entry.kind), size, None);
        for index in &task.posts {
            let Some(post) = self.crew.posts.get(*index) else { continue };
            let input = if size > post.request.limits.file_size { &cut } else { &whole };
            let checked = self.check(*index, post, entry, input, digest).await;
            self.haul.results.push((*index, task.file, checked));
            (self.crew.events)(RunEvent::Checked { gate: post.request.name.clone(), path: entry.path.clone() });
        }
    }

    async fn check(
        &mut self,
        index: usize,
        post: &Post<'_>,
        entry: &Entry,
        input: &FileInput,
        digest: Option<Key>,
    ) -> Checked {
        let key = digest.map(|digest| result_key(entry, &digest));
        if let Some((key, checked)) = key.and_then(|key| kept(&post.plan.shard, key, self.crew.enough)) {
            self.haul.used.entry(index).or_default().push(key);
            return checked;
        }
        if post.given_up.load(Ordering::Relaxed) {
            return Checked::Skipped;
        }
        match self.call(index, post, input).await {
            Ok((mut report, extent)) => {
                report.allows = allow::find(&entry.path, input.content().unwrap_or_default());
                let (key, deferred) = (key.map(|key| extent.key(key)), extent == Extent::Deferred);
                if let (Some(key), Ok(bytes)) = (key, postcard::to_stdvec(&report)) {
                    self.haul.fresh.entry(index).or_default().insert(key, bytes);
                }
                Checked::Report { report, cached: false, deferred }
            }
            Err(CallError::Cancelled) => Checked::Skipped,
            Err(error) => {
                post.note_failure();
                Checked::Failed(Failure { path: Some(entry.path.clone()), message: error.to_string() })
            }
        }
    }

    /// The report, and how much was looked for.
    async fn call(&mut self, index: usize, post: &Post<'_>, input: &FileInput) -> Result<(Report, Extent), CallError> {
        let fixing = self.crew.enough.deferred && !post.plan.judges_workspace;
        let idle = || post.request.idle.take(&post.plan.project_key, fixing);
        let mut gate = match self.gates.get_mut(index).and_then(Option::take).or_else(idle) {
            Some(gate) => gate,
            None => ready(post.request, &post.plan.project, self.crew.cancelled).await?,
        };
        if fixing {
            gate.defer_formatting().await?;
        }
        let defers = gate.defers();
        let formatted = self.crew.formatted.filter(|_| defers);
        let skips = formatted.is_some_and(|formatted| formatted.contains(&post.request.name, input.path()));
        let outcome = if skips { gate.check_formatted(input).await } else { gate.check(input).await };
        if let Some(text) = gate.take_log() {
            (self.crew.events)(RunEvent::Log { gate: post.request.name.clone(), text });
        }
        // Only an instance that ended its call by itself is in a state that can be trusted.
        if matches!(outcome, Ok(_) | Err(CallError::Plugin(_)))
            && let Some(slot) = self.gates.get_mut(index)
        {
            *slot = Some(gate);
        }
        outcome.map(|report| {
            let extent = match defers && report.findings.iter().any(has_safe_fix) {
                true => Extent::Deferred,
                false if skips => Extent::Skipped,
                false => Extent::Whole,
            };
            (report, extent)
        })
    }

    fn fail_all(&mut self, task: &Task, message: &str) {
        let path = self.crew.files.entries.get(task.file).map(|entry| entry.path.clone());
        for post in &task.posts {
            let failure = Failure { path: path.clone(), message: message.to_owned() };
            self.haul.results.push((*post, task.file, Checked::Failed(failure)));
        }
    }
}
