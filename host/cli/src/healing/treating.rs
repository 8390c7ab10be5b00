//! `sdlc heal`: fixes, and the treatments that healers propose.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use anyhow::{Result, bail};
use sdlc_config::{
    healer::Healer as Settings,
    problem::{ConfigError, nearest},
};
use sdlc_gates::{request::LazyPlugin, run::RunError};
use sdlc_grants::{
    capabilities::{Files, Granted},
    grant::Grant,
};
use sdlc_heal::{
    fix::{self, Options, Patient},
    treat::{self, Ask, Failed, Healer, Treated},
    work::Work,
};
use sdlc_model::{
    finding::Finding,
    outcome::RunOutcome,
    repair::Repairs,
    treatment::{Patient as Found, Treatment},
};
use sdlc_sandbox::{call::CallError, healer, limits::Limits};
use sdlc_workspace::{entry::FileSet, granted, overlay::Overlay, scope::Scope, tree::Workspace};

use super::{
    Mended,
    breakers::Breakers,
    fixing::{names, repairs},
    session::Session,
    write,
};
use crate::{
    arguments::Global,
    components::Components,
    console::Console,
    grants,
    job::Job,
    plugins,
    project::{self, Project},
    run_arguments::Heal,
    scratch,
};

/// A healer with its plugin.
struct Request<'a> {
    settings: &'a Settings,
    plugin: LazyPlugin,
    limits: Limits,
    grant: Grant,
}

/// Runs the gates, applies fixes, and asks the healers.
pub(crate) fn run(
    job: &mut Job<'_>,
    arguments: &Heal,
    global: &Global,
    console: Console,
) -> Result<Result<Mended, RunError>> {
    let started = Instant::now();
    let requests = requests(job.project, &arguments.healers, global)?;
    let breakers = RefCell::new(Breakers::open(job.project, global)?);
    let asked = RefCell::new(BTreeSet::new());
    job.keep_for_now();
    job.describe_rules = true;
    let session = Session::new(job, console)?;
    let healed = heal(job, &session, arguments, &requests, &breakers, &asked);
    session.finish();
    if let Err(error) = breakers.into_inner().close() {
        console.note(&format!("warning: which healers failed is not kept: {error:#}"));
    }
    let (treated, mut repairs) = match healed? {
        Ok(healed) => healed,
        Err(error) => return Ok(Err(error)),
    };
    if !treated.outcome.interrupted {
        tell_idle(&requests, &asked.into_inner(), console);
    }
    repairs.failures = treated.failures;
    repairs.treatments = treated.tried;
    let (changes, groups) = treated.work.changes(&session.files);
    let outcome = RunOutcome { duration: started.elapsed(), ..job.mentioned(treated.outcome) };
    let keep = arguments.dry_run || arguments.output.is_some() || outcome.interrupted;
    let mut left_alone = false;
    if !keep {
        let left = write::write(&session, &Scope::All, &changes, &groups, "sdlc heal", job.project, global)?;
        left_alone = !left.is_empty();
        repairs.fixed.retain(|repair| !left.iter().any(|left| left.path == repair.path));
        repairs.refused.extend(left);
    }
    repairs.written = !keep;
    let patch = if keep { changes } else { Vec::new() };
    Ok(Ok(Mended { outcome: RunOutcome { repairs: Some(repairs), ..outcome }, patch, left_alone, entry: None }))
}

type Healing = Result<Result<(Treated, Repairs), RunError>>;

fn heal(
    job: &Job<'_>,
    session: &Session<'_>,
    arguments: &Heal,
    requests: &[Request<'_>],
    breakers: &RefCell<Breakers>,
    asked: &RefCell<BTreeSet<String>>,
) -> Healing {
    let check = |files: &_, overlay: &_, look| session.check(files, overlay, look);
    let patient = Patient { files: &session.files, reader: &session.reader, check: &check };
    let before = match session.first(arguments.healers.is_empty()) {
        Ok(before) => before,
        Err(error) => return Ok(Err(error)),
    };
    let names = names(&before);
    let (outcome, work, told) = if arguments.healers.is_empty() {
        match fix::heal(before, &patient, Options { unsafe_fixes: arguments.unsafe_fixes }) {
            Ok(healed) => (healed.outcome, healed.work, repairs(&healed.fixed, healed.refused, &names)),
            Err(error) => return Ok(Err(error)),
        }
    } else {
        (before, Work::default(), Repairs::default())
    };
    let mut asks: Vec<Box<Ask<'_>>> = Vec::new();
    for request in requests {
        let of = request.identity();
        asks.push(Box::new(move |overlay, findings| {
            let name = &request.settings.name;
            asked.borrow_mut().insert(name.clone());
            if let Some(seconds) = breakers.borrow().closed_for(name, &of) {
                let hint = format!("hint: it is asked again in {seconds} s, and then its errors are shown again");
                return Err(Failed::Because(format!(
                    "it failed again and again, and is not asked for a while; {hint}"
                )));
            }
            let answer = request.ask(job, session, overlay, findings);
            if answer.as_ref().err() != Some(&Failed::Interrupted) {
                breakers.borrow_mut().note(name, &of, answer.is_err());
            }
            answer
        }));
    }
    let mut healers = Vec::new();
    for (request, ask) in requests.iter().zip(&asks) {
        healers.push(Healer {
            name: &request.settings.name,
            gates: request.settings.gates.as_deref(),
            write: granted::Granted::new(&request.settings.grant.write)?,
            max_files: request.settings.max_files,
            max_lines: request.settings.max_lines,
            ask,
        });
    }
    Ok(treat::treat(outcome, work, &patient, &healers).map(|treated| (treated, told)))
}

/// A healer mends what gates find: without a gate that finds it, it does nothing, and nobody would see why.
fn tell_idle(requests: &[Request<'_>], asked: &BTreeSet<String>, console: Console) {
    for settings in requests.iter().map(|request| request.settings).filter(|settings| !asked.contains(&settings.name)) {
        let gates = settings.gates.as_ref().map_or_else(
            || "no gate found anything".to_owned(),
            |gates| {
                let names = gates.iter().map(|gate| format!("`{gate}`")).collect::<Vec<_>>().join(", ");
                format!("nothing was found by {names}")
            },
        );
        let hint = "hint: a healer is asked about findings, so it needs a gate that finds what it mends";
        console.note(&format!("healer `{}` was not asked: {gates}; {hint}", settings.name));
    }
}

/// Whether a healer of a project can be loaded and takes its settings.
pub(crate) fn check(project: &Project, healer: &str, global: &Global) -> Result<()> {
    requests(project, &[healer.to_owned()], global).map(drop)
}

/// Of the healers of these names; of all where there are none.
fn requests<'a>(project: &'a Project, names: &[String], global: &Global) -> Result<Vec<Request<'a>>> {
    let known = || project.settings.healers.iter().map(|healer| healer.name.as_str());
    if let Some(unknown) = names.iter().find(|name| !known().any(|known| known == *name)) {
        let hint = nearest(unknown, known()).map_or_else(String::new, |name| format!("; hint: did you mean `{name}`?"));
        bail!("no healer is called `{unknown}`{hint}");
    }
    let store = project::usable_store(global);
    let components = Components { project, store: store.as_ref() };
    let chosen = |healer: &&Settings| names.is_empty() || names.contains(&healer.name);
    let request = |settings: &'a Settings| {
        let limits = plugins::limits(settings.timeout, &settings.limits)?;
        let prefix = format!("healers.{}.", settings.name);
        let request = Request {
            settings,
            plugin: plugins::plugin(&components, &settings.plugin, limits.stack)?,
            grant: grants::grant(&project.root, &project.advisories, prefix, &settings.grant, &limits)?,
            limits,
        };
        request.check(project)?;
        Ok(request)
    };
    project.settings.healers.iter().filter(chosen).map(request).collect()
}

impl Request<'_> {
    /// Changes with the plugin and with all that `sdlc.toml` says of it.
    fn identity(&self) -> String {
        let mut hasher = DefaultHasher::new();
        (self.plugin.digest(), format!("{:?}", self.settings)).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    /// Whether the plugin takes its settings. What else is wrong with it is told when it is asked.
    fn check(&self, project: &Project) -> Result<()> {
        let Ok(plugin) = self.plugin.get() else { return Ok(()) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let checked = runtime.block_on(plugin.check_settings(&self.settings.settings.to_string(), &self.limits));
        let Err(CallError::Settings(problems)) = checked else { return Ok(()) };
        let name = &self.settings.name;
        let shown = problems.iter().map(|problem| {
            let key = if problem.key.is_empty() { String::new() } else { format!(".{}", problem.key) };
            let place = format!("healers.{name}.settings{key}");
            project.settings.document.problem_with_value(&place, format!("healer `{name}`: {problem}"))
        });
        Err(ConfigError { file: project.file_name(), problems: shown.collect() }.into())
    }

    /// Asks the healer on files as they would be; if it may run programs, in a copy of them that is removed afterwards.
    fn ask(
        &self,
        job: &Job<'_>,
        session: &Session<'_>,
        overlay: &Overlay,
        findings: &[Finding],
    ) -> Result<Vec<Treatment>, Failed> {
        let failed = |error: &dyn std::fmt::Display| Failed::Because(error.to_string());
        let files = session.files.with(overlay);
        let (mut grant, mut copy) = (self.grant.clone(), None);
        let granted = if self.settings.grant.run.is_empty() {
            let reader = session.workspace.reader().map_err(|error| failed(&error))?;
            Granted::new(&grant, Files { set: Arc::new(files), reader, changes: None, changing: None })
        } else {
            let directory = self.copy(session, &files).map_err(|error| failed(&error))?;
            let linked = self.link(session, &files, directory.path()).map_err(|error| failed(&error))?;
            grant.host.toolchains.extend(linked);
            grant.host.workspace = directory.path().to_owned();
            grant.copy = true;
            let opened = || {
                let workspace = Workspace::open(directory.path(), &[])?;
                let (set, reader) = (Arc::new(workspace.files(&Scope::All)?), workspace.reader()?);
                Ok::<_, anyhow::Error>(Files { set, reader, changes: None, changing: Some(workspace) })
            };
            let files = opened().map_err(|error| failed(&error))?;
            copy = Some(directory);
            Granted::new(&grant, files)
        };
        let granted = granted.map_err(|error| failed(&error))?;
        let secrets = granted.secrets();
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| failed(&error))?;
        let answer = runtime.block_on(async {
            let plugin = self.plugin.get().map_err(CallError::Plugin)?;
            let (settings, token) = (self.settings.settings.to_string(), job.cancelled.clone());
            let mut healer = healer::Healer::new(plugin, &settings, &self.limits, Box::new(granted), token).await?;
            let answer = healer.heal(&Found::Findings(findings.to_vec())).await;
            if let Some(text) = healer.take_log() {
                session.log(&self.settings.name, secrets.redact_str(&text));
            }
            answer
        });
        drop(copy);
        answer.map_err(|error| match error {
            CallError::Cancelled => Failed::Interrupted,
            other => Failed::Because(secrets.redact_str(&other.to_string())),
        })
    }

    /// Directories that ignore rules hide and that the grant names, such as `node_modules`, are not copied: programs get them as
    /// they are, to read only.
    fn link(&self, session: &Session<'_>, files: &FileSet, copy: &Path) -> Result<Vec<PathBuf>> {
        let granted = granted::Granted::new(&self.settings.grant.read)?;
        let mut linked = Vec::new();
        for beginning in granted.beginnings().into_iter().filter(|beginning| !beginning.is_empty()) {
            let root = session.workspace.root();
            let path = root.join(&beginning);
            let known = files.entries.iter().any(|entry| Path::new(&entry.path).starts_with(&beginning));
            // Neither upwards nor by a link: what is in the tree does not decide what is read outside of it.
            let within = path.canonicalize().is_ok_and(|canonical| canonical == path && path.starts_with(root));
            if known || !within || !path.is_dir() || !granted.allows(&format!("{beginning}/x")) {
                continue;
            }
            let place = copy.join(&beginning);
            if let Some(parent) = place.parent() {
                std::fs::create_dir_all(parent)?;
            }
            if place.symlink_metadata().is_err() {
                std::os::unix::fs::symlink(&path, &place)?;
                linked.push(path);
            }
        }
        Ok(linked)
    }

    /// Only the files in play: those that it may read or write.
    fn copy(&self, session: &Session<'_>, files: &FileSet) -> Result<tempfile::TempDir> {
        let granted = &self.settings.grant;
        let (read, write) = (granted::Granted::new(&granted.read)?, granted::Granted::new(&granted.write)?);
        let directory = scratch::directory("copy")?;
        let in_play = files.entries.iter().filter(|entry| read.allows(&entry.path) || write.allows(&entry.path));
        session.workspace.copy(in_play, directory.path())?;
        Ok(directory)
    }
}
