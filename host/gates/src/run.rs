//! [`run`]: the whole workflow.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
    path::Path,
    sync::Arc,
    thread,
    time::Instant,
};

use sdlc_cache::{results::Shard, shelf::Shelf};
use sdlc_model::{
    baseline::Baseline,
    condition::Requirement,
    event::RunEvent,
    outcome::{Failure, GateOutcome, RunOutcome, Verdict},
    rule::Rule,
    suppression::Notice,
};
use sdlc_sandbox::call::{CallError, Problem};
use sdlc_workspace::{
    entry::{Entry, FileSet},
    lines::ChangedLines,
    overlay::Formatted,
    scope::{Scope, WorkspaceError},
    tree::Workspace,
};
use tokio_util::sync::CancellationToken;

use crate::{
    extent::{Enough, kept},
    filter::Filter,
    judge::judge_run,
    knowledge::{Knowledge, digest, result_key},
    plan::{GatePlan, PlanError, Planner},
    redact,
    request::GateRequest,
    side_by_side,
    tally::{Tally, not_started, outcome, sums},
    work::{Checked, Crew, Haul, Post, Task},
    workspace::{Bench, Judged},
};

/// Bytes that the results of one gate under one configuration may take.
const LARGEST_SHARD: usize = 256 << 20;

/// How to run.
pub struct Options<'a> {
    /// Most threads.
    pub threads: usize,
    /// Where results are kept; none: nowhere.
    pub store: Option<&'a dyn Shelf>,
    /// Most bytes that are kept there.
    pub store_size: u64,
    /// Whether rules that found something are to be described.
    pub describe_rules: bool,
    /// Stops the run.
    pub cancelled: CancellationToken,
    /// Conditions on the run as a whole.
    pub overall: Vec<(String, Requirement)>,
    /// What was known before.
    pub baseline: Option<Baseline>,
    /// Only findings on lines that were changed since this revision count.
    pub new_since: Option<String>,
    /// Whether these are all gates of the project.
    pub complete: bool,
    /// What is checked instead of what the scope says.
    pub instead: Option<Instead<'a>>,
}

/// Files that are known already, or as they would be, and how to look at them.
#[derive(Clone, Copy)]
pub struct Instead<'a> {
    /// The files.
    pub files: &'a Arc<FileSet>,
    /// Whether they are those of the scope as they are; what is found out of others is not noted.
    pub as_is: bool,
    /// Whether plugins that judge the workspace as a whole are asked.
    pub whole: bool,
    /// Whether safe fixes are applied next, so that what they make void may be left out.
    pub fixing: bool,
    /// What is in files that were formatted by the fixes of a gate, which need not look at that again.
    pub formatted: Option<&'a Formatted>,
    /// Where programs find the files; none: in the workspace.
    pub copy: Option<&'a Path>,
}

/// Why a run did not start. An error of use.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The files cannot be had.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// A plugin refuses its settings.
    #[error("gate `{gate}`: {}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Settings {
        /// Name of the gate.
        gate: String,
        /// What is wrong.
        problems: Vec<Problem>,
    },
    /// Nothing can run on this machine.
    #[error("{0}")]
    Start(#[from] std::io::Error),
}

/// Runs gates on the files of a scope.
///
/// # Errors
/// Where it cannot start. What goes wrong after that is part of the outcome.
pub fn run(
    requests: &[GateRequest],
    workspace: &Workspace,
    scope: &Scope,
    options: &Options<'_>,
    events: &(dyn Fn(RunEvent) + Sync),
) -> Result<RunOutcome, RunError> {
    let started = Instant::now();
    let mut knowledge = Knowledge::open(options.store, workspace.root());
    let files = match options.instead {
        Some(instead) => Arc::clone(instead.files),
        None => Arc::new(workspace.files(scope)?),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let reader = workspace.reader()?;
    let planner = Planner {
        files: &files,
        reader: &reader,
        runtime: &runtime,
        cancelled: &options.cancelled,
        threads: options.threads,
    };
    let mut plans = Vec::with_capacity(requests.len());
    for request in requests {
        plans.push(match planner.plan(request, &mut knowledge) {
            Ok(plan) => Ok(plan),
            Err(PlanError::Settings(problems)) => {
                return Err(RunError::Settings { gate: request.name.clone(), problems });
            }
            Err(PlanError::Failed(message)) => Err(Some(Failure { path: None, message })),
            Err(PlanError::Interrupted) => Err(None),
        });
    }
    let planned: Vec<_> =
        requests.iter().zip(&plans).filter_map(|(request, plan)| Some((request, plan.as_ref().ok()?))).collect();
    let posts: Vec<_> = planned.iter().map(|(request, plan)| Post::new(request, plan)).collect();
    let enough = Enough {
        deferred: options.instead.is_some_and(|instead| instead.fixing),
        skipped: options.instead.is_some_and(|instead| !instead.as_is),
    };
    let (tasks, mut haul) = sort_out(&posts, &files, &knowledge, enough, options.threads);
    let whole = options.instead.is_none_or(|instead| instead.whole);
    let judging: Vec<_> = (0..posts.len()).filter(|post| whole && judges(&posts, *post)).collect();
    let (todo, known) = (tasks.iter().map(|task| task.posts.len()).sum::<usize>() + judging.len(), haul.results.len());
    events(RunEvent::Planned { checks: (todo + known) as u64, cached: known as u64 });
    let formatted = options.instead.and_then(|instead| instead.formatted);
    let crew = Crew {
        workspace,
        files: &files,
        posts: &posts,
        cancelled: &options.cancelled,
        events,
        keeps: options.store.is_some(),
        enough,
        formatted,
    };
    let changes = match &options.new_since {
        _ if judging.is_empty() => None,
        Some(revision) => Some(workspace.lines_since(revision, files.selected())?),
        None => workspace.changed_lines(scope, &files)?,
    };
    let copy = options.instead.and_then(|instead| instead.copy);
    let bench = Bench { workspace, files: &files, changes: &changes, cancelled: &options.cancelled, events, copy };
    let (found, judged) = thread::scope(|scope| {
        let judged: Vec<_> = judging
            .iter()
            .filter_map(|post| Some((*post, posts.get(*post)?.request)))
            .map(|(post, request)| (post, request, scope.spawn(|| bench.judge(request))))
            .collect();
        let found = crew.work(&tasks, options.threads);
        let judged = judged.into_iter().map(|(post, request, thread)| {
            let judged = thread.join().unwrap_or_else(|_| Judged::panicked());
            events(RunEvent::Checked { gate: request.name.clone(), path: "the workspace".to_owned() });
            (post, judged)
        });
        let judged: Vec<_> = judged.collect();
        (found, judged)
    });
    let mut found = found?;
    let results = std::mem::take(&mut haul.results).into_iter().chain(std::mem::take(&mut found.results)).collect();
    let mut digests = std::mem::take(&mut haul.digests);
    digests.extend(std::mem::take(&mut found.digests));
    let (mut gates, notices) = thread::scope(|scope| {
        // What is new is written meanwhile.
        let keeping = || keep(&posts, &found, &haul, options);
        if thread::Builder::new().spawn_scoped(scope, keeping).is_err() {
            keeping();
        }
        let mut tallies = sums(&posts, &files, results);
        for (post, judged) in judged {
            if let Some(tally) = tallies.get_mut(post) {
                tally.add(judged);
            }
        }
        let asked = match &options.new_since {
            Some(revision) => {
                let found: HashSet<_> = tallies.iter().flat_map(Tally::paths).collect();
                let concerned = files.entries.iter().filter(|entry| found.contains(entry.path.as_str()));
                Some(workspace.lines_since(revision, concerned)?)
            }
            None => None,
        };
        let (mut gates, notices) = outcomes(requests, &plans, tallies, asked.as_deref(), options);
        if options.describe_rules {
            for ((gate, request), plan) in gates.iter_mut().zip(requests).zip(&plans) {
                if let Ok(plan) = plan {
                    gate.rules = describe(gate, request, plan, &runtime, &mut knowledge);
                }
            }
        }
        Ok::<_, RunError>((gates, notices))
    })?;
    if options.instead.is_none_or(|instead| instead.as_is) {
        knowledge.close(digests);
    }
    redact::lines(&mut gates);
    let file_count = files.selected.len() as u64;
    let (overall_score, judgements) = judge_run(&gates, file_count, &options.overall, options.baseline.as_ref());
    Ok(RunOutcome {
        gates,
        overall_score,
        judgements,
        notices,
        files: file_count,
        duration: started.elapsed(),
        interrupted: options.cancelled.is_cancelled(),
        repairs: None,
    })
}

/// What is known already, and what is left to do.
fn sort_out(
    posts: &[Post<'_>],
    files: &FileSet,
    knowledge: &Knowledge<'_>,
    enough: Enough,
    threads: usize,
) -> (Vec<Task>, Haul) {
    let mut haul = Haul::default();
    let mut tasks: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, post) in posts.iter().enumerate() {
        let known = side_by_side::map(&post.plan.files, threads, |file| {
            let entry = files.entries.get(*file)?;
            let digest = knowledge.digest(entry);
            let known = digest.and_then(|content| kept(&post.plan.shard, result_key(entry, &content), enough));
            Some((*file, entry, digest, known))
        });
        for (file, entry, digest, known) in known.into_iter().flatten() {
            if let (Some(stamp), Some(digest)) = (entry.stamp, digest)
                && !haul.digests.contains_key(&entry.path)
            {
                haul.digests.insert(entry.path.clone(), (stamp, digest));
            }
            match known {
                Some((key, report, extent)) => {
                    haul.used.entry(index).or_default().push(key);
                    haul.results.push((index, file, Checked::known(report, extent)));
                }
                None => tasks.entry(file).or_default().push(index),
            }
        }
    }
    let mut tasks: Vec<_> = tasks.into_iter().map(|(file, posts)| Task { file, posts }).collect();
    // The longest first, so that no thread is still at one when the others have nothing left to do.
    tasks.sort_by_key(|task| Reverse(files.entries.get(task.file).map(Entry::known_size)));
    (tasks, haul)
}

/// What counts of the results of each gate, and remarks on comments that set findings aside.
fn outcomes(
    requests: &[GateRequest],
    plans: &[Result<GatePlan, Option<Failure>>],
    mut tallies: Vec<Tally>,
    asked: Option<&[ChangedLines]>,
    options: &Options<'_>,
) -> (Vec<GateOutcome>, Vec<Notice>) {
    let baseline = options.baseline.as_ref();
    let mut filter = Filter::new(baseline, asked);
    tallies.reverse();
    let gates = requests.iter().zip(plans).map(|(request, plan)| match plan {
        Ok(plan) => match tallies.pop() {
            Some(tally) => outcome(request, plan, tally, &mut filter, baseline),
            None => not_started(request, None),
        },
        Err(failure) => not_started(request, failure.clone()),
    });
    let gates: Vec<_> = gates.collect();
    let complete = options.complete && gates.iter().all(|gate| gate.verdict() <= Verdict::Rejected);
    (gates, filter.notices(complete))
}

/// Writes what is new; a cache that cannot be written is no reason to fail.
fn keep(posts: &[Post<'_>], found: &Haul, known: &Haul, options: &Options<'_>) {
    let Some(store) = options.store else { return };
    let none = Vec::new();
    for (index, post) in posts.iter().enumerate() {
        match found.fresh.get(&index) {
            Some(fresh) => {
                let mut used = known.used.get(&index).unwrap_or(&none).clone();
                used.extend(found.used.get(&index).unwrap_or(&none));
                // Another run may have added to it meanwhile.
                let latest = store.read(&post.plan.shard_name).and_then(Shard::parse).unwrap_or_default();
                let merged = latest.merged(fresh, &used, LARGEST_SHARD);
                if let Err(error) = store.write(&post.plan.shard_name, merged) {
                    tracing::warn!("{error}");
                }
            }
            None if !post.plan.files.is_empty() => store.touch(&post.plan.shard_name),
            None => {}
        }
    }
    if !found.fresh.is_empty() {
        store.evict(options.store_size);
    }
}

fn judges(posts: &[Post<'_>], post: usize) -> bool {
    posts.get(post).is_some_and(|post| post.plan.judges_workspace)
}

/// Descriptions of the rules that found something; those that the plugin does not give are left out.
fn describe(
    gate: &GateOutcome,
    request: &GateRequest,
    plan: &GatePlan,
    runtime: &tokio::runtime::Runtime,
    knowledge: &mut Knowledge<'_>,
) -> BTreeMap<String, Rule> {
    let mut ids: Vec<String> = gate.findings.iter().map(|finding| finding.rule.clone()).collect();
    ids.sort();
    ids.dedup();
    let key = |id: &String| digest([b"rule".as_slice(), &plan.plugin_key, id.as_bytes()]);
    let (mut rules, mut unknown) = (BTreeMap::new(), Vec::new());
    for id in ids {
        match knowledge.answer::<Option<Rule>>(&key(&id)) {
            Some(known) => rules.extend(known.map(|rule| (id, rule))),
            None => unknown.push(id),
        }
    }
    if unknown.is_empty() {
        return rules;
    }
    let asked = request.plugin.get().ok().map(|plugin| runtime.block_on(plugin.rules(&unknown, &request.limits)));
    let mut told: BTreeMap<_, _> =
        asked.and_then(Result::ok).unwrap_or_default().into_iter().map(|rule| (rule.id.clone(), rule)).collect();
    for id in unknown {
        let rule = told.remove(&id);
        knowledge.keep_answer(key(&id), &rule);
        rules.extend(rule.map(|rule| (id, rule)));
    }
    rules
}

/// Whether a gate's plugin can be loaded and takes its settings.
///
/// # Errors
/// What it says.
pub fn check_settings(request: &GateRequest) -> Result<(), RunError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let gate = request.name.clone();
    let problem = |message| vec![Problem { key: String::new(), message }];
    let checked = match request.plugin.get() {
        Ok(plugin) => runtime.block_on(plugin.check_settings(&request.settings, &request.limits)),
        Err(error) => return Err(RunError::Settings { gate, problems: problem(error) }),
    };
    match checked {
        Ok(()) => Ok(()),
        Err(CallError::Settings(problems)) => Err(RunError::Settings { gate, problems }),
        Err(error) => Err(RunError::Settings { gate, problems: problem(error.to_string()) }),
    }
}
