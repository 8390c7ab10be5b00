//! `sdlc deploy`.

use anyhow::{Result, bail};
use sdlc_config::settings::Gate;
use sdlc_deploy::{
    journal::{Journal, state::State},
    rollout::Ending,
};
use sdlc_model::outcome::Verdict;
use sdlc_report::text;
use tokio_util::sync::CancellationToken;

use super::refused;
use crate::{
    arguments::Global,
    console::Console,
    deploy_arguments::Deploy,
    deploying::{
        aftermath::Aftermath,
        analysis::{self, Readiness},
        rehearsal,
        site::Site,
        strategy::Plugin,
        work::Work,
    },
    exit::Exit,
    job::Job,
    project::Project,
    registry::wait,
    reports,
    run_arguments::{Format, Work as Effort},
};

pub(crate) fn deploy(arguments: &Deploy, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let site = Site::open(&project, &arguments.environment, global)?;
    require_version(&arguments.version)?;
    if arguments.analyze_only {
        return analyze(&site, &arguments.version, global, console);
    }
    if arguments.dry_run {
        return rehearse(&site, arguments, global, console);
    }
    let _lock = site.lock(&format!("deploy {}", arguments.version))?;
    let (passed, cancelled) = gates(&site, global, console)?;
    if !passed {
        console.error("a gate says no: nothing was deployed");
        return Ok(if cancelled.is_cancelled() { Exit::Interrupted } else { Exit::Rejected });
    }
    let version = arguments.version.as_str();
    let tried = State::of(&Journal::read(&site.directory)?).deployments.pop().map(|last| last.to);
    let how = if tried.as_deref() == Some(version) { "deploying it again" } else { "deploying another version" };
    let doing = async |work: &mut Work<'_>| go(work, version).await;
    let (result, incidents) = wait(Work::carry_out(&site, global, console, cancelled, doing))?;
    Aftermath { site: &site, version: Some(version), how, incidents }.follow(&result, global, console);
    result
}

async fn go(work: &mut Work<'_>, version: &str) -> Result<Exit> {
    let exit = work.go_on().await?;
    let live = work.state().live;
    match exit {
        // It was this one that was under way.
        Some(Exit::Passed) if live.is_some_and(|live| live.version == version) => Ok(Exit::Passed),
        _ => work.deploy(version).await,
    }
}

fn require_version(version: &str) -> Result<()> {
    let plain = |char: char| char.is_ascii_alphanumeric() || ".-_:".contains(char);
    if version.is_empty() || version.len() > 128 || !version.chars().all(plain) || version.starts_with(['.', '-']) {
        bail!("`{version}` is no version; hint: a tag such as `1.4.0`, or `sha256:...`");
    }
    Ok(())
}

fn analyze(site: &Site<'_>, version: &str, global: &Global, console: Console) -> Result<Exit> {
    let checks = wait(analysis::analyze(site, version, global))?;
    console.data(|out| {
        checks.iter().try_for_each(|check| {
            let state = match check.state {
                Readiness::Ready => "ready",
                Readiness::Warning => "note",
                Readiness::Missing => "MISSING",
            };
            writeln!(out, "{:<9} {state:<8} {}", check.what, text::line(&check.detail))
        })
    })?;
    let missing = checks.iter().any(|check| check.state == Readiness::Missing);
    Ok(if missing { Exit::Rejected } else { Exit::Passed })
}

fn rehearse(site: &Site<'_>, arguments: &Deploy, global: &Global, console: Console) -> Result<Exit> {
    let live = State::of(&Journal::read(&site.directory)?).live;
    let live = live.map(|release| release.version);
    let ending = wait(async {
        let mut strategy = Plugin::of(site.project, site.environment, global).await?;
        rehearsal::rehearse(site, &mut strategy, live.as_deref(), arguments, console).await
    })??;
    console.note("this was a simulation: nothing was changed");
    Ok(match ending {
        Ending::Promoted => Exit::Passed,
        Ending::RolledBack(_) => Exit::Rejected,
    })
}

/// Whether the gates of the environment pass, and a token that Ctrl-C cancels.
fn gates(site: &Site<'_>, global: &Global, console: Console) -> Result<(bool, CancellationToken)> {
    let wanted = &site.environment.gates;
    if wanted.is_empty() {
        return Ok((true, crate::interrupt::token()?));
    }
    let all = &site.project.settings.gates;
    let gates: Vec<&Gate> = all.iter().filter(|gate| wanted.contains(&gate.name)).collect();
    let mut job = Job::new(site.project, &gates, Effort { no_cache: false, jobs: None }, global, console)?;
    job.baseline = crate::job::baseline(site.project)?;
    let cancelled = job.cancelled.clone();
    match job.run(console)? {
        Ok(outcome) => {
            reports::only(&outcome, Format::Human, console)?;
            Ok((outcome.verdict() == Verdict::Passed, cancelled))
        }
        Err(error) => bail!(refused::explain(site.project, &job.requests, &error)),
    }
}
