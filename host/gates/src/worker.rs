//! [`Worker`]: one thread of a crew, with an instance of each gate's plugin.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use sdlc_cache::results::Key;
use sdlc_model::{event::RunEvent, finding::Finding, fix::Safety, outcome::Failure, report::Report};
use sdlc_sandbox::{
    call::{CallError, End},
    file_gate::{Assignment, FileGate, FileInput, Formatting},
};
use sdlc_workspace::{entry::Entry, reader::Reader};

use crate::{
    allow,
    extent::{Extent, kept},
    knowledge::{digest_of, result_key},
    plan::{kind, ready},
    work::{BYTES_A_BATCH, Checked, Crew, Haul, Post, Task},
};

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

impl Loaded<'_> {
    /// As it is handed to the gate of this post.
    fn input(&self, post: &Post<'_>) -> &FileInput {
        if self.size > post.request.limits.file_size { &self.cut } else { &self.whole }
    }
}

pub(crate) struct Worker<'a> {
    crew: &'a Crew<'a>,
    reader: Reader,
    gates: Vec<Option<FileGate>>,
    haul: Haul,
}

impl<'a> Worker<'a> {
    pub(crate) fn new(crew: &'a Crew<'a>, reader: Reader) -> Self {
        let gates = crew.posts.iter().map(|_| None).collect();
        Self { crew, reader, gates, haul: Haul::default() }
    }

    pub(crate) fn run(mut self, batches: &[&[Task]], next: &AtomicUsize) -> Haul {
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
        let (mut files, mut bytes) = (Vec::new(), 0);
        for task in tasks {
            let Some(file) = self.read(task) else { continue };
            bytes += file.size;
            files.push(file);
            // Of what is in git, sizes are known only now.
            if bytes > BYTES_A_BATCH {
                self.check_all(&std::mem::take(&mut files)).await;
                bytes = 0;
            }
        }
        self.check_all(&files).await;
    }

    async fn check_all(&mut self, files: &[Loaded<'_>]) {
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
                    self.note(index, file, Checked::known(report, extent));
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
                    Ok((report, extent)) => self.report(index, file.input(post), file.key, report, extent),
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
    fn report(
        &mut self,
        index: usize,
        input: &FileInput,
        key: Option<Key>,
        mut report: Report,
        extent: Extent,
    ) -> Checked {
        report.allows = allow::find(input.path(), input.content().unwrap_or_default());
        if let (Some(key), Ok(bytes)) = (key, postcard::to_stdvec(&report)) {
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
        let judges_files = !post.plan.judges_workspace;
        let fixing = self.crew.enough.deferred && judges_files;
        let formatted = self.crew.formatted.filter(|_| judges_files);
        let is_formatted = |path: &str| formatted.is_some_and(|formatted| formatted.contains(&post.request.name, path));
        let assignments = files.iter().map(|file| Assignment {
            file: file.input(post),
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
