//! [`Crew`]: checks files on all cores. A file is read once, and handed to every gate that wants it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use sdlc_cache::{notes::Stamp, results::Key};
use sdlc_model::{event::RunEvent, finding::Finding, fix::Safety, outcome::Failure, report::Report};
use sdlc_sandbox::{
    call::{CallError, End},
    file_gate::{Assignment, FileGate, FileInput, Formatting},
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
    extent::{Enough, Extent, kept},
    knowledge::{digest_of, result_key},
    plan::{GatePlan, kind, ready},
    request::GateRequest,
};

/// Failures after which a gate is given up: the rest would fail the same way, each after its time.
const MOST_FAILURES: usize = 10;
/// Files that are worth a thread of their own.
const FILES_A_THREAD: usize = 16;
/// Most files that a worker takes at once.
const FILES_A_BATCH: usize = 16;
/// Bytes of files that are taken together with others.
const BYTES_A_BATCH: u64 = 64 << 10;
/// At least so many batches a thread, so that no thread is still at one when the others have nothing left to do.
const BATCHES_A_THREAD: usize = 16;

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
        let batches = self.batches(tasks, threads);
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

    /// Tasks that are done together: short files, since to hand one over takes as long as to look at it.
    fn batches<'t>(&self, tasks: &'t [Task], threads: usize) -> Vec<&'t [Task]> {
        let most = (tasks.len() / (threads * BATCHES_A_THREAD)).clamp(1, FILES_A_BATCH);
        let size = |task: &Task| self.files.entries.get(task.file).map_or(0, Entry::known_size);
        let (mut batches, mut rest) = (Vec::new(), tasks);
        while !rest.is_empty() {
            let mut bytes = 0;
            let fitting = rest.iter().take(most).take_while(|task| {
                bytes += size(task);
                bytes <= BYTES_A_BATCH
            });
            let (batch, others) = rest.split_at(fitting.count().max(1));
            batches.push(batch);
            rest = others;
        }
        batches
    }
}

fn has_safe_fix(finding: &Finding) -> bool {
    finding.fixes.iter().any(|fix| fix.safety == Safety::Safe && !fix.edits.is_empty())
}

/// A file that was read.
struct Loaded<'a> {
    task: &'a Task,
    entry: &'a Entry,
    /// Of its results; none: they are not kept.
    key: Option<Key>,
    size: u64,
    whole: FileInput,
    /// Without its content, for gates to which it is too large.
    cut: FileInput,
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

    fn run(mut self, batches: &[&[Task]], next: &AtomicUsize) -> Haul {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_time().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                for task in batches.iter().copied().flatten() {
                    self.fail_all(task, &format!("no runtime could be started: {error}"));
                }
                return self.haul;
            }
        };
        runtime.block_on(async {
            while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.batch(batch).await;
            }
        });
        for (post, gate) in self.crew.posts.iter().zip(self.gates) {
            if let Some(gate) = gate {
                post.request.idle.put(post.plan.project_key, gate);
            }
        }
        self.haul
    }

    async fn batch(&mut self, tasks: &[Task]) {
        if self.crew.cancelled.is_cancelled() {
            for task in tasks {
                self.haul.results.extend(task.posts.iter().map(|post| (*post, task.file, Checked::Skipped)));
            }
            return;
        }
        let files: Vec<_> = tasks.iter().filter_map(|task| self.read(task)).collect();
        let posts: BTreeSet<_> = files.iter().flat_map(|file| &file.task.posts).copied().collect();
        for post in posts {
            let files = files.iter().filter(|file| file.task.posts.contains(&post));
            self.check(post, files.collect()).await;
        }
    }

    /// None: it cannot be read, which is said.
    fn read<'t>(&mut self, task: &'t Task) -> Option<Loaded<'t>>
    where
        'a: 't,
    {
        let entry = self.crew.files.entries.get(task.file)?;
        let posts = task.posts.iter().filter_map(|post| self.crew.posts.get(*post));
        let most = posts.map(|post| post.request.limits.file_size).max().unwrap_or(0);
        let content = match self.reader.read(entry, most) {
            Ok(content) => content,
            Err(error) => {
                self.fail_all(task, &format!("cannot be read: {error}"));
                return None;
            }
        };
        let digest = self.crew.keeps.then(|| digest_of(content.bytes.as_deref(), content.size));
        if let (Some(stamp), Some(digest)) = (content.stamp, digest) {
            self.haul.digests.insert(entry.path.clone(), (stamp, digest));
        }
        Some(Loaded {
            task,
            entry,
            key: digest.map(|digest| result_key(entry, &digest)),
            size: content.size,
            whole: FileInput::new(&entry.path, kind(entry.kind), content.size, content.bytes),
            cut: FileInput::new(&entry.path, kind(entry.kind), content.size, None),
        })
    }

    /// Checks files at one post: those that it knows nothing of.
    async fn check(&mut self, index: usize, files: Vec<&Loaded<'_>>) {
        let Some(post) = self.crew.posts.get(index) else { return };
        let mut unknown = Vec::with_capacity(files.len());
        for file in files {
            match file.key.and_then(|key| kept(&post.plan.shard, key, self.crew.enough)) {
                Some((key, report, extent)) => {
                    self.haul.used.entry(index).or_default().push(key);
                    self.note(
                        index,
                        file,
                        Checked::Report { report, cached: true, deferred: extent == Extent::Deferred },
                    );
                }
                None => unknown.push(file),
            }
        }
        let mut todo = unknown.as_slice();
        while !todo.is_empty() {
            if post.given_up.load(Ordering::Relaxed) {
                todo.iter().for_each(|file| self.note(index, file, Checked::Skipped));
                return;
            }
            let ends = match self.call(index, post, todo).await {
                Ok(ends) => ends,
                Err(error) => vec![End { outcome: Err(error), log: None }],
            };
            let (done, rest) = todo.split_at(ends.len().clamp(1, todo.len()));
            for (file, end) in done.iter().zip(ends) {
                if let Some(text) = end.log {
                    (self.crew.events)(RunEvent::Log { gate: post.request.name.clone(), text });
                }
                let checked = match end.outcome {
                    Ok((report, extent)) => self.report(index, file, report, extent),
                    Err(CallError::Cancelled) => Checked::Skipped,
                    Err(error) => {
                        post.note_failure();
                        Checked::Failed(Failure { path: Some(file.entry.path.clone()), message: error.to_string() })
                    }
                };
                self.note(index, file, checked);
            }
            todo = rest;
        }
    }

    /// A report that is new.
    fn report(&mut self, index: usize, file: &Loaded<'_>, mut report: Report, extent: Extent) -> Checked {
        report.allows = allow::find(&file.entry.path, file.whole.content().unwrap_or_default());
        if let (Some(key), Ok(bytes)) = (file.key, postcard::to_stdvec(&report)) {
            self.haul.fresh.entry(index).or_default().insert(extent.key(key), bytes);
        }
        Checked::Report { report, cached: false, deferred: extent == Extent::Deferred }
    }

    fn note(&mut self, index: usize, file: &Loaded<'_>, checked: Checked) {
        self.haul.results.push((index, file.task.file, checked));
        if let Some(post) = self.crew.posts.get(index) {
            (self.crew.events)(RunEvent::Checked { gate: post.request.name.clone(), path: file.entry.path.clone() });
        }
    }

    /// The reports, and how much was looked for, up to the first file of which there is none.
    async fn call(
        &mut self,
        index: usize,
        post: &Post<'_>,
        files: &[&Loaded<'_>],
    ) -> Result<Vec<End<(Report, Extent)>>, CallError> {
        let idle = || post.request.idle.take(&post.plan.project_key);
        let mut gate = match self.gates.get_mut(index).and_then(Option::take).or_else(idle) {
            Some(gate) => gate,
            None => ready(post.request, &post.plan.project, self.crew.cancelled).await?,
        };
        let fixing = self.crew.enough.deferred && !post.plan.judges_workspace;
        let is_formatted =
            |path: &str| self.crew.formatted.is_some_and(|formatted| formatted.contains(&post.request.name, path));
        let assignments = files.iter().map(|file| Assignment {
            file: if file.size > post.request.limits.file_size { &file.cut } else { &file.whole },
            formatting: match is_formatted(&file.entry.path) {
                true => Formatting::Skipped,
                false if fixing => Formatting::Deferred,
                false => Formatting::Checked,
            },
        });
        let assignments: Vec<_> = assignments.collect();
        let ends = gate.check_each(&assignments).await;
        let usable = |end: &End<_>| end.outcome.as_ref().err().is_none_or(CallError::leaves_instance_usable);
        if ends.iter().all(usable)
            && let Some(slot) = self.gates.get_mut(index)
        {
            *slot = Some(gate);
        }
        let ends = ends.into_iter().map(|end| {
            let outcome = end.outcome.map(|(report, formatting)| {
                let extent = match formatting {
                    Formatting::Deferred if report.findings.iter().any(has_safe_fix) => Extent::Deferred,
                    Formatting::Skipped => Extent::Skipped,
                    Formatting::Checked | Formatting::Deferred => Extent::Whole,
                };
                (report, extent)
            });
            End { outcome, log: end.log }
        });
        Ok(ends.collect())
    }

    fn fail_all(&mut self, task: &Task, message: &str) {
        let path = self.crew.files.entries.get(task.file).map(|entry| entry.path.clone());
        for post in &task.posts {
            let failure = Failure { path: path.clone(), message: message.to_owned() };
            self.haul.results.push((*post, task.file, Checked::Failed(failure)));
        }
    }
}
